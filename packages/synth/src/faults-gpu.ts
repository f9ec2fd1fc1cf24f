import {
  at,
  CONFIGURATION,
  fails,
  faultsOf,
  gpuScope,
  HARDWARE,
  inconclusive,
  nodeScope,
  passes,
  type Conclusion,
  type FaultTable,
} from "./fault.ts";
import { PROFILES } from "./identity.ts";
import type { Machine } from "./machine.ts";
import { healthyGpu, type GpuFacts, type MemoryFacts } from "./nvidia-smi.ts";
import type { Prng } from "./prng.ts";

const GONE = ["hardware", "platform", "configuration"];
const LOST_WORDS = ["GPU is lost", "Unknown Error", "ERR!"];
const SAME_XML = ["nvl-fabric", "gpu-memory"] as const;

/** Takes a GPU off the bus: nvidia-smi counts the ones that are left. */
export function dropGpu(machine: Machine, rng: Prng): number {
  const gpu = rng.between(0, machine.nvidiaSmi.gpus.length - 1);
  machine.nvidiaSmi.gpus.splice(gpu, 1);
  return gpu;
}

/** A lost GPU is still listed, with the same word in every field. */
function loseGpu(gpu: GpuFacts, word: string): void {
  gpu.productName = word;
  gpu.serial = word;
  gpu.uuid = word;
  gpu.fabric = { state: word, status: word, cliqueId: word, clusterUuid: word, summary: word };
  gpu.memory = {
    pending: word,
    failure: word,
    remappedCorrectable: word,
    dramCorrectable: word,
    dramUncorrectable: word,
    sram: { parity: word, secded: word },
    aggregateDramUncorrectable: word,
  };
  gpu.allLinksInactive = true;
}

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

/** V1 and V2. */
export const INVENTORY_FAULTS: FaultTable = faultsOf("gpu-inventory", {
  "inventory-gpu-missing": {
    describe: "A GPU is not listed; its serial tells which.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      return fails("V1", GONE, [gpuScope(dropGpu(machine, rng))]);
    },
  },
  "inventory-gpu-missing-unnamed": {
    describe: "A GPU is not listed and no serials are expected.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      dropGpu(machine, rng);
      machine.expect.gpus = { count: PROFILES[machine.settings.profile].gpuCount };
      return fails("V1", GONE, [nodeScope(machine)]);
    },
  },
  "inventory-gpu-lost": {
    describe: "A GPU is listed but lost.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      loseGpu(gpu, rng.pick(LOST_WORDS));
      return fails("V2", GONE, [gpuScope(gpu.index)]);
    },
  },
  "inventory-gpu-surplus": {
    describe: "More GPUs are listed than expected.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      const { gpus } = machine.nvidiaSmi;
      const identity = { serial: `165${rng.digits(10)}`, uuid: `GPU-${rng.uuid()}`, pci: "0028:01:00" };
      gpus.push(healthyGpu(machine.identity, identity, gpus.length, { temperature: 31, powerWatts: 163.2 }));
      return fails("V1", CONFIGURATION, [nodeScope(machine)]);
    },
  },
  "inventory-serial-unexpected": {
    describe: "A GPU carries an unexpected serial: a part was swapped.",
    strike: (machine, rng) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.serial = `190${rng.digits(10)}`;
      return inconclusive("V1", [gpuScope(gpu.index)]);
    },
    alsoAffects: ["dcdiag"],
  },
});

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
