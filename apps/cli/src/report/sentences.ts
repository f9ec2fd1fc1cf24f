import { canarySize, type SimulationAnswer, type ValueAnswer } from "@slipway/stats";
import { atLeast, atMost, digitsFor, percent, percentRange, whole } from "./figures.ts";

/** What a rate near this, known to ten points either way, takes (statistics.md 1.4). */
const CANARIES = canarySize(0.4, 0.1).canaries;

/** The page's words for a threshold (statistics.md 1.6): what is known of the added nodes, and that the rest is not. */
export function simulationSentence({
  cell,
  policy: { of, passes, drop },
  additionally_admitted: { point, lo, hi },
  node_hours_saved: hours,
  reban_rate_of_additional: rate,
  assume,
}: SimulationAnswer): string {
  const where = Object.values(cell)
    .map((value) => value ?? "unknown")
    .join(" ");
  const asked =
    `${where === "" ? "" : `${where}: `}Requiring ${whole(passes)} passes` +
    `${passes === of ? "" : ` instead of ${whole(of)}`}${drop.length === 0 ? "" : `, without ${drop.join(", ")},`}`;
  const saved =
    hours === null ? "; the hours it would have saved are not known" : ` and saved ${whole(hours)} node-hours`;
  if (hi === 0) return `${asked} would have let in no more nodes${saved}.`;
  const added =
    `${asked} would have let in ${point === null ? `between ${whole(lo)} and ${whole(hi)}` : whole(point)} more ` +
    `${hi === 1 ? "node" : "nodes"}${saved}.`;
  if (rate.point !== null && rate.interval !== null) {
    const digits = digitsFor(rate.interval.hi - rate.interval.lo);
    return (
      `${added} Of these, ${whole(rate.canaries)} were let in as canaries, by a coin: by them the re-ban rate of all ` +
      `is ${percent(rate.point, digits)} (${percentRange(rate.interval.lo, rate.interval.hi)}).`
    );
  }
  const aside = assume !== null && assume !== "canary";
  return (
    `${added} ${servedSentence(rate, aside)} ${boundSentence(rate, assume)}` +
    `${rate.canaries > 0 && aside ? "" : ` Turn on canaries to measure it (about ${whole(CANARIES)} needed).`}`
  );
}

/** Which of the added nodes were in service, and why they do not tell the rate of all. */
function servedSentence({ canaries, overrides }: SimulationAnswer["reban_rate_of_additional"], aside: boolean): string {
  if (canaries + overrides === 0) return "None of these nodes was ever in service, so their re-ban rate is unknown.";
  const picked =
    overrides === 0
      ? ""
      : `${whole(overrides)} were let in by override: people picked them, so they tell nothing of the others`;
  const worth = aside ? "and they are set aside" : "which do not tell the re-ban rate of all";
  const drawn = canaries === 0 ? "" : `only ${whole(canaries)} canaries were ever in service, ${worth}`;
  return `Of these nodes ${[drawn, picked].filter((part) => part !== "").join(", and ")}: it is unknown.`;
}

/** Between what the re-ban rate of the added nodes lies, and by which assumption. */
function boundSentence(
  { bounds_monotone_ci: monotone, bounds_odds_ci: odds }: SimulationAnswer["reban_rate_of_additional"],
  assume: string | null,
): string {
  if (odds !== undefined && odds !== null && assume !== null)
    return (
      `If their odds of a re-ban are between 1 and ${assume.replace("odds=", "")} times those of the nodes that were ` +
      `admitted it is ${percentRange(odds[0], odds[1])}.`
    );
  if (assume === "none") return "Nothing is assumed of them, so it may be anything.";
  return monotone === null
    ? "Nothing is known of admitted nodes to bound it by."
    : "If they are no better than the nodes that were admitted it is between " +
        `${percent(monotone[0], digitsFor(1 - monotone[0]))} and 100 %.`;
}

/** The page's words for a run: what it failed, how much of that is real for certain, and its price. */
export function valueSentence({
  run,
  reached,
  first_failures: failures,
  hazard,
  interval,
  true_detections_ci: real,
  node_hours_per_detection: each,
  node_hours_per_detection_at_least: least,
  node_hours_per_reban_avoided: avoided,
}: ValueAnswer): string {
  if (hazard === null || interval === null) return `No node came to run ${String(run)}.`;
  const share = percent(hazard, digitsFor(interval.hi - interval.lo));
  const failed = `Run ${String(run)} failed ${whole(failures)} of ${whole(reached)} nodes (${share}).`;
  if (failures === 0)
    return `${failed}${least === null ? "" : ` A failure found by it costs at least ${atLeast(least)} node-hours.`}`;
  const [, most] = avoided?.bounds_monotone ?? [null, null];
  const reban =
    each === null || avoided === undefined
      ? ""
      : `, at least ${atLeast(each)}${most === null ? "" : ` and at most ${atMost(most)}`} per re-ban avoided if ` +
        "refused nodes are no better than admitted ones";
  return (
    `${failed} Between ${atLeast(real.lo)} and ${whole(real.hi)} of these were real` +
    `${each === null ? "" : `; ${whole(each)} node-hours per failure found${reban}`}.`
  );
}
