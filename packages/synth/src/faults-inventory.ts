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
  type FaultTable,
} from "./fault.ts";
import { PROFILES } from "./identity.ts";
import type { Machine } from "./machine.ts";
import { busIdOf } from "./nvidia-smi-gpu.ts";
import { healthyGpu } from "./nvidia-smi.ts";
import { type GpuFacts } from "./nvidia-smi-facts.ts";
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
  silence(gpu, word);
}

/** A GPU that does not answer prints the same word for all that is read of it. */
function silence(gpu: GpuFacts, word: string): void {
  gpu.fabric = { state: word, status: word, cliqueId: word, clusterUuid: word, summary: word };
  gpu.memory = {
    pending: word,
    failure: word,
    remappedCorrectable: word,
    dramCorrectable: word,
    dramUncorrectable: word,
    sram: { parity: word, secded: word },
    aggregateDramUncorrectable: word,
    sramThresholdExceeded: word,
    channelRepairPending: word,
    tpcRepairPending: word,
    unrepairable: word,
  };
  gpu.allLinksInactive = true;
}

/** Two GPUs of one board print one serial: A, A, B, B. */
function shareSerials(machine: Machine): void {
  const { gpus } = machine.nvidiaSmi;
  for (const [index, gpu] of gpus.entries()) gpu.serial = at(gpus, index - (index % 2)).serial;
  machine.expect.gpus = { ...machine.expect.gpus, serials: gpus.map(({ serial }) => serial) };
}

/** Address in nvidia-smi's sentence about a handle, whose domain has four digits. */
const sentAs = ({ identity }: GpuFacts): string => busIdOf(identity).slice(4);

/** nvidia-smi's sentence about a GPU that is gone, with or without a number before the address. */
function handleLost(gpu: GpuFacts, rng: Prng): string {
  const number = rng.pick(["", `${String(gpu.index)}: `, " "]);
  return `Unable to determine the device handle for GPU${number}${sentAs(gpu)}: Unknown Error`;
}

/** V1 to V4. */
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
  "inventory-serial-not-shown": {
    describe: "Serials are expected, and a GPU shows none.",
    strike: (machine, rng) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.serial = rng.pick(["N/A", "[Not Supported]", "[GPU requires reset]"]);
      return inconclusive("V1", [gpuScope(gpu.index)]);
    },
    alsoAffects: ["dcdiag"],
  },
  "inventory-serials-incomplete": {
    describe: "The expectations name fewer serials than GPUs.",
    strike: (machine) => {
      const serials = machine.identity.gpus.slice(1).map((gpu) => gpu.serial);
      machine.expect.gpus = { ...machine.expect.gpus, serials };
      return inconclusive("V1", [nodeScope(machine), gpuScope(0)]);
    },
    alsoAffects: ["dcdiag"],
  },
  "inventory-gpu-unidentified": {
    describe: "A GPU shows neither serial nor UUID, and says of itself no more than N/A.",
    strike: (machine, rng) => {
      machine.expect.gpus = { count: machine.nvidiaSmi.gpus.length };
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      Object.assign(gpu, { serial: "N/A", uuid: "N/A" });
      return inconclusive("V2", [gpuScope(gpu.index)]);
    },
    alsoAffects: ["dcdiag"],
  },
  "inventory-gap-in-numbers": {
    describe: "A GPU is not listed; nvlink keeps the numbers of the others, and the gap tells which.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      machine.nvidiaSmi.keepsNumbers = true;
      const gpu = rng.between(0, machine.nvidiaSmi.gpus.length - 2);
      machine.nvidiaSmi.gpus.splice(gpu, 1);
      return fails("V1", GONE, [gpuScope(gpu)]);
    },
  },
  "inventory-board-gpu-missing": {
    describe: "One of two GPUs that share a board's serial is not listed, and nothing tells which.",
    alsoAffects: [...SAME_XML, "dcdiag"],
    strike: (machine, rng) => {
      shareSerials(machine);
      dropGpu(machine, rng);
      return fails("V1", GONE, [nodeScope(machine)]);
    },
  },
  "inventory-board-serials": {
    describe: "The GPUs of each board share a serial, in another order than the list.",
    alsoAffects: ["dcdiag"],
    strike: (machine) => {
      shareSerials(machine);
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.expect.gpus?.serials?.toReversed() ?? [] };
      return passes("V1");
    },
  },
  "inventory-board-serials-once": {
    describe: "The GPUs of each board share a serial, and the list gives each once.",
    alsoAffects: ["dcdiag"],
    strike: (machine) => {
      shareSerials(machine);
      machine.expect.gpus = { ...machine.expect.gpus, serials: [...new Set(machine.expect.gpus?.serials)] };
      return passes("V1");
    },
  },
  "inventory-serial-absent": {
    describe: "A serial of a list that gives each board once is carried by no GPU.",
    alsoAffects: ["dcdiag"],
    strike: (machine) => {
      shareSerials(machine);
      const serials = [...new Set(machine.expect.gpus?.serials), "1650000000000"];
      machine.expect.gpus = { ...machine.expect.gpus, serials };
      return inconclusive("V1", [nodeScope(machine)]);
    },
  },
  "inventory-gpu-silent": {
    describe: "A GPU keeps name, serial and UUID, and none of its readings answers.",
    alsoAffects: [...SAME_XML, "dcdiag"],
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      silence(gpu, rng.pick(["GPU requires reset", "Unknown Error"]));
      return fails("V2", GONE, [gpuScope(gpu.index)]);
    },
  },
  "inventory-recovery-due": {
    describe: "The driver asks for a recovery action on a GPU.",
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.recoveryAction = rng.pick(["Reset", "Reboot", "Drain P2P", "Drain and Reset", "GPU Reset Required"]);
      return fails("V3", HARDWARE, [gpuScope(gpu.index)]);
    },
  },
  "inventory-recovery-unknown": {
    describe: "The recovery action of a GPU is a word of no list, or an error text.",
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.recoveryAction = rng.pick(["Recalibrate", "Unknown Error"]);
      return inconclusive("V3", [gpuScope(gpu.index)]);
    },
  },
  "inventory-recovery-not-available": {
    describe: "The driver knows of no recovery action.",
    strike: (machine) => {
      for (const gpu of machine.nvidiaSmi.gpus) gpu.recoveryAction = "N/A";
      return passes("V3");
    },
  },
  "inventory-handle-lost": {
    describe: "nvidia-smi prints a sentence that names a GPU that is gone, and no document.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      machine.nvidiaSmi.xmlAnswer = { stdout: `${handleLost(gpu, rng)}\n`, stderr: "", exitCode: 255 };
      return fails("V4", GONE, [gpuScope(sentAs(gpu))]);
    },
  },
  "inventory-handle-lost-beside": {
    describe: "A GPU is not listed; its serial tells which, and stderr names its address.",
    alsoAffects: SAME_XML,
    strike: (machine, rng) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      machine.nvidiaSmi.gpus = machine.nvidiaSmi.gpus.filter((other) => other !== gpu);
      machine.nvidiaSmi.xmlStderr = `${handleLost(gpu, rng)}\n`;
      return fails("V4", GONE, [gpuScope(gpu.index)]);
    },
  },
});
