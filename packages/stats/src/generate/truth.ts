import {
  BAD,
  BAN_SHARES,
  DEFECTIVE,
  defective,
  HEALTHY,
  marginal,
  MARGINAL,
  REQUIRED_RUNS,
  workloadBansPerDay,
  type FleetCell,
  type NodeKind,
  type Variant,
} from "./cells.ts";
import type { BanCause } from "@slipway/domain";

/** What the generative fleet's questions have as answers, by numerical integration. */
export interface CellTruth {
  /** Re-ban rates of nodes admitted after `passes` passes, by endpoint and by class. */
  rate(passes?: number): {
    readonly any: number;
    readonly hardware: number;
    readonly by_cause: Readonly<Record<BanCause, number>>;
  };
  /** Of the attempts, the share that `passes` instead of 12 additionally admits, and that share's rates. */
  additional(passes: number): { readonly share: number; readonly any: number; readonly hardware: number };
  /**
   * Of run `run`: share failing of those who reach it, the share of failures that stop a node that is not healthy, and
   * the hardware rate of those who fail there first.
   */
  run(run: number): { readonly hazard: number; readonly trueShare: number; readonly rebanRate: number };
}

/** Intervals of each integration; twice as many change no truth by 1e-8. */
const STEPS = 400;

/** Composite Simpson over [0, upper]. */
function simpson(upper: number, integrand: (x: number) => number): { readonly x: number; readonly weighed: number }[] {
  return Array.from({ length: STEPS + 1 }, (_, at) => {
    const x = (upper * at) / STEPS;
    const weight = at === 0 || at === STEPS ? 1 : at % 2 === 1 ? 4 : 2;
    return { x, weighed: ((weight * upper) / STEPS / 3) * integrand(x) };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Points of Beta(a, b) with weights that add to 1. By p = u², so that the density's root at 0 is smooth. */
function betaPoints([a, b]: readonly [number, number]): { readonly p: number; readonly weight: number }[] {
  const points = simpson(1, (u) => 2 * u ** (2 * a - 1) * (1 - u * u) ** (b - 1));
  const total = sum(points.map(({ weighed }) => weighed));
  return points.map(({ x, weighed }) => ({ p: x * x, weight: weighed / total }));
}

interface Part {
  readonly weight: number;
  readonly kind: NodeKind;
  /** Probability of a ban that is not the workload's within the window, before another terminal one; and of any. */
  readonly hardware: number;
  readonly any: number;
}

const MARGINAL_POINTS = betaPoints(MARGINAL);
const DEFECTIVE_POINTS = betaPoints(DEFECTIVE);

/** By t = s², in which a Weibull hazard of shape 1/2 is even. */
function hardwareRate({ hazard30, shape }: NodeKind, workload: number, windowDays: number): number {
  const power = 2 * shape;
  const scale = hazard30 / 30 ** shape;
  if (workload === 0) return 1 - Math.exp(-scale * windowDays ** shape);
  return sum(
    simpson(
      Math.sqrt(windowDays),
      (s) => scale * power * s ** (power - 1) * Math.exp(-scale * s ** power - workload * s * s),
    ).map(({ weighed }) => weighed),
  );
}

/** @param windowDays of the re-ban rates */
export function truthOf(
  cell: FleetCell,
  { variant = "base", windowDays = 30 }: { readonly variant?: Variant; readonly windowDays?: number } = {},
): CellTruth {
  const { terminal } = workloadBansPerDay(cell, variant);
  const part = (weight: number, kind: NodeKind): Part => ({
    weight,
    kind,
    hardware: hardwareRate(kind, terminal, windowDays),
    any: 1 - (1 - hardwareRate(kind, 0, windowDays)) * Math.exp(-terminal * windowDays),
  });
  const parts = [
    part(1 - cell.bad - cell.marginal - cell.defective, HEALTHY),
    part(cell.bad, BAD),
    ...MARGINAL_POINTS.map(({ p, weight }) => part(cell.marginal * weight, marginal(p))),
    ...DEFECTIVE_POINTS.map(({ p, weight }) => part(cell.defective * weight, defective(p))),
  ];
  const over = (
    chosen: (kind: NodeKind) => number,
  ): { readonly share: number; readonly any: number; readonly hardware: number } => {
    const shares = parts.map(({ weight, kind }) => weight * chosen(kind));
    const share = sum(shares);
    const rate = (of: (part: Part) => number): number =>
      sum(parts.map((each, at) => (shares[at] ?? 0) * of(each))) / share;
    return { share, any: rate((each) => each.any), hardware: rate((each) => each.hardware) };
  };
  const passing = (passes: number) => over(({ failsRun }) => (1 - failsRun) ** passes);
  return {
    rate(passes = REQUIRED_RUNS) {
      const { any, hardware } = passing(passes);
      const byCause = Object.fromEntries(BAN_SHARES.map(([cause, share]) => [cause, share * hardware])) as Record<
        Exclude<BanCause, "workload">,
        number
      >;
      return { any, hardware, by_cause: { ...byCause, workload: any - hardware } };
    },
    additional: (passes) => over(({ failsRun }) => (1 - failsRun) ** passes - (1 - failsRun) ** REQUIRED_RUNS),
    run(run) {
      const failing = over(({ failsRun }) => (1 - failsRun) ** (run - 1) * failsRun);
      const found = over(({ failsRun, healthy }) => (healthy ? 0 : (1 - failsRun) ** (run - 1) * failsRun));
      return {
        hazard: failing.share / passing(run - 1).share,
        trueShare: found.share / failing.share,
        rebanRate: failing.hardware,
      };
    },
  };
}
