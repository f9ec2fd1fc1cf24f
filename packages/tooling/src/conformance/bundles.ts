import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeJudgement } from "@slipway/domain";
import { expectationsResolver, judgeExit, judgeFolder, type Checks, type Judging } from "@slipway/evidence";
import { disagreements, ExpectedAnswer, unlikeCauses, type ProbeText } from "@slipway/testkit";
import { repositoryRoot } from "../workspace.ts";

/** How one bundle was answered, beside what it should have been answered. */
export interface BundleRow {
  /** Folder of the bundles. */
  readonly set: string;
  readonly bundle: string;
  /** The fault class of its `expected.json`; the set where it has none. */
  readonly class: string;
  /** Differences in words; none when it agrees. */
  readonly differences: readonly string[];
}

/** An answer of `slipway judge` to one bundle. */
export interface Answer {
  readonly exit: number;
  /** Absent when the bundle was refused. */
  readonly judgement?: NodeJudgement;
  /** Why it was refused. */
  readonly refused?: string;
  /** The files that were judged, for a comparison that looks whether a line exists. */
  readonly files?: ProbeText;
}

/** Agreement of one class. */
export interface ClassRow {
  readonly class: string;
  readonly agree: number;
  readonly of: number;
}

/**
 * Judges every bundle of a folder as the command line does, and compares it with its `expected.json`.
 *
 * @param only judge those whose name or class holds this text
 */
export function judgeBundles(folder: string, set: string, checks: Checks, only = ""): BundleRow[] {
  const expectations = expectationsResolver(checks, { fleetFolder: () => join(repositoryRoot, "fleet") });
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "expected.json")))
    .sort()
    .flatMap((bundle) => {
      const dir = join(folder, bundle);
      const expected = readExpected(dir);
      const row = { set, bundle, class: ("class" in expected ? expected.class : undefined) ?? set };
      if (!row.bundle.includes(only) && !row.class.includes(only)) return [];
      if ("problem" in expected) return [{ ...row, differences: [`expected.json: ${expected.problem}`] }];
      return [{ ...row, differences: judgeAndCompare(dir, expected, { checks, expectations }) }];
    });
}

/** An unknown key is an error: nobody would compare what it says. */
function readExpected(dir: string): ExpectedAnswer | { readonly problem: string } {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(join(dir, "expected.json"), "utf8"));
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
  const parsed = ExpectedAnswer.safeParse(document);
  if (parsed.success) return parsed.data;
  return {
    problem: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "document"}: ${message}`).join("; "),
  };
}

/** One bundle that ends the judging with an error does not keep the others from being judged. */
function judgeAndCompare(dir: string, expected: ExpectedAnswer, judging: Omit<Judging, "only">): string[] {
  try {
    return compare(expected, answerOf(dir, { ...judging, only: Object.keys(expected.checks) }));
  } catch (error) {
    return [`judging ended with ${String(error)}`];
  }
}

function answerOf(dir: string, judging: Judging): Answer {
  const answer = judgeFolder(dir, judging);
  if ("refused" in answer) return { exit: judgeExit([], 1), refused: answer.refused.message };
  const files: ProbeText = (probe, stream) => {
    const file = join(dir, `${probe}.${stream}`);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return { exit: judgeExit([answer.judgement.verdict], 0), judgement: answer.judgement, files };
}

/** How an answer differs from the expected one, in words; empty when it agrees. */
export function compare(expected: ExpectedAnswer, { exit, judgement, refused, files }: Answer): string[] {
  const differences = exit === expected.exit ? [] : [`exit ${String(exit)} instead of ${String(expected.exit)}`];
  if (expected.node === null)
    return judgement === undefined ? differences : [...differences, "a judgement of input that must be refused"];
  if (judgement === undefined)
    return [...differences, `refused instead of ${expected.node}: ${refused ?? "no reason given"}`];
  if (!NodeJudgement.safeParse(judgement).success) differences.push("the answer is no judgement document");
  if (judgement.verdict !== expected.node) differences.push(`node ${judgement.verdict} instead of ${expected.node}`);
  for (const [id, wanted] of Object.entries(expected.checks)) {
    const check = judgement.checks.find((one) => one.check === id);
    const found = check === undefined ? ["was not judged"] : disagreements(wanted, check, files);
    differences.push(...found.map((difference) => `${id}: ${difference}`));
  }
  return [...differences, ...unlikeCauses(expected.sameCauses ?? [], judgement.checks)];
}

/** How many bundles of each class agree, in the order of the classes' names. */
export function byClass(rows: readonly BundleRow[]): ClassRow[] {
  return [...Map.groupBy(rows, (row) => row.class)]
    .map(([name, members]) => ({
      class: name,
      agree: members.filter(({ differences }) => differences.length === 0).length,
      of: members.length,
    }))
    .sort((a, b) => (a.class < b.class ? -1 : 1));
}
