import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadChecks } from "@slipway/catalog";
import {
  expectationsResolver,
  judgeFolder,
  judgementDifferences,
  readRawBundle,
  scrubBundle,
  type Checks,
  type FolderAnswer,
} from "@slipway/evidence";
import { bundleScrubDocument, jsonLine, type ContentOf } from "@slipway/queries";
import { SlipwayError } from "@slipway/plugin-sdk";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { printable } from "../report/printable.ts";

export interface ScrubOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Copies a bundle without names, and only when the copy is judged as the original by every check. */
export async function scrub(dir: string, { out, json = false }: ScrubOptions): Promise<void> {
  if (existsSync(out)) throw new SlipwayError("input", `--out ${out}: is there already; name a folder that is not`);
  const parent = dirname(resolve(out));
  if (!existsSync(parent) || !statSync(parent).isDirectory())
    throw new SlipwayError("input", `--out ${out}: there is no folder ${parent}`);
  const checks = await loadChecks();
  const expectations = expectationsResolver(checks, { fleetFolder });
  const { files, left } = scrubBundle(readRawBundle(dir, expectations), checks);
  const staged = `${resolve(out)}.${String(process.pid)}.new`;
  try {
    mkdirSync(staged);
    for (const [name, bytes] of files) writeFileSync(join(staged, name), bytes);
    const differences = differencesOf(judgedByAll(dir, checks), judgedByAll(staged, checks));
    const problems = [
      ...left.map((one) => `it still names ${one}`),
      ...differences,
      ...(differences.length === 0 ? [] : whatToDo(dir)),
    ];
    if (problems.length > 0) {
      if (json) sayDocument({ ok: false, out, checks: checks.size, problems });
      for (const problem of problems) process.stderr.write(`slipway: ${printable(problem)}\n`);
      process.stderr.write("slipway: nothing was written: the copy would not be what it has to be\n");
      process.exitCode = EXIT.fail;
      return;
    }
    renameSync(staged, out);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  if (json) sayDocument({ ok: true, out, checks: checks.size, problems: [] });
  else process.stdout.write(`${out}: judged as the original by all ${String(checks.size)} checks\n`);
}

const sayDocument = (document: ContentOf<typeof bundleScrubDocument>): void =>
  void process.stdout.write(jsonLine(bundleScrubDocument, document));

/** By every check, whatever the node must prove: a copy may serve another check than the bundle was collected for. */
function judgedByAll(dir: string, checks: Checks): FolderAnswer {
  const expectations = expectationsResolver(checks, { fleetFolder });
  return judgeFolder(dir, { checks, expectations, only: [...checks.keys()] });
}

function differencesOf(original: FolderAnswer, copy: FolderAnswer): string[] {
  if ("refused" in original) throw original.refused;
  if ("refused" in copy) return [`it is refused: ${copy.refused.message}`];
  return judgementDifferences(original.judgement, copy.judgement).map((one) => `the copy is judged otherwise: ${one}`);
}

/** A copy is judged otherwise when the scrubber took a word for a name that a check reads. */
function whatToDo(dir: string): string[] {
  return [
    "what to do: look at the named lines of the original; a word there that a check reads was taken for a name",
    `- a value that is expected of the node: write it into the expectations (./slipway bundle add ${dir} --expect <section>.<key>=<value>), and it stays`,
    "- a word that the tool prints on every machine: add it to packages/evidence/src/scrub/tool-words.ts, or open an issue with the finding above",
    "- a name of yours that is a word of the tool too: change it in the original, in all files, and scrub again",
  ];
}
