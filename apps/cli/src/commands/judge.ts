import { readFileSync, statSync } from "node:fs";
import { loadChecks } from "@slipway/catalog";
import { verdictOfParts, type Expectations, type FindingVerdict } from "@slipway/domain";
import {
  judgeNode,
  judgeRacks,
  MAX_FILE_BYTES,
  loadFleetExpectations,
  overlay,
  parseExpectationFile,
  readBundle,
  type Bundle,
  type Checks,
  type FleetExpectations,
  type JudgedNode,
} from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Option, type Command } from "commander";
import { EXIT, exitCodeOf } from "../exit.ts";
import { fleetFolder, sectionSchemas } from "../fleet.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { printable } from "../report/printable.ts";
import { markdownReport } from "../report/markdown.ts";
import type { Report } from "../report/report.ts";
import { tableReport } from "../report/table.ts";

interface JudgeOptions {
  readonly check?: readonly string[];
  readonly expect?: string;
  readonly json?: boolean;
  readonly format: "table" | "json" | "junit" | "markdown";
  readonly rack?: boolean;
}

const REPORTS: Readonly<Record<JudgeOptions["format"], () => Report>> = {
  table: tableReport,
  json: jsonReport,
  junit: junitReport,
  markdown: markdownReport,
};

export function add(program: Command): void {
  program
    .command("judge")
    .description("judge stored evidence, offline: exit 0 pass, 1 fail, 2 inconclusive, 3 unreadable input")
    .argument("<bundle...>", "folders that hold a bundle.json")
    .option(
      "--check <id>",
      "judge by this check only (repeatable)",
      (id: string, ids: readonly string[] | undefined) => [...(ids ?? []), id],
    )
    .option("--expect <file>", "expectations for every bundle, instead of its own and the fleet's")
    .option("--rack", "also judge what the nodes of one rack, seen together, disagree on")
    .option("--json", "one judgement a line (same as --format json)")
    .addOption(new Option("--format <format>").choices(Object.keys(REPORTS)).default("table"))
    .action(judge);
}

async function judge(bundles: readonly string[], options: JudgeOptions): Promise<void> {
  const checks = await loadChecks();
  for (const id of options.check ?? [])
    if (!checks.has(id))
      throw new SlipwayError("input", `--check ${id}: there is no such check`, {
        hint: `known: ${[...checks.keys()].join(", ")}`,
      });
  const expectations = expectationsResolver(checks, options.expect);
  const report = REPORTS[options.json === true ? "json" : options.format]();
  const verdicts: FindingVerdict[] = [];
  const judged: JudgedNode[] = [];
  let refused = 0;
  for (const dir of bundles) {
    try {
      const bundle = readBundle(dir);
      const expect = expectations(bundle);
      const judgement = judgeNode(bundle.evidence, expect, checks, options.check);
      verdicts.push(judgement.verdict);
      report.node(judgement);
      if (options.rack === true) judged.push({ evidence: bundle.evidence, expectations: expect, judgement });
    } catch (error) {
      if (!SlipwayError.is(error)) throw error;
      refused += 1;
      process.stderr.write(`slipway: ${printable(error.message)}\n`);
    }
  }
  for (const rack of judgeRacks(judged, checks)) {
    verdicts.push(rack.verdict);
    report.rack(rack);
  }
  report.end(refused);
  process.exitCode = refused > 0 ? EXIT.usage : exitCodeOf(verdictOfParts(verdicts));
}

/** Where a bundle's expectations come from: `--expect`, else its own, else the fleet's files; never merged. */
export function expectationsResolver(checks: Checks, file?: string): (bundle: Bundle) => Expectations {
  const sections = sectionSchemas(checks);
  if (file !== undefined) {
    let text: string;
    try {
      if (statSync(file).size > MAX_FILE_BYTES)
        throw new SlipwayError("input", `--expect ${file}: is larger than ${String(MAX_FILE_BYTES / 2 ** 20)} MiB`);
      text = readFileSync(file, "utf8");
    } catch (error) {
      if (SlipwayError.is(error)) throw error;
      throw new SlipwayError(
        "input",
        `--expect ${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
      );
    }
    const { expect } = overlay([parseExpectationFile(file, text, sections)]);
    return () => expect;
  }
  let fleet: FleetExpectations | undefined;
  return (bundle) => {
    if (bundle.expect !== undefined) return bundle.expect;
    if (bundle.expectFile !== undefined) {
      const { name, text } = bundle.expectFile();
      return overlay([parseExpectationFile(name, text, sections)]).expect;
    }
    fleet ??= loadFleetExpectations(fleetFolder(), sections);
    return fleet.resolve(bundle.evidence.node).expect;
  };
}
