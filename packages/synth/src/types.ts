/** Who the node is, as `bundle.json` of slipway/evidence@1 records it. */
export interface SynthNode {
  name: string;
  vendor: string;
  sku: string;
  cluster: string;
  rack: string;
  bootId: string;
  serials: { system: string; gpus: string[] };
}

/** What one probe left behind, as slipway/evidence@1 records it. */
export interface Capture {
  argv: string[];
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  startError: string | null;
  startedAt: string;
  durationMs: number;
  stdout: string;
  stderr: string;
}

/** Captures by probe id. */
export type Captures = Record<string, Capture>;

/** What a finding speaks of; ids follow rule G8. */
export interface TruthScope {
  kind: string;
  id: string;
}

/** What judging the node must conclude about one fault. */
export interface Truth {
  /** The check that sees the fault. */
  check: string;
  /** `pass` for the harmless oddities that a check must not trip over, `not-applicable` for a node that has no such part. */
  verdict: "fail" | "inconclusive" | "pass" | "not-applicable";
  /** The causes allowed for the findings named by `scopes`; null when the rules ask for none. */
  causes: readonly string[] | null;
  /** What findings must name, exactly; null when the rules leave it open. */
  scopes: readonly TruthScope[] | null;
  /** The judging rule that decides, such as `D3`. */
  rule: string;
}

export type SynthProfile = "gb300" | "h100";
export type ImexSetup = "host" | "per-domain-idle" | "per-domain-active" | "dns-slots";
export type DcgmVariant = "2.x" | "raw" | "3.x" | "4.x" | "mndiag";
export type ImexDomainFormat = "json" | "text";

/** What to synthesize. The same options always give the same bytes. */
export interface SynthOptions {
  /** Chooses rack, serials, addresses, readings, and the part that a fault strikes. */
  seed: number;
  /** `gb300`: an Azure GB300 NVL72 tray with 4 GPUs. `h100`: an OCI bare-metal HGX H100 with 8. */
  profile?: SynthProfile;
  /** Tray in the rack. Two nodes with the same seed and different trays are of the same rack. */
  index?: number;
  /** Trays in the rack (18), or members of the domain where the model is `dns-slots` (4). */
  rackSize?: number;
  imex?: ImexSetup;
  dcgm?: DcgmVariant;
  imexDomainFormat?: ImexDomainFormat;
  /** Who the node is said to be; what is absent follows from the seed. */
  as?: Persona;
  /** Only these probes are printed, by id or by the name of a family (`mlxlink`); all when absent. */
  probes?: readonly string[];
  /** Names out of `FAULTS`. */
  faults?: readonly string[];
}

/** A node's evidence together with what judging it must conclude. */
export interface Synthesized {
  node: SynthNode;
  /** The expectations of interfaces.md, section 3, that the healthy node meets. */
  expect: Record<string, unknown>;
  captures: Captures;
  /** One per fault asked for, in that order; empty = healthy = every check passes. */
  truths: readonly Truth[];
}

/** The expectations of a synthesized node; faults may take any part of them away. */
export interface SynthExpect {
  gpus?: { count?: number; serials?: string[] };
  dcdiag?: { level?: number; tests?: string[] };
  imex?: { model?: string; members?: string[]; domainActive?: boolean; version?: string | null };
  ib?: {
    rails?: { device: string; port: number; rateGbps: number; label: string; width: number; linkLayer: string }[];
    errors?: Record<string, number>;
    pkey?: string;
  };
  nvlink?: {
    links: number;
    gbps: number;
    cliqueRequired: boolean;
    health: boolean;
    unused?: number[];
    fabric?: boolean;
  };
  hypervisor?: { virt?: string[]; kernelArgs?: string[]; physicalHost?: string };
  nccl?: { minBusbwGBps?: number; size?: number };
}

/** Who a node is said to be, where the caller decides it. */
export interface Persona {
  name?: string;
  vendor?: string;
  sku?: string;
  cluster?: string;
  rack?: string;
  bootId?: string;
  systemSerial?: string;
  gpuSerials?: readonly string[];
  /** Names of the trays of its rack, in order; its own among them. */
  trays?: readonly string[];
  virtual?: boolean;
  /** Partition key of its pool. */
  pkey?: string;
}
