import { styleText } from "node:util";
import type { NodeJudgement, RackJudgement, Verdict } from "@slipway/domain";
import { printable } from "./printable.ts";
import type { Report } from "./report.ts";
import { byCause, pointerText, verdictCounts } from "./summary.ts";

const WORDS: Readonly<Record<Verdict, string>> = {
  pass: "pass",
  fail: "FAIL",
  inconclusive: "?",
  "not-applicable": "-",
};
const COLOURS: Readonly<Record<Verdict, Parameters<typeof styleText>[0]>> = {
  pass: "green",
  fail: ["red", "bold"],
  inconclusive: "yellow",
  "not-applicable": "dim",
};
/** Beyond this many nodes the table shows only those that did not pass. */
const MOST_ROWS = 80;

function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** For people: a table of nodes by checks, then the findings grouped by cause. */
export function tableReport(): Report {
  const nodes: NodeJudgement[] = [];
  const racks: RackJudgement[] = [];
  return {
    node: (judgement) => void nodes.push(judgement),
    rack: (judgement) => void racks.push(judgement),
    end: (refused, notes = []) => void process.stdout.write(render({ nodes, racks, refused, notes })),
  };
}

interface Reported {
  readonly nodes: readonly NodeJudgement[];
  readonly racks: readonly RackJudgement[];
  readonly refused: number;
  readonly notes: readonly string[];
}

function render({ nodes, racks, refused, notes }: Reported): string {
  const lines = nodes.length === 0 ? [] : [...verdictTable(nodes), ""];
  for (const { rack, cluster, verdict, nodes: members } of racks) {
    lines.push(
      `rack ${printable(rack)}${cluster === null ? "" : ` of ${printable(cluster)}`}: ` +
        `${paint(COLOURS[verdict], verdict)} (nodes: ${verdictCounts(members.map((member) => member.verdict))})`,
    );
  }
  if (racks.length > 0) lines.push("");
  for (const [cause, findings] of byCause(nodes, racks)) {
    lines.push(paint("bold", `${cause} (${String(findings.length)})`));
    let last = "";
    for (const { where, check, verdict, scope, code, message, expected, observed, evidence } of findings) {
      const heading =
        `  ${paint(COLOURS[verdict], verdict)}  ${printable(where)}  ${printable(check)}/${code}  ${scope.kind} ` +
        `${printable(scope.id)}${scope.serial === undefined ? "" : ` (serial ${printable(scope.serial)})`}`;
      if (heading !== last) lines.push(heading);
      last = heading;
      const seen = [
        expected === undefined ? "" : `expected ${expected}`,
        observed === undefined ? "" : `observed ${observed}`,
      ]
        .filter((part) => part !== "")
        .join(", ");
      lines.push(
        `        ${printable(message)}${seen === "" ? "" : paint("dim", `  [${printable(seen.slice(0, 300))}]`)}` +
          `${evidence.length === 0 ? "" : paint("dim", `  ${printable(evidence.map(pointerText).join(" "))}`)}`,
      );
    }
    lines.push("");
  }
  if (notes.length > 0) lines.push(...notes.map(printable), "");
  const total =
    nodes.length === 0
      ? "no node was judged"
      : `${String(nodes.length)} node${nodes.length === 1 ? "" : "s"}: ${verdictCounts(nodes.map((node) => node.verdict))}`;
  lines.push(
    paint("bold", total) +
      (refused === 0
        ? ""
        : paint(["red", "bold"], `; ${String(refused)} input${refused === 1 ? "" : "s"} refused, see above`)),
  );
  return `${lines.join("\n")}\n`;
}

function verdictTable(nodes: readonly NodeJudgement[]): string[] {
  const checks = [...new Set(nodes.flatMap((node) => node.checks.map(({ check }) => check)))];
  const shown = nodes.length > MOST_ROWS ? nodes.filter((node) => node.verdict !== "pass") : nodes;
  const width = Math.max(4, ...shown.map((node) => printable(node.node).length));
  const widths = checks.map((check) => Math.max(printable(check).length, 4));
  const header = paint(
    "dim",
    [
      "node".padEnd(width),
      ...checks.map((check, index) => printable(check).padEnd(widths[index] ?? 0)),
      "verdict",
    ].join("  "),
  );
  const rows = shown.map(({ node, verdict, checks: judged }) => {
    const cells = checks.map((check, index) => {
      const found = judged.find((judgement) => judgement.check === check)?.verdict;
      return found === undefined
        ? " ".repeat(widths[index] ?? 0)
        : paint(COLOURS[found], WORDS[found].padEnd(widths[index] ?? 0));
    });
    return [printable(node).padEnd(width), ...cells, paint(COLOURS[verdict], verdict)].join("  ");
  });
  const hidden = nodes.length - shown.length;
  return [header, ...rows, ...(hidden === 0 ? [] : [paint("dim", `… and ${String(hidden)} nodes that pass`)])];
}
