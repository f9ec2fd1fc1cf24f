import { styleText } from "node:util";
import { ranked, sentence, type DataQualityAnswer, type RebanAnswer, type RebanComparison } from "@slipway/stats";
import { digitsFor, NONE, percent, percentRange, whole } from "./figures.ts";
import { drawing, intervalBar, scaleOf, type Bar } from "./interval-bar.ts";
import { printable } from "./printable.ts";

const BAR_WIDTH = 32;
/** Answers that are read best as sentences. */
const FEW = 3;

const grey = (text: string): string => styleText("dim", text, { stream: process.stdout });
const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });

/** Rates for a person: a sentence each where they are few, and a table of every window. */
export function rebanText(answers: readonly RebanAnswer[]): string {
  const said =
    answers.length <= FEW ? `${answers.map((answer) => `${printable(sentence(answer))}.\n`).join("")}\n` : "";
  const tables = [...Map.groupBy(answers, ({ window_days }) => window_days)]
    .map(([window, of]) => windowTable(window, of))
    .join("\n");
  const curves = answers.flatMap((answer) => (answer.curve === undefined ? [] : [curveText(answer)])).join("");
  return `${said}${tables}${curves}${assumptionsText(answers)}`;
}

function windowTable(window: number, answers: readonly RebanAnswer[]): string {
  const byRank = ranked(answers);
  // Only the shrunken rate puts cells in an order; raw ones would put the smallest cells first.
  const rows = byRank.length === 0 ? answers : [...byRank, ...answers.filter((answer) => !byRank.includes(answer))];
  const scale = scaleOf(rows.filter(({ status }) => status !== "no_data").map(barOf));
  const names = Object.keys(answers[0]?.cell ?? {});
  const how = drawing();
  const cells = rows.map((answer) =>
    [
      ...names.map((name) => printable(answer.cell[name] ?? NONE)),
      rateText(answer),
      answer.status === "no_data" ? " ".repeat(BAR_WIDTH) : intervalBar(barOf(answer), scale, BAR_WIDTH, how),
      whole(answer.n),
      whole(answer.events),
      whole(answer.censored),
      answer.standardised === undefined
        ? undefined
        : answer.standardised.estimate === null
          ? NONE
          : percent(answer.standardised.estimate, digitsFor((answer.interval?.hi ?? 1) - (answer.interval?.lo ?? 0))),
      noteOf(answer),
    ].filter((cell) => cell !== undefined),
  );
  const standard = answers[0]?.standardised === undefined ? [] : ["standardised"];
  const header = [
    ...names,
    `re-banned in ${String(window)} d`,
    `0${`${String(scale * 100)} %`.padStart(BAR_WIDTH - 1)}`,
    "admitted",
    "banned",
    "open",
    ...standard,
    "",
  ];
  const lines = aligned([header, ...cells], names.length);
  return lines
    .map((line, at) => `${at === 0 ? bold(line) : rows[at - 1]?.small === true ? grey(line) : line}\n`)
    .join("");
}

/** Without an estimate, what holds whatever became of those not followed. */
const barOf = ({ estimate, interval, bounds }: RebanAnswer): Bar => ({
  estimate,
  lo: interval?.lo ?? (estimate === null ? bounds.lo : estimate),
  hi: interval?.hi ?? (estimate === null ? bounds.hi : estimate),
});

function rateText({ estimate, interval, status, bounds }: RebanAnswer): string {
  if (status === "no_data") return NONE;
  if (estimate === null) return `${NONE} (${percentRange(bounds.lo, bounds.hi)})`;
  if (interval === null) return percent(estimate, 0);
  const digits = digitsFor(interval.hi - interval.lo);
  return `${percent(estimate, digits)} (${(interval.lo * 100).toFixed(digits)}-${(interval.hi * 100).toFixed(digits)})`;
}

function noteOf({
  status,
  small,
  at_last_follow_up: last,
  standardised,
  estimate,
  interval,
  shrunken,
}: RebanAnswer): string {
  const notes = [
    status === "no_data" && "no admissions in this cell",
    status === "insufficient_follow_up" &&
      `followed ${String(Math.round((last?.days ?? 0) * 10) / 10)} d at most: bounds`,
    estimate !== null && interval === null && "no interval",
    status !== "no_data" && small && "fewer than 20",
    typeof shrunken?.prior_strength === "number" &&
      typeof shrunken.lo === "number" &&
      typeof shrunken.hi === "number" &&
      `shrunken ${percentRange(shrunken.lo, shrunken.hi)}`,
    standardised?.ranking_reverses === true && "order of vendors reverses when standardised",
  ];
  return notes.filter((note) => note !== false).join("; ");
}

/** Columns as wide as their widest cell; figures after the `left` first ones stand right, and the last is a note. */
function aligned(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column <= left + 1 || column === row.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

const CURVE_ROWS = 12;

/** The curve at a dozen days, each with its interval and who was still at risk. */
function curveText(answer: RebanAnswer): string {
  const { curve = [], cell, window_days } = answer;
  const until = curve.at(-1)?.days ?? 0;
  if (curve.length === 0) return "";
  const days = Array.from({ length: CURVE_ROWS + 1 }, (_, at) => (until * at) / CURVE_ROWS);
  const points = days.map((day) => ({ day, point: curve.findLast((each) => each.days <= day) ?? curve[0] }));
  const bars = points.map(({ point }): Bar => ({
    estimate: point?.rate ?? null,
    lo: point?.lo ?? point?.rate ?? 0,
    hi: point?.hi ?? point?.rate ?? 0,
  }));
  const scale = scaleOf(bars);
  const how = drawing();
  const name = Object.values(cell)
    .map((value) => printable(value ?? NONE))
    .join(" ");
  const rows = points.map(({ day, point }, at) => {
    const bar = bars[at] ?? { estimate: null, lo: 0, hi: 0 };
    return [
      `day ${day.toFixed(1)}`,
      percent(bar.estimate ?? 0, digitsFor(bar.hi - bar.lo)),
      intervalBar(bar, scale, BAR_WIDTH, how),
      whole(point?.at_risk ?? 0),
    ];
  });
  const ruler = `0${`${String(scale * 100)} %`.padStart(BAR_WIDTH - 1)}`;
  const header = ["day", "rate", ruler, "at risk at its last rise"];
  const title = bold(`${name === "" ? "all" : name}, up to ${String(window_days)} d`);
  return `\n${title}\n${aligned([header, ...rows], 1).join("\n")}\n`;
}

export function comparisonText(comparisons: readonly RebanComparison[]): string {
  const lines = comparisons.map((comparison) => {
    const { values, window_days, difference, interval, standardised_difference, ranking_reverses, rates } = comparison;
    const [a, b] = values.map(printable);
    const width = interval === null ? 1 : interval.hi - interval.lo;
    const points = (value: number): string => `${value > 0 ? "+" : ""}${(value * 100).toFixed(digitsFor(width))}`;
    const found =
      difference === null
        ? "not known, as one of the rates is not"
        : `${points(difference)} points${interval === null ? " (no interval)" : ` (${points(interval.lo)} to ${points(interval.hi)})`}`;
    const standard =
      standardised_difference === null ? "" : `; at equal shares of every SKU ${points(standardised_difference)}`;
    const reverses = ranking_reverses === true ? "; their order reverses when standardised" : "";
    const none =
      interval !== null && interval.lo <= 0 && interval.hi >= 0 ? "; the interval holds 0: they may be the same" : "";
    return (
      `${rates.map((rate) => `${printable(sentence(rate))}.\n`).join("")}` +
      `${bold(`${a ?? ""} less ${b ?? ""} within ${String(window_days)} d: ${found}${standard}${reverses}${none}`)}\n`
    );
  });
  const rates = comparisons.flatMap(({ rates: compared, assumptions }) =>
    compared.map((rate, at) => (at === 0 ? { ...rate, assumptions } : rate)),
  );
  return `${lines.join("\n")}${assumptionsText(rates)}`;
}

const LEFT_OUT = "left out as populations of their own";

/** Admissions of other entry kinds, over all cells. */
function leftOutOf(answers: readonly RebanAnswer[]): string {
  const sums = new Map<string, number>();
  for (const { window_days, excluded } of answers) {
    if (window_days !== answers[0]?.window_days) continue;
    for (const [entry, count] of Object.entries(excluded)) sums.set(entry, (sums.get(entry) ?? 0) + count);
  }
  return [...sums].map(([entry, count]) => `${whole(count)} ${entry}`).join(", ");
}

/** What answers rest on, each line once. */
function assumptionsText(answers: readonly RebanAnswer[]): string {
  // Cells leave out different numbers: said as one line of all of them.
  const lines = [...new Set(answers.flatMap(({ assumptions }) => assumptions))].filter(
    (line) => !line.startsWith(LEFT_OUT),
  );
  const [first] = answers;
  const leftOut = leftOutOf(answers);
  const head = `as of ${first?.as_of ?? "the file's own end"}, definitions ${first?.definition_version ?? ""}`;
  const all = [head, ...lines, ...(leftOut === "" ? [] : [`${LEFT_OUT}: ${leftOut}`])];
  return `\n${grey(all.map((line) => `  ${printable(line)}`).join("\n"))}\n`;
}

/** The footer of every page: how often each rule of sessionisation fired. */
export function qualityText({ schema: _, ...counters }: DataQualityAnswer): string {
  const fired = Object.entries(counters).flatMap(([name, times]) => (times > 0 ? [`${name} ${whole(times)}`] : []));
  return `${grey(`  data: ${fired.length === 0 ? "no rule of S1-S9 fired" : fired.join(", ")}`)}\n`;
}
