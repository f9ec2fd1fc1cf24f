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
  /** What may be concluded of it as it is printed by 3.x and later; null = the run was disturbed. Not printed. */
  causes: readonly string[] | null;
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

const HARDWARE_CAUSE = ["hardware"];
const NVLINK_CAUSES = ["hardware", "fabric"];
const SLOW_CAUSES = ["hardware", "fabric", "platform", "configuration", "unknown"];
/** What is told of a row that fails without a word that anybody knows. */
export const UNTOLD_CAUSES: readonly string[] = ["unknown", "hardware"];

/**
 * Errors of dcgm_errors.h that the faults use; the text is given the GPU. `causes` are those a reader of the number
 * may conclude; null where the number says that the run was disturbed and no GPU is at fault.
 */
export const DCGM_ERRORS = {
  doubleBitEcc: {
    errorId: 4,
    category: 10,
    severity: 2,
    causes: HARDWARE_CAUSE,
    text: (gpu: number) =>
      `Detected 3 uncorrectable (double-bit) volatile ECC errors on GPU ${String(gpu)}. Drain the GPU and reset it or reboot the node.`,
  },
  stressLevel: {
    errorId: 50,
    category: 1,
    severity: 1,
    causes: SLOW_CAUSES,
    text: (gpu: number) =>
      `Max stress level of 41099.7 did not exceed desired stress level of 48000.0 for GPU ${String(gpu)}`,
  },
  thermal: {
    errorId: 41,
    category: 9,
    severity: 1,
    causes: HARDWARE_CAUSE,
    text: (gpu: number) => `There were thermal violations totaling 12.4 seconds for GPU ${String(gpu)}`,
  },
  xid: {
    errorId: 101,
    category: 5,
    severity: 4,
    causes: HARDWARE_CAUSE,
    text: (gpu: number) => `Detected XID 48 on GPU ${String(gpu)}. Run a field diagnostic on the GPU.`,
  },
  recoveryReset: {
    errorId: 125,
    category: 15,
    severity: 6,
    causes: HARDWARE_CAUSE,
    text: (gpu: number) => `GPU ${String(gpu)} requires a reset. Drain and reset the GPU.`,
  },
  persistenceMode: {
    errorId: 29,
    category: 8,
    severity: 5,
    causes: ["configuration"],
    text: (gpu: number) =>
      `Persistence mode for GPU ${String(gpu)} is disabled. Enable persistence mode by running "nvidia-smi -i <gpuId> -pm 1 " as root.`,
  },
  pcieNarrow: {
    errorId: 46,
    category: 13,
    severity: 5,
    causes: ["hardware", "platform"],
    text: (gpu: number) =>
      `GPU ${String(gpu)} is running at PCI link width 8X, which is below the minimum allowed link width of 16X`,
  },
  deviceCount: {
    errorId: 20,
    category: 8,
    severity: 5,
    causes: ["hardware", "platform", "configuration", "unknown"],
    text: () => "The number of devices NVML reports does not match the number that DCGM sees.",
  },
  nvlinkDown: {
    errorId: 14,
    category: 11,
    severity: 4,
    causes: NVLINK_CAUSES,
    text: (gpu: number) => `GPU ${String(gpu)}'s NvLink link 7 is currently down. Run a field diagnostic on the GPU.`,
  },
  nvlinkBitErrorRate: {
    errorId: 119,
    category: 11,
    severity: 2,
    causes: NVLINK_CAUSES,
    text: (gpu: number) => `Detected an effective bit error rate of 3.2e-09 on NvLink link 11 of GPU ${String(gpu)}.`,
  },
  fabricProbe: {
    errorId: 123,
    category: 11,
    severity: 1,
    causes: NVLINK_CAUSES,
    text: (gpu: number) => `GPU ${String(gpu)} fabric probe did not complete successfully.`,
  },
  cudaFault: {
    errorId: 51,
    category: 6,
    severity: 1,
    causes: UNTOLD_CAUSES,
    text: (gpu: number) => `A CUDA call on GPU ${String(gpu)} returned: an illegal memory access was encountered`,
  },
  deviceBusy: {
    errorId: 51,
    category: 6,
    severity: 1,
    causes: null,
    text: (gpu: number) =>
      `A CUDA call on GPU ${String(gpu)} returned: all CUDA-capable devices are busy or unavailable`,
  },
  graphicsProcess: {
    errorId: 25,
    category: 8,
    severity: 6,
    causes: null,
    text: (gpu: number) => `A graphics process is running on GPU ${String(gpu)}. End it and run the diagnostic again.`,
  },
  notRoot: {
    errorId: 90,
    category: 7,
    severity: 4,
    causes: null,
    text: () => "The extended utility diagnostic has to run as root.",
  },
  memoryNotAllocated: {
    errorId: 56,
    category: 8,
    severity: 4,
    causes: null,
    text: (gpu: number) => `Couldn't allocate at least 75.0% of GPU memory on GPU ${String(gpu)}`,
  },
} as const;

/** One of `DCGM_ERRORS`, worded for a GPU. */
export function dcgmWarning(error: keyof typeof DCGM_ERRORS, gpu: number): DcgmWarning {
  const { errorId, category, severity, causes, text } = DCGM_ERRORS[error];
  return { text: text(gpu), errorId, category, severity, causes };
}
