import { styleText } from "node:util";
import type { ValueAnswer } from "@slipway/stats";
import { atLeast, atMost, digitsFor, NONE, percent, whole, wholeOr } from "./figures.ts";
import { drawing, intervalBar, scaleOf, type Bar } from "./interval-bar.ts";
import { columns } from "./nodes.ts";
import { printable } from "./printable.ts";
import { valueSentence } from "./sentences.ts";

const BAR_WIDTH = 28;

/** The runs for a person: how many failed each, at what price, and how many of them for certain were no flakes. */
export function valueText(answers: readonly ValueAnswer[]): string {
  const [first] = answers;
  if (first === undefined) return "no run was made\n";
  const bars = answers.map(({ hazard, interval }): Bar => ({
    estimate: hazard,
    lo: interval?.lo ?? 0,
    hi: interval?.hi ?? 0,
  }));
  const scale = scaleOf(bars);
  const how = drawing();
  const priced = first.node_hours_per_reban_avoided !== undefined;
  const rows = answers.map((answer, at) => [
    String(answer.run),
    whole(answer.reached),
    whole(answer.first_failures),
    answer.hazard === null || answer.interval === null
      ? NONE
      : percent(answer.hazard, digitsFor(answer.interval.hi - answer.interval.lo)),
    answer.interval === null
      ? " ".repeat(BAR_WIDTH)
      : intervalBar(bars[at] ?? { estimate: null, lo: 0, hi: 0 }, scale, BAR_WIDTH, how),
    wholeOr(answer.node_hours),
    answer.node_hours_per_detection === null
      ? answer.node_hours_per_detection_at_least === null
        ? NONE
        : `at least ${atLeast(answer.node_hours_per_detection_at_least)}`
      : whole(answer.node_hours_per_detection),
    `${atLeast(answer.true_detections_ci.lo)} to ${whole(answer.true_detections_ci.hi)}`,
    ...(priced ? [avoidedText(answer)] : []),
    answer.warnings.map(printable).join(", "),
  ]);
  const header = [
    "run",
    "reached",
    "failed first",
    "share",
    `0${`${String(scale * 100)} %`.padStart(BAR_WIDTH - 1)}`,
    "node-hours",
    "a failure found",
    "of them real",
    ...(priced ? ["a re-ban avoided"] : []),
    "",
  ];
  const verdict =
    first.stop_from_run === null
      ? "no run costs more than all it could avoid"
      : `runs from ${String(first.stop_from_run)} on cost more than all they could avoid`;
  const stop =
    first.stop_from_run === undefined
      ? ""
      : `${style("bold", `${verdict}, at the prices of ${printable(first.set_by ?? "")}`)}\n`;
  const notes = [
    `definitions ${first.definition_version}`,
    ...new Set(answers.flatMap(({ assumptions }) => assumptions)),
  ];
  const last = answers.findLast(({ reached }) => reached > 0);
  const said = last === undefined ? "" : `${valueSentence(last)}\n\n`;
  const dimmed = notes.map((line) => style("dim", `  ${printable(line)}`)).join("\n");
  return `${said}${columns([header, ...rows])}${stop}\n${dimmed}\n`;
}

/** Node-hours, from the least that it can cost to the most. */
function avoidedText({ node_hours_per_reban_avoided: of }: ValueAnswer): string {
  const [lo, hi] = of?.bounds_monotone ?? [null, null];
  return lo === null ? NONE : hi === null ? `at least ${atLeast(lo)}` : `${atLeast(lo)} to ${atMost(hi)}`;
}

const style = (format: "bold" | "dim", text: string): string => styleText(format, text, { stream: process.stdout });
