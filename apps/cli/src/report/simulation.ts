import { styleText } from "node:util";
import type { SimulationAnswer } from "@slipway/stats";
import { NONE, percentRange, whole, wholeOr } from "./figures.ts";
import { drawing, intervalBar } from "./interval-bar.ts";
import { columns } from "./nodes.ts";
import { printable } from "./printable.ts";
import { simulationSentence } from "./sentences.ts";

const BAR_WIDTH = 32;
/** Answers that are read best as sentences. */
const FEW = 3;

/** Thresholds for a person: a row for each, with what is known of the added machines drawn from 0 to 100 %. */
export function simulationText(answers: readonly SimulationAnswer[]): string {
  const [first] = answers;
  if (first === undefined) return "no attempts in any cell\n";
  const names = Object.keys(first.cell);
  const how = drawing();
  const rows = answers.map((answer) => [
    ...names.map((name) => printable(answer.cell[name] ?? NONE)),
    policyText(answer),
    addedText(answer),
    wholeOr(answer.node_hours_saved),
    rateText(answer),
    barOf(answer, how),
    fleetText(answer),
  ]);
  const header = [
    ...names,
    "passes",
    "more machines",
    "node-hours saved",
    "their re-bans",
    `0${"100 %".padStart(BAR_WIDTH - 1)}`,
    "fleet's re-bans after",
  ];
  const dim = (line: string): string => styleText("dim", `  ${printable(line)}`, { stream: process.stdout });
  const asked =
    `as of ${first.as_of ?? "the files' own end"}, re-bans of ${first.endpoint} ` +
    `within ${String(first.window_days)} d, definitions ${first.definition_version}`;
  const notes = [asked, ...new Set(answers.flatMap(({ assumptions }) => assumptions))];
  const said =
    answers.length > FEW ? "" : `${answers.map((answer) => `${printable(simulationSentence(answer))}\n`).join("")}\n`;
  return `${said}${columns([header, ...rows])}\n${notes.map(dim).join("\n")}\n`;
}

const policyText = ({ policy: { of, passes, drop } }: SimulationAnswer): string =>
  `${String(passes)} of ${String(of)}${drop.length === 0 ? "" : ` without ${printable(drop.join(", "))}`}`;

function addedText({ additionally_admitted: { point, lo, hi, expected } }: SimulationAnswer): string {
  if (point !== null) return whole(point);
  return `${whole(lo)} to ${whole(hi)}${expected === null ? "" : ` (${expected.toFixed(1)} expected)`}`;
}

/** The bounds with their sampling error: the plain ones are no thing to show (A12). */
function rateText({
  additionally_admitted: { hi },
  reban_rate_of_additional: { point, interval, bounds_monotone_ci: monotone, bounds_odds_ci: odds },
}: SimulationAnswer): string {
  if (hi === 0) return NONE;
  if (point !== null && interval !== null) return `${percentRange(interval.lo, interval.hi)} by canaries`;
  const bounds = odds ?? monotone;
  return bounds === null ? "unknown" : percentRange(bounds[0], bounds[1]);
}

function barOf(
  {
    additionally_admitted: { hi },
    reban_rate_of_additional: { point, interval, bounds_monotone_ci: monotone, bounds_odds_ci: odds },
  }: SimulationAnswer,
  how: ReturnType<typeof drawing>,
): string {
  const bounds = odds ?? monotone ?? [0, 1];
  return hi === 0
    ? " ".repeat(BAR_WIDTH)
    : intervalBar(
        { estimate: interval === null ? null : point, lo: interval?.lo ?? bounds[0], hi: interval?.hi ?? bounds[1] },
        1,
        BAR_WIDTH,
        how,
      );
}

/** With the sampling error of the rate of those who were let in, as for the added ones. */
function fleetText({
  fleet_rate_after: { bounds_none, bounds_monotone_ci, bounds_odds_ci },
}: SimulationAnswer): string {
  const [lo, hi] = bounds_odds_ci ?? bounds_monotone_ci ?? bounds_none;
  return percentRange(lo, hi);
}
