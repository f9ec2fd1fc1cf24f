import type { BanCause } from "@slipway/domain";

/** One cluster of the generative fleet (statistics.md 4, calibrated cells). */
export interface FleetCell {
  readonly cluster: string;
  readonly vendor: string;
  readonly sku: string;
  readonly segment: "frontier" | "fleet";
  readonly nodes: number;
  /** Shares of the attempts that are bad but invisible to tests, marginal, and defective; the rest is healthy. */
  readonly bad: number;
  readonly marginal: number;
  readonly defective: number;
}

const cell = (
  cluster: string,
  { vendor, sku, segment, nodes }: Pick<FleetCell, "vendor" | "sku" | "segment" | "nodes">,
  [bad, marginal, defective]: readonly [number, number, number],
): FleetCell => ({ cluster, vendor, sku, segment, nodes, bad, marginal, defective });

export const FLEET_CELLS: readonly FleetCell[] = [
  cell("az-gb300-a", { vendor: "azure", sku: "GB300", segment: "frontier", nodes: 576 }, [0.149, 0.104, 0.052]),
  cell("az-gb300-b", { vendor: "azure", sku: "GB300", segment: "fleet", nodes: 288 }, [0.149, 0.104, 0.052]),
  cell("oci-h100-a", { vendor: "oci", sku: "H100", segment: "fleet", nodes: 512 }, [0.271, 0.19, 0.095]),
  cell("oci-h100-b", { vendor: "oci", sku: "H100", segment: "fleet", nodes: 256 }, [0.249, 0.174, 0.087]),
  cell("oci-gb200-a", { vendor: "oci", sku: "GB200", segment: "frontier", nodes: 360 }, [0.299, 0.209, 0.105]),
  cell("cwd-h100-a", { vendor: "coreweave", sku: "H100", segment: "fleet", nodes: 1024 }, [0.0013, 0.0009, 0.0004]),
  cell(
    "cwg-gb200-a",
    { vendor: "coreweave-gcp", sku: "GB200", segment: "frontier", nodes: 432 },
    [0.0013, 0.0009, 0.0004],
  ),
  cell("cwd-gb200-a", { vendor: "coreweave", sku: "GB200", segment: "frontier", nodes: 720 }, [0.0037, 0.0026, 0.0013]),
  cell("cwg-h200-a", { vendor: "coreweave-gcp", sku: "H200", segment: "fleet", nodes: 384 }, [0, 0, 0]),
];

/** Whether workload bans end: `base` lifts all after an hour, in `competing` half of them stay (settled.md E, Generator). */
export type Variant = "base" | "competing";

/** Runs of the slow path, the hours of one, and the days over which nodes are admitted and followed. */
export const REQUIRED_RUNS = 12;
export const HOURS_PER_RUN = 2;
export const DAYS = 90;
/** Attempts of a cell in one fleet, by node. */
export const ATTEMPTS_PER_NODE = 0.6;
/** A healthy node's, and that of a bad one that tests cannot see. */
export const FLAKE = 0.004;
export const MARGINAL = [1.5, 8.5] as const;
export const DEFECTIVE = [8, 2] as const;
export const MOVES_PER_DAY = 0.004;
const WORKLOAD_BANS_PER_DAY = { frontier: 0.01, fleet: 0.004 } as const;

/** Causes of the bans that are not the workload's, and their shares. */
export const BAN_SHARES: readonly (readonly [Exclude<BanCause, "workload">, number])[] = [
  ["hardware", 0.7],
  ["fabric", 0.15],
  ["platform", 0.1],
  ["configuration", 0.03],
  ["unknown", 0.02],
];

/** Workload bans a day that are lifted, and that end the stay. */
export function workloadBansPerDay(
  { segment }: FleetCell,
  variant: Variant,
): { readonly lifted: number; readonly terminal: number } {
  const rate = WORKLOAD_BANS_PER_DAY[segment];
  return variant === "base" ? { lifted: rate, terminal: 0 } : { lifted: rate / 2, terminal: rate / 2 };
}

/** Attempts of one kind: what a run of theirs does, and how their hardware ages in service. */
export interface NodeKind {
  /** Whether a failing run of theirs is a flake; one of a bad node that tests cannot see is luck, but it stops a bad node. */
  readonly healthy: boolean;
  readonly failsRun: number;
  /** Cumulative hazard at 30 days, and the Weibull shape by which it grows. */
  readonly hazard30: number;
  readonly shape: 1 | 0.5;
}

export const HEALTHY: NodeKind = { healthy: true, failsRun: FLAKE, hazard30: 0.009, shape: 1 };
export const BAD: NodeKind = { healthy: false, failsRun: FLAKE, hazard30: 1.4, shape: 0.5 };
export const marginal = (failsRun: number): NodeKind => ({
  healthy: false,
  failsRun,
  hazard30: 0.35 + 3 * failsRun,
  shape: 0.5,
});
export const defective = (failsRun: number): NodeKind => ({ healthy: false, failsRun, hazard30: 3.5, shape: 0.5 });
