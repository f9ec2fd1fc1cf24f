import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeJudgement } from "@slipway/domain";
import { disagreements, ExpectedAnswer } from "@slipway/testkit";
import { runTool } from "../run-tool.ts";
import { repositoryRoot } from "../workspace.ts";

/** How `slipway judge` answered one example bundle, beside what it should have answered. */
export interface BundleRow {
  readonly bundle: string;
  /** Differences in words; none when it agrees. */
  readonly differences: readonly string[];
}

/** As many command lines at once; each is one process. */
const LANES = 4;

/** Judges every bundle of a folder with the command line and compares it with its `expected.json`. */
export async function judgeBundles(folder: string): Promise<BundleRow[]> {
  const names = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "expected.json")))
    .sort();
  const rows: BundleRow[] = [];
  const waiting = names.entries();
  const lane = async (): Promise<void> => {
    for (const [index, name] of waiting)
      rows[index] = { bundle: name, differences: await judgeBundle(join(folder, name)) };
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return rows;
}

async function judgeBundle(dir: string): Promise<string[]> {
  const expected = ExpectedAnswer.parse(JSON.parse(readFileSync(join(dir, "expected.json"), "utf8")));
  const checks = Object.keys(expected.checks).flatMap((id) => ["--check", id]);
  const { exitCode, output } = await runTool(
    process.execPath,
    [join(repositoryRoot, "apps/cli/src/main.ts"), "judge", dir, "--json", ...checks],
    { stdoutOnly: true },
  );
  return compare(expected, exitCode, output);
}

/** How an answer of the command line differs from the expected one. */
export function compare(expected: ExpectedAnswer, exitCode: number, stdout: string): string[] {
  const differences =
    exitCode === expected.exit ? [] : [`exit ${String(exitCode)} instead of ${String(expected.exit)}`];
  if (expected.node === null)
    return stdout.trim() === "" ? differences : [...differences, "a judgement of input that must be refused"];
  const judgement = readJudgement(stdout);
  if (judgement === undefined) return [...differences, "stdout is no judgement document"];
  if (judgement.verdict !== expected.node) differences.push(`node ${judgement.verdict} instead of ${expected.node}`);
  for (const [id, wanted] of Object.entries(expected.checks)) {
    const check = judgement.checks.find((one) => one.check === id);
    const found = check === undefined ? ["was not judged"] : disagreements(wanted, check);
    differences.push(...found.map((difference) => `${id}: ${difference}`));
  }
  return differences;
}

function readJudgement(stdout: string): NodeJudgement | undefined {
  try {
    return NodeJudgement.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}
