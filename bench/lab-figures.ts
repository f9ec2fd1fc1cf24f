import type { BanCause } from "@slipway/domain";
import { rateOf, sessionise, type EventRow, type Spell } from "@slipway/stats";
import { historyOf, type HistoryEvent } from "@slipway/vendor-lab/history";
import { size } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

/** Thirty-day hardware re-ban rates that the lab's cells are calibrated to (statistics.md 4). */
const TRUTH: Readonly<Record<string, number>> = {
  "az-gb300-a": 0.15,
  "az-gb300-b": 0.15,
  "oci-h100-a": 0.3,
  "oci-h100-b": 0.27,
  "oci-gb200-a": 0.34,
  "cwd-h100-a": 0.01,
  "cwg-gb200-a": 0.01,
  "cwd-gb200-a": 0.012,
  "cwg-h200-a": 0.009,
};
/** Within which the vendors' points have to lie in at least 45 of 50 seeds (settled.md E, Lab figures). */
const POINTS = { oci: [0.24, 0.36], azure: [0.1, 0.2], coreweave: [0.003, 0.025] } as const;
const START = "2026-01-01T00:00:00Z";
const DAYS = 90;
const WINDOW = 30;

/** The lab's ninety days over many seeds: whether re-ban rates say of it what is true of it. */
export function benchLabFigures(): BenchResult[] {
  const seeds = size("SLIPWAY_LAB_SEEDS", 50);
  const inside = new Map(Object.keys(TRUTH).map((cluster) => [cluster, 0]));
  let pointsRight = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const spells = spellsOf(historyOf({ seed, start: START }, DAYS));
    for (const [cluster, truth] of Object.entries(TRUTH)) {
      const { interval } = rateOf(
        spells.filter(({ labels }) => labels["cluster"] === cluster),
        WINDOW,
        "hardware",
      );
      if (interval !== null && interval.lo <= truth && truth <= interval.hi)
        inside.set(cluster, (inside.get(cluster) ?? 0) + 1);
    }
    const right = Object.entries(POINTS).every(([vendor, [lo, hi]]) => {
      const { estimate } = rateOf(
        spells.filter(({ labels }) => labels["vendor"]?.startsWith(vendor) === true),
        WINDOW,
        "hardware",
      );
      return estimate !== null && lo <= estimate && estimate <= hi;
    });
    if (right) pointsRight += 1;
  }
  for (const [cluster, count] of inside)
    print(
      `  ${cluster.padEnd(12)} truth ${String(TRUTH[cluster])}: inside ${String(count)} of ${String(seeds)} intervals`,
    );
  const cells = [...inside.values()].reduce((a, b) => a + b, 0);
  return [
    ratioLine(
      `lab figures: 0.9 of ${String(seeds * inside.size)} cell intervals over those that contain the truth (${String(cells)})`,
      (0.9 * seeds * inside.size) / cells,
      1,
    ),
    ratioLine(
      `lab figures: 45 of 50 seeds over those with every vendor's point in its range (${String(pointsRight)} of ${String(seeds)})`,
      (0.9 * seeds) / pointsRight,
      1,
    ),
  ];
}

function spellsOf(events: readonly HistoryEvent[]): readonly Spell[] {
  const rows = events.map(({ type, machine, at, vendor, sku, cluster, segment, cause, entry }, index): EventRow => ({
    eventId: String(index),
    revision: 1,
    type,
    node: machine,
    cluster,
    ts: at,
    ingestedTs: null,
    cause: cause as BanCause | null,
    labels: { vendor, sku, cluster, segment, ...(entry === null ? {} : { entry }) },
    attemptId: null,
  }));
  return sessionise(rows, { asOf: Date.parse(START) + DAYS * 86_400_000 }).spells;
}
