import type { Prng } from "./prng.ts";
import type { DcgmVariant, SynthProfile } from "./types.ts";

/** One test of a DCGM diagnostic as a variant names it. */
export interface DcgmTestSpec {
  category: string;
  name: string;
  /** The lowest run level that holds the test. */
  level: number;
  /** What its rows speak of: the whole node (no id printed), each GPU, or each CPU. */
  rowsOf: "node" | "gpu" | "cpu";
  /** Whether `dcdiag.tests` of the expectation asks for it. */
  required: boolean;
  info: (gpu: number, rng: Prng) => string[];
}

/** One warning of a row, by what DCGM knows of the error. */
export interface DcgmWarning {
  text: string;
  errorId?: number;
  category?: number;
  severity?: number;
  /** Print the text alone instead of an object. */
  plain?: boolean;
}

const nothing = (): string[] => [];
const float = (rng: Prng, low: number, high: number, places: number): string =>
  (low + rng.next() * (high - low)).toFixed(places);

const allocated = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} Allocated ${String(rng.between(279, 285))}${rng.digits(9)} bytes (97.${rng.digits(1)}%)`,
];
const pcieBandwidth = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} GPU to Host bandwidth:\t\t${float(rng, 52, 55, 2)} GB/s`,
  `GPU ${String(gpu)} Host to GPU bandwidth:\t\t${float(rng, 52, 55, 2)} GB/s`,
  `GPU ${String(gpu)} bidirectional bandwidth:\t${float(rng, 96, 105, 2)} GB/s`,
  `GPU ${String(gpu)} GPU to Host latency:\t\t${float(rng, 1.8, 2.4, 3)} us`,
];
const stress = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} relative stress level:\t${String(rng.between(51_000, 64_000))}`,
];
const power = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} max power: ${float(rng, 1040, 1180, 1)} W average power usage: ${float(rng, 960, 1030, 1)} W`,
];
const bandwidth = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} bandwidth:\t${float(rng, 3040, 3090, 2)} GB/s`,
];
const temperature = (gpu: number, rng: Prng): string[] => [
  `GPU ${String(gpu)} temperature average:\t${String(rng.between(44, 58))} C`,
];

type SpecRow = readonly [category: string, name: string, level: number, info: (gpu: number, rng: Prng) => string[]];

const HARDWARE: Record<"spaced" | "snake", readonly SpecRow[]> = {
  spaced: [
    ["Integration", "PCIe", 2, pcieBandwidth],
    ["Hardware", "GPU Memory", 2, allocated],
    ["Hardware", "Diagnostic", 3, temperature],
    ["Stress", "Targeted Stress", 3, stress],
    ["Stress", "Targeted Power", 3, power],
    ["Stress", "Memory Bandwidth", 3, bandwidth],
  ],
  snake: [
    ["Hardware", "memory", 2, allocated],
    ["Hardware", "diagnostic", 3, temperature],
    ["Integration", "pcie", 2, pcieBandwidth],
    ["Stress", "memory_bandwidth", 3, bandwidth],
    ["Stress", "targeted_stress", 3, stress],
    ["Stress", "targeted_power", 3, power],
  ],
};

const DEPLOYMENT = [
  "Denylist",
  "NVML Library",
  "CUDA Main Library",
  "Permissions and OS Blocks",
  "Persistence Mode",
  "Environment Variables",
  "Page Retirement/Row Remap",
  "Graphics Processes",
  "Inforom",
];

function deployment(rowsOf: "node" | "gpu"): DcgmTestSpec[] {
  return DEPLOYMENT.map((name) => ({ category: "Deployment", name, level: 1, rowsOf, required: false, info: nothing }));
}

function hardware(style: "spaced" | "snake"): DcgmTestSpec[] {
  return HARDWARE[style].map(([category, name, level, info]) => ({
    category,
    name,
    level,
    rowsOf: "gpu",
    required: true,
    info,
  }));
}

const LEGACY = [...deployment("node"), ...hardware("spaced")];
const RAW = [...deployment("gpu"), ...hardware("snake")];
const V4: readonly DcgmTestSpec[] = [
  { category: "Deployment", name: "software", level: 1, rowsOf: "gpu", required: true, info: nothing },
  ...hardware("snake"),
  { category: "Hardware", name: "nvbandwidth", level: 3, rowsOf: "gpu", required: true, info: bandwidth },
];
const CPU_EUD: DcgmTestSpec = {
  category: "Hardware",
  name: "cpu_eud",
  level: 3,
  rowsOf: "cpu",
  required: false,
  info: nothing,
};
const MNDIAG: readonly DcgmTestSpec[] = [
  { category: "Hardware", name: "MNUBERGEMM", level: 1, rowsOf: "gpu", required: true, info: nothing },
];

/** The tests of a level 3 run, as the variant prints them. */
export function testSpecs(variant: DcgmVariant, profile: SynthProfile): readonly DcgmTestSpec[] {
  if (variant === "2.x" || variant === "3.x") return LEGACY;
  if (variant === "raw") return RAW;
  if (variant === "mndiag") return MNDIAG;
  return profile === "gb300" ? [...V4, CPU_EUD] : V4;
}

/** Errors of dcgm_errors.h that the faults use; the text is given the GPU. */
export const DCGM_ERRORS = {
  doubleBitEcc: {
    errorId: 4,
    category: 4,
    severity: 2,
    text: (gpu: number) =>
      `Detected 3 uncorrectable (double-bit) volatile ECC errors on GPU ${String(gpu)}. Drain the GPU and reset it or reboot the node.`,
  },
  stressLevel: {
    errorId: 50,
    category: 9,
    severity: 1,
    text: (gpu: number) =>
      `Max stress level of 41099.7 did not exceed desired stress level of 48000.0 for GPU ${String(gpu)}`,
  },
  xid: {
    errorId: 101,
    category: 4,
    severity: 4,
    text: (gpu: number) => `Detected XID 48 on GPU ${String(gpu)}. Run a field diagnostic on the GPU.`,
  },
  recoveryReset: {
    errorId: 125,
    category: 4,
    severity: 6,
    text: (gpu: number) => `GPU ${String(gpu)} requires a reset. Drain and reset the GPU.`,
  },
  unknownSeverity: {
    errorId: 41,
    category: 4,
    severity: 3,
    text: (gpu: number) => `Detected a fault that could not be classified on GPU ${String(gpu)}.`,
  },
  persistenceMode: {
    errorId: 29,
    category: 8,
    severity: 5,
    text: (gpu: number) =>
      `Persistence mode for GPU ${String(gpu)} is disabled. Enable persistence mode by running "nvidia-smi -i <gpuId> -pm 1 " as root.`,
  },
  nvlinkDown: {
    errorId: 14,
    category: 5,
    severity: 2,
    text: (gpu: number) => `GPU ${String(gpu)}'s NvLink link 7 is currently down. Run a field diagnostic on the GPU.`,
  },
  nvlinkBitErrorRate: {
    errorId: 119,
    category: 5,
    severity: 4,
    text: (gpu: number) => `Detected an effective bit error rate of 3.2e-09 on NvLink link 11 of GPU ${String(gpu)}.`,
  },
  fabricProbe: {
    errorId: 123,
    category: 5,
    severity: 6,
    text: (gpu: number) => `GPU ${String(gpu)} fabric probe did not complete successfully.`,
  },
} as const;

/** Error ids of NVLink and the fabric: their cause may be the fabric as well (D3). */
export const FABRIC_ERROR_IDS: ReadonlySet<number> = new Set([13, 14, 15, 16, 17, 99, 108, 112, 119, 121, 123]);

/** One of `DCGM_ERRORS`, worded for a GPU. */
export function dcgmWarning(error: keyof typeof DCGM_ERRORS, gpu: number): DcgmWarning {
  const { errorId, category, severity, text } = DCGM_ERRORS[error];
  return { text: text(gpu), errorId, category, severity };
}
