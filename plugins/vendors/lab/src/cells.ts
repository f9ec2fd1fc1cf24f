import type { SynthProfile } from "@slipway/synth";

/** A cluster of the lab with the parameters of statistics.md 4. */
export interface Cell {
  readonly cluster: string;
  readonly vendor: string;
  readonly sku: string;
  readonly segment: "frontier" | "fleet";
  readonly nodes: number;
  readonly profile: SynthProfile;
  readonly rackSize: number;
  /** The partition key of the whole cluster, as its file of the fleet has it; of each rack its own where absent. */
  readonly pkey?: string;
  /** Shares of machines that are bad unseen, marginal and defective; the rest are healthy. */
  readonly shares: { readonly B: number; readonly M: number; readonly D: number };
}

const nvl = { profile: "gb300", rackSize: 18 } as const;
const hgx = { profile: "h100", rackSize: 8 } as const;
const shares = (B: number, M: number, D: number): Cell["shares"] => ({ B, M, D });

/** The nine cells, calibrated to the rates of the notes (statistics.md 4, measured there by root finding). */
export const CELLS: readonly Cell[] = [
  {
    cluster: "az-gb300-a",
    vendor: "azure",
    sku: "Standard_ND128isr_GB300_v6",
    segment: "frontier",
    nodes: 576,
    ...nvl,
    pkey: "0x8001",
    shares: shares(0.149, 0.104, 0.052),
  },
  {
    cluster: "az-gb300-b",
    vendor: "azure",
    sku: "Standard_ND128isr_GB300_v6",
    segment: "fleet",
    nodes: 288,
    ...nvl,
    shares: shares(0.149, 0.104, 0.052),
  },
  {
    cluster: "oci-h100-a",
    vendor: "oci",
    sku: "BM.GPU.H100.8",
    segment: "fleet",
    nodes: 512,
    ...hgx,
    shares: shares(0.271, 0.19, 0.095),
  },
  {
    cluster: "oci-h100-b",
    vendor: "oci",
    sku: "BM.GPU.H100.8",
    segment: "fleet",
    nodes: 256,
    ...hgx,
    shares: shares(0.249, 0.174, 0.087),
  },
  {
    cluster: "oci-gb200-a",
    vendor: "oci",
    sku: "BM.GPU.GB200.4",
    segment: "frontier",
    nodes: 360,
    ...nvl,
    shares: shares(0.299, 0.209, 0.105),
  },
  {
    cluster: "cwd-h100-a",
    vendor: "coreweave",
    sku: "gd-8xh100ib-i128",
    segment: "fleet",
    nodes: 1024,
    ...hgx,
    shares: shares(0.0013, 0.0009, 0.0004),
  },
  {
    cluster: "cwg-gb200-a",
    vendor: "coreweave-gcp",
    sku: "gb200-4x",
    segment: "frontier",
    nodes: 432,
    ...nvl,
    shares: shares(0.0013, 0.0009, 0.0004),
  },
  {
    cluster: "cwd-gb200-a",
    vendor: "coreweave",
    sku: "gb200-4x",
    segment: "frontier",
    nodes: 720,
    ...nvl,
    shares: shares(0.0037, 0.0026, 0.0013),
  },
  {
    cluster: "cwg-h200-a",
    vendor: "coreweave-gcp",
    sku: "gd-8xh200ib-i128",
    segment: "fleet",
    nodes: 384,
    ...hgx,
    shares: shares(0, 0, 0),
  },
];

/** Per day: moves to another cluster, and bans that the workload caused (statistics.md 4). */
export const MOVES_PER_DAY = 0.004;
export const WORKLOAD_BANS_PER_DAY = { frontier: 0.01, fleet: 0.004 } as const;
/** Share of a run of a healthy machine that fails all the same. */
export const FLAKE = 0.004;
/** Causes of bans in service that are not the workload's (settled.md E, Generator). */
export const SERVICE_CAUSES = [
  ["hardware", 0.7],
  ["fabric", 0.15],
  ["platform", 0.1],
  ["configuration", 0.03],
  ["unknown", 0.02],
] as const;
