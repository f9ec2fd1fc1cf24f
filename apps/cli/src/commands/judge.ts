import { loadChecks } from "@slipway/catalog";
import type { FindingVerdict } from "@slipway/domain";
import { expectationsResolver, judgeExit, judgeFolder, judgeRacks, type JudgedNode } from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Option, type Command } from "commander";
import { fleetFolder } from "../fleet.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { printable } from "../report/printable.ts";
import { markdownReport } from "../report/markdown.ts";
import type { Report } from "../report/report.ts";
import { shapeNotes, unknownShapes, type UnknownShape } from "../report/unknown-shapes.ts";
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
  const expectations = expectationsResolver(checks, { fleetFolder, file: options.expect });
  const report = REPORTS[options.json === true ? "json" : options.format]();
  const verdicts: FindingVerdict[] = [];
  const judged: JudgedNode[] = [];
  const shapes: UnknownShape[] = [];
  let refused = 0;
  for (const dir of bundles) {
    const answer = judgeFolder(dir, { checks, expectations, only: options.check });
    if ("refused" in answer) {
      refused += 1;
      process.stderr.write(`slipway: ${printable(answer.refused.message)}\n`);
      continue;
    }
    verdicts.push(answer.judgement.verdict);
    report.node(answer.judgement);
    shapes.push(...unknownShapes(dir, answer));
    if (options.rack === true) judged.push(answer);
  }
  for (const rack of judgeRacks(judged, checks)) {
    verdicts.push(rack.verdict);
    report.rack(rack);
  }
  report.end(refused, shapeNotes(shapes));
  process.exitCode = judgeExit(verdicts, refused);
}
