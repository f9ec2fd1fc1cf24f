import type { NodeJudgement, RackJudgement, Verdict } from "@slipway/domain";
import { showHidden } from "@slipway/plugin-sdk";
import type { Report } from "./report.ts";
import { byCause, pointerText, verdictCounts } from "./summary.ts";

const MARKS: Readonly<Record<Verdict, string>> = { pass: "✅", fail: "❌", inconclusive: "❔", "not-applicable": "–" };

/** For a pull request or a ticket. */
export function markdownReport(): Report {
  const nodes: NodeJudgement[] = [];
  const racks: RackJudgement[] = [];
  return {
    node: (judgement) => void nodes.push(judgement),
    rack: (judgement) => void racks.push(judgement),
    end: (refused, notes = []) => {
      const checks = [...new Set(nodes.flatMap((node) => node.checks.map(({ check }) => check)))];
      const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
      const lines = [
        `**${String(nodes.length)} nodes**: ${verdictCounts(nodes.map((node) => node.verdict)) || "none judged"}` +
          `${refused === 0 ? "" : `; ${String(refused)} inputs refused`}`,
        "",
        row(["node", ...checks.map(cell), "verdict"]),
        row(["---", ...checks.map(() => ":-:"), "---"]),
        ...nodes.map(({ node, verdict, checks: judged }) =>
          row([
            cell(node),
            ...checks.map((check) => MARKS[judged.find((one) => one.check === check)?.verdict ?? "not-applicable"]),
            verdict,
          ]),
        ),
        ...racks.map(({ rack, verdict }) => `\nRack ${cell(rack)}: **${verdict}**`),
      ];
      for (const [cause, findings] of byCause(nodes, racks)) {
        lines.push(
          "",
          `### ${cause}`,
          "",
          row(["node", "finding", "scope", "what", "expected", "observed", "evidence"]),
          row(Array.from({ length: 7 }, () => "---")),
        );
        for (const { where, check, verdict, code, scope, message, expected, observed, evidence } of findings) {
          lines.push(
            row([
              cell(where),
              `${MARKS[verdict]} ${cell(check)}/${code}`,
              cell(`${scope.kind} ${scope.id}`),
              cell(message),
              cell(expected ?? ""),
              cell(observed ?? ""),
              cell(evidence.map(pointerText).join(" ")),
            ]),
          );
        }
      }
      if (notes.length > 0) lines.push("", ...notes.map((note) => `- ${cell(note)}`));
      process.stdout.write(`${lines.join("\n")}\n`);
    },
  };
}

/** Text of a node inside a table cell: nothing of it is taken for Markdown or HTML. */
export function cell(text: string): string {
  return showHidden(text.replace(/\p{Cc}+/gu, " ")).replace(
    /[\\`*_{}[\]<>|#&~]/g,
    (char) => `&#${String(char.charCodeAt(0))};`,
  );
}
