import type { BacktestReport, Counts, Flip } from "@slipway/backtest";
import { sentence } from "@slipway/stats";
import { percentRange, whole } from "./figures.ts";
import { columns } from "./nodes.ts";
import { printable } from "./printable.ts";

/** `12 pass→fail, 1 fail→pass`. */
export const flipsText = (flips: Counts["flips"]): string =>
  Object.entries(flips)
    .map(([pair, count]) => `${whole(count)} ${pair}`)
    .join(", ") || "none";

/** What a flip is of, and the findings that tell its sides apart. */
export function flipText({
  node,
  vendor,
  sku,
  cluster,
  of,
  before,
  after,
  bundle,
  findings_before,
  findings_after,
}: Flip): string {
  const where = [vendor, sku, cluster].filter((name) => name !== null).join(" ");
  const said = (
    before === "pass" ? findings_after : after === "pass" ? findings_before : [...findings_before, ...findings_after]
  )
    .slice(0, 2)
    .map(({ check, code, message }) => `  ${check}/${code}: ${message}\n`)
    .join("");
  return printableLines(`${before}→${after}  ${node}${where === "" ? "" : ` (${where})`}  ${of}, ${bundle}\n${said}`);
}

const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** A run's report for a person. */
export function backtestText(report: BacktestReport): string {
  const { change, unit, judged, unchanged, flips, bundles, drift, cells, attempts, not_known, assumptions } = report;
  const head =
    `${change.kind} ${change.name}: ${change.after.label} against ${change.before.label}\n${whole(judged)} ${unit}s ` +
    `judged out of ${whole(bundles)} bundles, ${whole(unchanged)} unchanged; flips: ${flipsText(flips)}; drift from ` +
    `what was stored: ${whole(drift)}\n`;
  const rows = cells.map(({ cell, ...counts }) => [
    Object.values(cell)
      .map((name) => printable(name ?? "–"))
      .join(" ") || "all",
    whole(counts.judged),
    flipsText(counts.flips),
  ]);
  const table = rows.length === 0 ? "" : `\n${columns([["cell", "judged", "flips"], ...rows])}`;
  return [
    head,
    table,
    attempts === null ? "" : `\n${attemptsLines(attempts).join("\n")}\n`,
    `${admissionLines(report)
      .map((line) => `${line}\n`)
      .join("")}`,
    ...not_known.map((line) => `not known: ${printable(line)}\n`),
    ...assumptions.map((line) => `assumed: ${printable(line)}\n`),
  ].join("");
}

export function attemptsLines({
  judged,
  flips,
  newly_refused,
  newly_admitted,
}: NonNullable<BacktestReport["attempts"]>): string[] {
  const range = ({ lo, hi }: { readonly lo: number; readonly hi: number }): string =>
    lo === hi ? whole(lo) : `between ${whole(lo)} and ${whole(hi)}`;
  const expected =
    newly_admitted.expected === null
      ? ""
      : ` (${newly_admitted.expected.toFixed(1)} where unseen runs behave like seen ones)`;
  return [
    `${whole(judged)} attempts ended by both sides: ${flipsText(flips)}`,
    `newly refused: ${range(newly_refused)}; newly let in: ${range(newly_admitted)}${expected}`,
  ];
}

/** What became of the machines that flip, and what is not known of it. */
export function admissionLines({ admissions, attempts }: BacktestReport): string[] {
  if (admissions === null) return [];
  const { newly_refused, newly_admitted, let_in_otherwise } = admissions;
  const refused = newly_refused[0];
  const range = newly_admitted.bounds_monotone_ci;
  const more = attempts?.newly_admitted.hi ?? 0;
  return [
    ...(refused === undefined || refused.n === 0 ? [] : [`let in, and refused by the change: ${sentence(refused)}`]),
    ...(more === 0
      ? []
      : [
          "refused, and let in by the change: none of them was ever in service, so their re-ban rate is unknown" +
            `${range === null ? "" : `; if they are no better than those let in it is ${percentRange(range[0], range[1])}`}`,
        ]),
    ...Object.entries(let_in_otherwise).flatMap(([how, answer]) =>
      answer === null ? [] : [`refused, and let in as ${how}: ${sentence(answer)}`],
    ),
  ];
}
