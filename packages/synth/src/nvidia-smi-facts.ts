import type { GpuIdentity } from "./identity.ts";

/** The fabric section of one GPU; null = the element is absent. */
export interface FabricFacts {
  state: string | null;
  status: string;
  cliqueId: string;
  clusterUuid: string;
  summary: string | null;
}

/** What a GPU reports of its memory; null = the element is absent. */
export interface MemoryFacts {
  pending: string | null;
  failure: string | null;
  remappedCorrectable: string;
  dramCorrectable: string;
  dramUncorrectable: string | null;
  /** Two fields (parity and SEC-DED), one field of older drivers, or none. */
  sram: { parity: string; secded: string } | { single: string } | null;
  aggregateDramUncorrectable: string;
  /** The driver's own verdicts: Yes, No, or another word. */
  sramThresholdExceeded: string;
  channelRepairPending: string;
  tpcRepairPending: string;
  unrepairable: string;
}

/** One GPU as nvidia-smi sees it. */
export interface GpuFacts {
  /** The index that the driver gives it on a complete machine. */
  index: number;
  identity: GpuIdentity;
  productName: string;
  serial: string;
  uuid: string;
  fabric: FabricFacts;
  memory: MemoryFacts;
  recoveryAction: string;
  mig: string;
  /** Per NVLink, what `nvlink -s` prints behind the colon; null = the link is not listed. */
  links: (string | null)[];
  /** `nvlink -s` prints the sentence that all links are inactive instead of the links. */
  allLinksInactive: boolean;
  temperature: number;
  powerWatts: number;
}

/** What nvidia-smi knows of the machine. */
export interface NvidiaSmiFacts {
  gpus: GpuFacts[];
  /** Behind the system identifier of the DOCTYPE. */
  internalSubset: string;
  /** GPUs that `nvlink -s` gives no heading. */
  unheaded: Set<number>;
  /** `nvlink -s` keeps the numbers of a complete machine where a GPU is gone, which leaves a gap. */
  keepsNumbers: boolean;
  /** Instead of the output of `nvidia-smi -q -x`. */
  xmlAnswer: Answer | null;
  /** Beside the document of `nvidia-smi -q -x`. */
  xmlStderr: string;
  /** Instead of the output of `nvlink -s`. */
  nvlinkAnswer: Answer | null;
}

/** What a program prints, and how it ends. */
export interface Answer {
  stdout: string;
  stderr: string;
  exitCode: number;
}
