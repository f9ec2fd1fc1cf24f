import {
  at,
  fails,
  faultsOf,
  gpuScope,
  HARDWARE,
  inconclusive,
  passes,
  type Conclusion,
  type FaultTable,
} from "./fault.ts";
import { dropGpu } from "./faults-inventory.ts";
import type { Machine } from "./machine.ts";
import type { MemoryFacts } from "./nvidia-smi-facts.ts";
import type { Prng } from "./prng.ts";

const memoryOf =
  (conclude: (gpu: number) => Conclusion, change: (memory: MemoryFacts, rng: Prng) => void) =>
  (machine: Machine, rng: Prng) => {
    const gpu = rng.pick(machine.nvidiaSmi.gpus);
    change(gpu.memory, rng);
    return conclude(gpu.index);
  };

const broken = (change: (memory: MemoryFacts, rng: Prng) => void) =>
  memoryOf((gpu) => fails("M1", HARDWARE, [gpuScope(gpu)]), change);
const unreadable = (change: (memory: MemoryFacts, rng: Prng) => void) =>
  memoryOf((gpu) => inconclusive("M1", [gpuScope(gpu)]), change);
const harmless = (change: (memory: MemoryFacts, rng: Prng) => void) => memoryOf(() => passes("M1"), change);

/** M1 and M2; F7 for gpu-memory. */
export const MEMORY_FAULTS: FaultTable = faultsOf("gpu-memory", {
  "memory-row-remap-pending": {
    describe: "A row remap waits for a reset.",
    strike: broken((memory) => {
      memory.pending = "Yes";
    }),
  },
  "memory-row-remap-failure": {
    describe: "A row could not be remapped.",
    strike: broken((memory) => {
      memory.failure = "Yes";
    }),
  },
  "memory-dram-uncorrectable": {
    describe: "Volatile uncorrectable DRAM errors.",
    strike: broken((memory, rng) => {
      memory.dramUncorrectable = String(rng.between(1, 40));
    }),
  },
  "memory-sram-parity": {
    describe: "Volatile uncorrectable SRAM parity errors.",
    strike: broken((memory, rng) => {
      memory.sram = { parity: String(rng.between(1, 9)), secded: "0" };
    }),
  },
  "memory-sram-secded": {
    describe: "Volatile uncorrectable SRAM SEC-DED errors.",
    strike: broken((memory, rng) => {
      memory.sram = { parity: "0", secded: String(rng.between(1, 9)) };
    }),
  },
  "memory-sram-one-field": {
    describe: "Volatile uncorrectable SRAM errors in the one field of older drivers.",
    strike: broken((memory, rng) => {
      memory.sram = { single: String(rng.between(1, 9)) };
    }),
  },
  "memory-row-remap-not-available": {
    describe: "A GPU reports N/A for a pending remap.",
    strike: unreadable((memory) => {
      memory.pending = "N/A";
    }),
  },
  "memory-row-remap-failure-absent": {
    describe: "A GPU has no field for a failed remap.",
    strike: unreadable((memory) => {
      memory.failure = null;
    }),
  },
  "memory-dram-unreadable": {
    describe: "A GPU's volatile DRAM count cannot be read.",
    strike: unreadable((memory, rng) => {
      memory.dramUncorrectable = rng.pick(["Unknown Error", "N/A"]);
    }),
  },
  "memory-dram-absent": {
    describe: "A GPU has no field for volatile uncorrectable DRAM errors.",
    strike: unreadable((memory) => {
      memory.dramUncorrectable = null;
    }),
  },
  "memory-sram-absent": {
    describe: "A GPU has no field for volatile uncorrectable SRAM errors.",
    strike: unreadable((memory) => {
      memory.sram = null;
    }),
  },
  "memory-sram-worn": {
    describe: "The driver says that the SRAM has had more errors than it may have.",
    strike: broken((memory) => {
      memory.sramThresholdExceeded = "Yes";
    }),
  },
  "memory-repair-pending": {
    describe: "A memory channel or a TPC waits to be repaired.",
    strike: broken((memory, rng) => {
      memory[rng.pick(["channelRepairPending", "tpcRepairPending"] as const)] = "Yes";
    }),
  },
  "memory-unrepairable": {
    describe: "The driver says that memory cannot be repaired.",
    strike: broken((memory) => {
      memory.unrepairable = "Yes";
    }),
  },
  "memory-flag-unreadable": {
    describe: "One of the driver's own verdicts on the memory is a word of no list.",
    strike: unreadable((memory, rng) => {
      memory.sramThresholdExceeded = rng.pick(["Unknown Error", "Perhaps"]);
    }),
  },
  "memory-flags-not-available": {
    describe: "A GPU has none of the driver's own verdicts on the memory.",
    strike: harmless((memory) => {
      memory.sramThresholdExceeded = "N/A";
      memory.channelRepairPending = "N/A";
      memory.tpcRepairPending = "N/A";
      memory.unrepairable = "N/A";
    }),
  },
  "memory-corrected": {
    describe: "Corrected errors, corrected remaps and old aggregate counts.",
    strike: harmless((memory, rng) => {
      memory.dramCorrectable = String(rng.between(1, 90_000));
      memory.remappedCorrectable = String(rng.between(1, 6));
      memory.aggregateDramUncorrectable = String(rng.between(1, 6));
    }),
  },
  "memory-sram-older-driver": {
    describe: "An older driver prints one SRAM field.",
    strike: harmless((memory) => {
      memory.sram = { single: "0" };
    }),
  },
  "memory-gpu-missing": {
    describe: "A GPU is not in the XML, so its memory cannot be judged.",
    alsoAffects: ["gpu-inventory", "nvl-fabric"],
    strike: (machine, rng) => {
      dropGpu(machine, rng);
      return inconclusive("F7");
    },
  },
  "memory-xml-entities": {
    describe: "The XML declares entities of its own.",
    alsoAffects: ["gpu-inventory", "nvl-fabric"],
    strike: (machine) => {
      machine.nvidiaSmi.internalSubset =
        ' [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n<!ENTITY c SYSTEM "file:///etc/hostname">\n]';
      at(machine.nvidiaSmi.gpus, 0).productName = "&b;&c;";
      return inconclusive("M2");
    },
  },
});
