import type { BanCause } from "@slipway/domain";
import type { Attempt, Labels, Spell } from "../model.ts";
import {
  ATTEMPTS_PER_NODE,
  BAD,
  BAN_SHARES,
  DAYS,
  defective,
  DEFECTIVE,
  FLEET_CELLS,
  HEALTHY,
  HOURS_PER_RUN,
  marginal,
  MARGINAL,
  MOVES_PER_DAY,
  REQUIRED_RUNS,
  workloadBansPerDay,
  type FleetCell,
  type NodeKind,
  type Variant,
} from "./cells.ts";
import { random, type Random } from "./random.ts";

export interface FleetOptions {
  readonly seed: number;
  readonly variant?: Variant;
  readonly cells?: readonly FleetCell[];
  /** A coin decides whether a node that fails first at one of the last `canaryRuns` runs is admitted all the same; 0 for no canary. */
  readonly canaryProbability?: number;
  readonly canaryRuns?: number;
  /** Whether people let in the refused ones that look good. */
  readonly overrides?: boolean;
  /** Share of failed attempts whose other runs are made all the same. */
  readonly keepRunning?: number;
  /** Whether causes are written down wrongly: 10 % of hardware bans as the workload's, 3 % of the workload's as hardware. */
  readonly mislabelled?: boolean;
}

/** One cluster's 90 days: what a history would say, and what it cannot. */
export interface GeneratedCell {
  readonly cell: FleetCell;
  readonly attempts: readonly Attempt[];
  /** Of the admissions, with entry ofr, canary or override. */
  readonly spells: readonly Spell[];
  /** First failures of nodes that are not healthy, by run from 1. */
  readonly trueDetections: readonly number[];
  /** What became of the admissions of entry ofr in 30 days, had they been followed: terminal bans. */
  readonly realised: { readonly n: number; readonly any: number; readonly hardware: number };
}

/** The first day of a generated history, in milliseconds since 1970. */
export const HISTORY_START = Date.UTC(2026, 0, 1);
export const DAY_MS = 86_400_000;
export const OUTCOME_DAYS = 30;

/** Checks by which a failing run fails, and their shares. */
const CHECKS: readonly (readonly [string, number])[] = [
  ["dcdiag", 0.5],
  ["ib-xdr", 0.25],
  ["nccl", 0.15],
  ["imex", 0.1],
];

/** The generative fleet of statistics.md 4, the same for the same seed; a cell does not depend on which others are made. */
export function generateFleet({
  seed,
  variant = "base",
  cells = FLEET_CELLS,
  canaryProbability = 0.5,
  canaryRuns = 2,
  overrides = false,
  keepRunning = 0,
  mislabelled = false,
}: FleetOptions): GeneratedCell[] {
  return cells.map((cell) =>
    generateCell(cell, random(seed, cell.cluster, variant), {
      variant,
      canaryProbability,
      canaryRuns,
      overrides,
      keepRunning,
      mislabelled,
    }),
  );
}

type CellOptions = Required<Omit<FleetOptions, "seed" | "cells">>;

function generateCell(cell: FleetCell, draw: Random, options: CellOptions): GeneratedCell {
  const attempts: Attempt[] = [];
  const spells: Spell[] = [];
  const trueDetections = Array.from({ length: REQUIRED_RUNS }, () => 0);
  const realised = { n: 0, any: 0, hardware: 0 };
  const labels: Labels = { vendor: cell.vendor, sku: cell.sku, cluster: cell.cluster, segment: cell.segment };
  const count = Math.round(cell.nodes * ATTEMPTS_PER_NODE);
  for (let at = 1; at <= count; at += 1) {
    const attemptId = `${cell.cluster}-a${String(at).padStart(4, "0")}`;
    const kind = drawKind(cell, draw);
    const first = firstFailure(kind, draw);
    if (first !== null && !kind.healthy) trueDetections[first - 1] = (trueDetections[first - 1] ?? 0) + 1;
    const entry = drawEntry(kind, first, draw, options);
    const stay = entry === null ? null : drawStay(cell, kind, draw, options);
    if (entry === "ofr" && stay !== null) {
      realised.n += 1;
      if (stay.within.any) realised.any += 1;
      if (stay.within.hardware) realised.hardware += 1;
    }
    if (entry !== null && stay !== null) {
      spells.push({
        admissionId: attemptId,
        days: stay.days,
        cause: stay.cause,
        enteredDays: 0,
        labels: { ...labels, entry },
        node: `${cell.cluster}-n${String(at).padStart(4, "0")}`,
        startedAt: HISTORY_START + Math.round(stay.startDay * DAY_MS),
        attemptId,
      });
    }
    attempts.push({
      attemptId,
      labels,
      ...drawRuns(kind, first, draw, options.keepRunning),
      reban: stay === null ? null : outcome(stay),
      canaryProbability: inCanaryArm(first, options) ? options.canaryProbability : null,
      admittedAsCanary: entry === "canary",
    });
  }
  return { cell, attempts, spells, trueDetections, realised };
}

function drawKind({ bad, marginal: wavering, defective: broken }: FleetCell, draw: Random): NodeKind {
  const at = draw.uniform();
  if (at < bad) return BAD;
  if (at < bad + wavering) return marginal(draw.beta(...MARGINAL));
  return at < bad + wavering + broken ? defective(draw.beta(...DEFECTIVE)) : HEALTHY;
}

/** The first of independent runs that fails, if one of the required does. */
function firstFailure({ failsRun }: NodeKind, draw: Random): number | null {
  const run = Math.ceil(-draw.exponential() / Math.log1p(-failsRun));
  return run <= REQUIRED_RUNS ? Math.max(run, 1) : null;
}

const inCanaryArm = (first: number | null, { canaryProbability, canaryRuns }: CellOptions): boolean =>
  canaryProbability > 0 && first !== null && first > REQUIRED_RUNS - canaryRuns;

function drawEntry(
  { failsRun }: NodeKind,
  first: number | null,
  draw: Random,
  options: CellOptions,
): "ofr" | "canary" | "override" | null {
  if (first === null) return "ofr";
  if (inCanaryArm(first, options) && draw.chance(options.canaryProbability)) return "canary";
  return options.overrides && draw.chance(Math.min(1, Math.max(0.02, 0.9 - 4 * failsRun))) ? "override" : null;
}

interface Stay {
  readonly startDay: number;
  readonly days: number;
  readonly cause: BanCause | null;
  /** What ends it within 30 days, followed or not. */
  readonly within: { readonly any: boolean; readonly hardware: boolean };
}

function drawStay(
  cell: FleetCell,
  { hazard30, shape }: NodeKind,
  draw: Random,
  { variant, mislabelled }: CellOptions,
): Stay {
  const startDay = draw.uniform() * DAYS;
  const followed = Math.min(DAYS - startDay, draw.exponential() / MOVES_PER_DAY);
  const hardware = 30 * (draw.exponential() / hazard30) ** (1 / shape);
  const { lifted, terminal } = workloadBansPerDay(cell, variant);
  // A workload ban that is written down as hardware's is not lifted.
  const workload = draw.exponential() / (mislabelled ? terminal + 0.03 * lifted : terminal);
  const end = Math.min(hardware, workload);
  const cause =
    end > followed
      ? null
      : hardware <= workload
        ? hardwareCause(draw, mislabelled)
        : mislabelled && draw.chance((0.03 * (lifted + terminal)) / (terminal + 0.03 * lifted))
          ? "hardware"
          : "workload";
  return {
    startDay,
    days: Math.min(end, followed),
    cause,
    within: { any: end <= OUTCOME_DAYS, hardware: hardware <= Math.min(workload, OUTCOME_DAYS) },
  };
}

function hardwareCause(draw: Random, mislabelled: boolean): BanCause {
  const cause = pick(BAN_SHARES, draw);
  return mislabelled && cause === "hardware" && draw.chance(0.1) ? "workload" : cause;
}

function pick<T>(shares: readonly (readonly [T, number])[], draw: Random): T {
  let left = draw.uniform();
  for (const [one, share] of shares) {
    left -= share;
    if (left < 0) return one;
  }
  return (shares[0] as readonly [T, number])[0];
}

/** Banned again for anything but the workload in 30 days; null when it was not followed that long. */
const outcome = ({ days, cause }: Stay): boolean | null =>
  cause === null ? (days >= OUTCOME_DAYS ? false : null) : cause !== "workload" && days <= OUTCOME_DAYS;

const HOURS = Array.from({ length: REQUIRED_RUNS + 1 }, (_, runs) => Array.from({ length: runs }, () => HOURS_PER_RUN));

function drawRuns(
  { failsRun }: NodeKind,
  first: number | null,
  draw: Random,
  keepRunning: number,
): Pick<Attempt, "firstFailedRun" | "failedChecks" | "runsExecuted" | "afterFailure" | "nodeHours"> {
  if (first === null)
    return {
      firstFailedRun: null,
      failedChecks: [],
      runsExecuted: REQUIRED_RUNS,
      nodeHours: HOURS[REQUIRED_RUNS] ?? null,
    };
  const failedChecks = [pick(CHECKS, draw)];
  if (first === REQUIRED_RUNS || !draw.chance(keepRunning))
    return { firstFailedRun: first, failedChecks, runsExecuted: first, nodeHours: HOURS[first] ?? null };
  const afterFailure = Array.from({ length: REQUIRED_RUNS - first }, (_, at) => ({
    run: first + at + 1,
    failedChecks: draw.chance(failsRun) ? [pick(CHECKS, draw)] : [],
  }));
  return {
    firstFailedRun: first,
    failedChecks,
    runsExecuted: REQUIRED_RUNS,
    afterFailure,
    nodeHours: HOURS[REQUIRED_RUNS] ?? null,
  };
}
