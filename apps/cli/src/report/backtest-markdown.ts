import type { BacktestReport, Flip } from "@slipway/backtest";
import { admissionLines, attemptsLines, flipsText } from "./backtest.ts";
import { whole } from "./figures.ts";
import { cell } from "./markdown.ts";
import { pointerText } from "./summary.ts";

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [row(head), row(head.map(() => "---")), ...rows.map(row)];
const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
const items = (lines: readonly string[]): string[] => lines.map((line) => `- ${cell(line)}`);

/**
 * For the review of a change: what flips, where, on what evidence, what became of it, and what is not known.
 *
 * @param listed the first flips, which are listed
 */
export function backtestMarkdown(report: BacktestReport, listed: readonly Flip[]): string {
  const { change, unit, judged, unchanged, flips, cells, attempts, drift, error_list, errors, not_known, assumptions } =
    report;
  const total = Object.values(flips).reduce((sum, count) => sum + count, 0);
  const side = ({ label, version, digest }: BacktestReport["change"]["before"]): string =>
    `${cell(label)}${version === null ? "" : ` ${cell(version)}`}${digest === null ? "" : ` \`${digest.slice(0, 12)}\``}`;
  const lines = [
    `## Backtest of ${change.kind} ${cell(change.name)}`,
    "",
    `${side(change.after)} against ${side(change.before)}: **${flipsText(flips)}** of ${whole(judged)} ${unit}s, ` +
      `${whole(unchanged)} unchanged${drift === 0 ? "" : `, ${whole(drift)} drifted from what was stored`}.`,
    ...part(
      "By cell",
      table(
        [...report.by, "judged", "flips", "evidence missing", "probe missing", "errors"],
        cells.map(({ cell: names, judged: count, flips: own, evidence_missing, probe_missing, errors: wrong }) => [
          ...report.by.map((name) => cell(names[name] ?? "–")),
          whole(count),
          flipsText(own),
          whole(evidence_missing),
          whole(probe_missing),
          whole(wrong),
        ]),
      ),
    ),
    ...part(
      "By segment",
      table(
        ["segment", "judged", "flips"],
        Object.entries(report.per_segment).map(([name, counts]) => [
          cell(name),
          whole(counts.judged),
          flipsText(counts.flips),
        ]),
      ),
    ),
    ...part("Flips", [
      ...table(["node", "flip", "vendor", "SKU", "cluster", "evidence", "before", "after"], listed.map(flipRow)),
      ...(total > listed.length ? ["", `${whole(total - listed.length)} more are not listed.`] : []),
    ]),
    ...part("Outcomes", items([...(attempts === null ? [] : attemptsLines(attempts)), ...admissionLines(report)])),
    ...part("Errors", [
      ...items(error_list.map(({ bundle, node, why }) => `${bundle}${node === null ? "" : ` (${node})`}: ${why}`)),
      ...(errors > error_list.length ? ["", `${whole(errors - error_list.length)} more are not listed.`] : []),
    ]),
    ...part("Not known", items(not_known)),
    ...part("Assumptions", items(assumptions)),
  ];
  return `${lines.join("\n")}\n`;
}

function flipRow({
  node,
  before,
  after,
  vendor,
  sku,
  cluster,
  bundle,
  bundle_hash,
  findings_before,
  findings_after,
}: Flip): string[] {
  const said = (findings: Flip["findings_before"]): string =>
    findings
      .map(
        ({ check, code, message, evidence }) =>
          `${cell(`${check}/${code}`)}: ${cell(message)}${evidence.length === 0 ? "" : ` (${cell(evidence.map(pointerText).join(" "))})`}`,
      )
      .join("<br>") || "–";
  return [
    cell(node),
    `${before}→${after}`,
    ...[vendor, sku, cluster].map((name) => cell(name ?? "–")),
    `${cell(bundle)} \`${bundle_hash.slice(0, 12)}\``,
    said(findings_before),
    said(findings_after),
  ];
}
