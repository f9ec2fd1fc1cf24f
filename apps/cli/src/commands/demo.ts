import { globSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { styleText } from "node:util";
import { loadChecks } from "@slipway/catalog";
import { verdictOfParts } from "@slipway/domain";
import {
  judgeNode,
  judgeRacks,
  loadFleetExpectations,
  readBundle,
  sectionSchemas,
  type Checks,
  type JudgedNode,
} from "@slipway/evidence";
import type { Command } from "commander";
import { fleetFolder, root } from "../fleet.ts";
import { tableReport } from "../report/table.ts";

const EXAMPLE_RACK = "examples/rack-r01";

export function add(program: Command): void {
  program
    .command("demo")
    .description("judge the example rack of this repository, then this machine")
    .action(async () => {
      const checks = await loadChecks();
      heading(`An example rack (${EXAMPLE_RACK}; its evidence is invented)`);
      report(exampleRack(checks), checks);
      heading(`This machine (${hostname()}), asked just now; nothing that loads it was run`);
      const verdict = await thisMachine(checks);
      if (verdict === "inconclusive")
        process.stdout.write(
          "No evidence is never a pass: on a machine without GPUs, or of which nothing is expected, that is the honest answer.\n",
        );
      heading("Next");
      process.stdout.write(
        "  ./slipway checks                                  what is judged\n" +
          "  ./slipway collect --hosts localhost --dry-run     what a node would be asked\n" +
          "  docs/collect-and-judge.md                         a rack, step by step\n",
      );
    });
}

function heading(text: string): void {
  process.stdout.write(`\n${styleText("bold", `== ${text}`, { stream: process.stdout })}\n\n`);
}

function report(nodes: readonly JudgedNode[], checks: Checks): void {
  const table = tableReport();
  for (const { judgement } of nodes) table.node(judgement);
  for (const rack of judgeRacks(nodes, checks)) table.rack(rack);
  table.end(0);
}

function exampleRack(checks: Checks): JudgedNode[] {
  return globSync(`${EXAMPLE_RACK}/*/bundle.json`, { cwd: root() })
    .sort()
    .map((file) => {
      const { evidence, expect: expectations = {} } = readBundle(join(relative(process.cwd(), root()), dirname(file)));
      return { evidence, expectations, judgement: judgeNode(evidence, expectations, checks) };
    });
}

async function thisMachine(checks: Checks): Promise<string> {
  const { collect, localTransport } = await import("@slipway/collect");
  const out = mkdtempSync(join(tmpdir(), "slipway-demo-"));
  const transport = localTransport();
  try {
    const name = hostname();
    const probes = [...checks.values()].flatMap((check) => check.probes.map(({ probe }) => probe));
    const { expect } = loadFleetExpectations(fleetFolder(), sectionSchemas(checks)).resolve({});
    await collect([{ name }], {
      out,
      transport,
      selection: { probes },
      expectationsOf: () => ({ expect }),
      perHost: 4,
    });
    const nodes = globSync("*/bundle.json", { cwd: out }).map((file) => {
      const { evidence, expect: expectations = {} } = readBundle(join(out, dirname(file)));
      return { evidence, expectations, judgement: judgeNode(evidence, expectations, checks) };
    });
    report(nodes, checks);
    return verdictOfParts(nodes.map(({ judgement }) => judgement.verdict));
  } finally {
    transport.close();
    rmSync(out, { recursive: true, force: true });
  }
}
