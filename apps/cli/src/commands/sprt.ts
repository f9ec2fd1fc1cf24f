import { jsonLine, sprtDocument } from "@slipway/queries";
import { sprt, type SprtAnswer } from "@slipway/stats";
import type { Command } from "commander";
import { whole } from "../report/figures.ts";
import { flatCsv } from "../report/flat-csv.ts";
import { formatOptions, fraction } from "../statistics-options.ts";

interface SprtOptions {
  readonly p0: number;
  readonly p1: number;
  readonly alpha: number;
  readonly beta: number;
  readonly results: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function add(program: Command): void {
  const [json, csv] = formatOptions();
  program
    .command("sprt")
    .description("what passes in a row mean: the sequential test of a healthy node against a bad one")
    .requiredOption("--p0 <share>", "of runs that a healthy node fails", fraction)
    .requiredOption("--p1 <share>", "of runs that a bad node fails", fraction)
    .requiredOption("--alpha <share>", "of healthy nodes that are refused", fraction)
    .requiredOption("--beta <share>", "of bad nodes that are admitted", fraction)
    .option("--results <runs>", "runs by now, the oldest first: P passed, F failed", "")
    .addOption(json)
    .addOption(csv)
    .action(answer);
}

function answer({ json, csv, results, ...design }: SprtOptions): void {
  const found = sprt(design, results);
  process.stdout.write(
    json === true ? jsonLine(sprtDocument, found) : csv === true ? flatCsv([found]) : text(found, results.length),
  );
}

const WORDS: Readonly<Record<SprtAnswer["decision"], string>> = {
  admit: "admit it",
  refuse: "refuse it",
  continue: "go on: nothing is decided",
};

function text(
  {
    decision,
    at_run,
    log_lr,
    admit_boundary,
    refuse_boundary,
    llr_pass,
    llr_fail,
    passes_in_a_row_to_admit: passes,
  }: SprtAnswer,
  runs: number,
): string {
  const four = (value: number): string => value.toFixed(4);
  const when = at_run === null ? `after ${whole(runs)} runs` : `at run ${whole(at_run)}`;
  const walked = runs === 0 ? "" : `${WORDS[decision]} ${when}; log likelihood ratio ${four(log_lr)}\n`;
  return (
    `${walked}${whole(passes)} passes in a row admit a node\nadmitted at ${four(admit_boundary)} and below, refused ` +
    `at ${four(refuse_boundary)} and above; a pass adds ${four(llr_pass)}, a fail ${four(llr_fail)}\n`
  );
}
