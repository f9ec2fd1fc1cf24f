import type { PassPolicy } from "@slipway/domain";
import { digestOf, type Fleet, type KnownLane } from "@slipway/fleet";
import { chances } from "./chances.ts";
import { DAY, START } from "./simulate.ts";

/** Nodes of the simulated fleet: a whole NVL72 rack, and two clusters between which machines are moved. */
const CELLS = { "az-gb300-a": 18, "oci-h100-a": 8, "oci-h100-b": 5 } as const;

/** The lab of a seed: most machines are there from the first moment on, the others come one by one. */
export function labOf(seed: number): Readonly<Record<string, unknown>> {
  const draw = chances(seed, "lab");
  const start = new Date(START - 75 * DAY).toISOString();
  return {
    cells: CELLS,
    start,
    speed: 1,
    bootSeconds: draw.between(20, 60),
    unnamed: 0.2,
    inconclusive: draw.pick([0.002, 0.02, 0.08]),
  };
}

/** How a seed's processes work. */
export interface Manner {
  readonly workers: number;
  /** Between two looks at the vendor. */
  readonly lookMs: number;
  /** Between two sweeps for what is due or lost. */
  readonly sweepMs: number;
  /** How long a worker is gone after it died. */
  readonly restartMs: number;
}

export function mannerOf(seed: number): Manner {
  const draw = chances(seed, "manner");
  return {
    workers: draw.between(2, 4),
    lookMs: draw.pick([120, 360]) * 60_000,
    sweepMs: draw.pick([20, 60, 60]) * 60_000,
    restartMs: draw.pick([0, 1, 20]) * 60_000,
  };
}

/** The fleet with lanes as this seed has them: every form of the policy comes up in some seed. */
export function variedLanes(fleet: Fleet, seed: number): Fleet {
  const lanes = fleet.lanes.map(({ lane, file }): KnownLane => {
    const draw = chances(seed, `lane ${lane.lane}`);
    const attempts = draw.pick([1, 1, 2, 3]);
    const policy: PassPolicy = {
      ...lane.policy,
      counting: draw.pick(["consecutive", "cumulative"]),
      onFail: attempts > 1 ? "reset" : "ban",
      maxAttempts: attempts,
      inconclusiveRetries: draw.between(0, 3),
      freshBootEvery: draw.pick([0, 0, 0, 1, 3]),
      confirmations: draw.pick([0, 0, 1, 2]),
      keepRunning: draw.pick([0, 0.3]),
      minutesBetween: draw.pick([0, 10, 60, 240]),
    };
    const passes = lane.passes === 12 ? draw.pick([12, 3, 3, 2, 2, 2, 2, 2]) : lane.passes;
    const varied = {
      ...lane,
      passes,
      policy,
      canaryArm: { probability: draw.pick([0, 0, 0.3]), segments: draw.pick([["fleet"], ["fleet", "frontier"]]) },
    };
    return { lane: varied, digest: digestOf(JSON.stringify(varied)), file };
  });
  const keepEvidenceDays = chances(seed, "retention").pick([1, 180]);
  const clusters = { ...fleet.clusters, keepEvidenceDays };
  return { ...fleet, clusters, lanes, lane: (digest) => lanes.find((known) => known.digest === digest) };
}
