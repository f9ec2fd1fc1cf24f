import {
  at,
  CONFIGURATION,
  fails,
  faultsOf,
  gpuScope,
  inconclusive,
  linkScope,
  nodeScope,
  passes,
  WIDE,
  type Conclusion,
  type FaultTable,
} from "./fault.ts";
import { dropGpu } from "./faults-inventory.ts";
import type { Machine } from "./machine.ts";
import { busIdOf } from "./nvidia-smi-gpu.ts";
import { ALL_LINKS_INACTIVE } from "./nvidia-smi.ts";
import { type FabricFacts } from "./nvidia-smi-facts.ts";
import type { Prng } from "./prng.ts";

const RACK_SCALE = ["gb300"] as const;

const fabricOf =
  (conclude: (gpu: number) => Conclusion, change: (fabric: FabricFacts, rng: Prng) => void) =>
  (machine: Machine, rng: Prng) => {
    const gpu = rng.pick(machine.nvidiaSmi.gpus);
    change(gpu.fabric, rng);
    return conclude(gpu.index);
  };

const failing = (rule: string, change: (fabric: FabricFacts, rng: Prng) => void) =>
  fabricOf((gpu) => fails(rule, WIDE, [gpuScope(gpu)]), change);
const unclear = (rule: string, change: (fabric: FabricFacts, rng: Prng) => void) =>
  fabricOf((gpu) => inconclusive(rule, [gpuScope(gpu)]), change);

/** A GPU whose probe has not completed has no other values yet. */
const stateOnly = (state: string | null, status: string) =>
  unclear("F2", (fabric) => {
    Object.assign(fabric, { state, status, cliqueId: "N/A", clusterUuid: "N/A", summary: "N/A" });
  });

const linkReads =
  (conclude: (id: string) => Conclusion, speed: (machine: Machine) => string | null) =>
  (machine: Machine, rng: Prng) => {
    const gpu = rng.pick(machine.nvidiaSmi.gpus);
    const link = rng.between(0, gpu.links.length - 1);
    gpu.links[link] = speed(machine);
    return conclude(`${String(gpu.index)}/${String(link)}`);
  };

const linkFails = (speed: (machine: Machine) => string) => linkReads((id) => fails("F5", WIDE, [linkScope(id)]), speed);

/** F1-F7. */
export const FABRIC_FAULTS: FaultTable = faultsOf("nvl-fabric", {
  "fabric-in-progress": {
    describe: "The fabric probe of a GPU is In Progress.",
    strike: stateOnly("In Progress", "N/A"),
  },
  "fabric-not-started": {
    describe: "The fabric probe of a GPU is Not Started.",
    strike: stateOnly("Not Started", "N/A"),
  },
  "fabric-not-available": {
    describe: "The fabric state of a GPU is N/A although it has links.",
    strike: stateOnly("N/A", "N/A"),
  },
  "fabric-state-unknown": {
    describe: "The fabric state of a GPU is a word of no list.",
    strike: stateOnly("Suspended", "N/A"),
  },
  "fabric-state-absent": { describe: "A GPU prints no fabric state.", strike: stateOnly(null, "N/A") },
  "fabric-status-failed": {
    describe: "The fabric probe of a GPU completed with another status than Success.",
    strike: failing("F3", (fabric, rng) => {
      fabric.status = rng.pick(["Failure", "Insufficient Resources", "Invalid State"]);
    }),
  },
  "fabric-cluster-zero": {
    describe: "A GPU has a zero clusterUuid.",
    profiles: RACK_SCALE,
    strike: failing("F3", (fabric) => {
      fabric.clusterUuid = "00000000-0000-0000-0000-000000000000";
    }),
  },
  "fabric-clique-not-available": {
    describe: "A GPU has no clique.",
    profiles: RACK_SCALE,
    strike: failing("F3", (fabric) => {
      fabric.cliqueId = "N/A";
    }),
  },
  "fabric-unhealthy": {
    describe: "The health summary of a GPU is another word than Healthy.",
    profiles: RACK_SCALE,
    strike: failing("F4", (fabric, rng) => {
      fabric.summary = rng.pick(["Unhealthy", "Limited Capacity"]);
    }),
  },
  "fabric-health-not-available": {
    describe: "The health summary of a GPU is N/A where it is expected.",
    profiles: RACK_SCALE,
    strike: unclear("F4", (fabric) => {
      fabric.summary = "N/A";
    }),
  },
  "fabric-health-absent": {
    describe: "A GPU prints no health summary.",
    profiles: RACK_SCALE,
    strike: unclear("F4", (fabric) => {
      fabric.summary = null;
    }),
  },
  "fabric-clique-minority": {
    describe: "One GPU is of another clique.",
    profiles: RACK_SCALE,
    strike: failing("F6", (fabric) => {
      fabric.cliqueId = "4";
    }),
  },
  "fabric-cluster-minority": {
    describe: "One GPU is of another cluster.",
    profiles: RACK_SCALE,
    strike: failing("F6", (fabric, rng) => {
      fabric.clusterUuid = rng.uuid();
    }),
  },
  "fabric-clique-tie": {
    describe: "Half of the GPUs are of another clique.",
    profiles: RACK_SCALE,
    strike: (machine) => {
      const { gpus } = machine.nvidiaSmi;
      for (const gpu of gpus.slice(gpus.length / 2)) gpu.fabric.cliqueId = "4";
      return fails("F6", WIDE, [nodeScope(machine)]);
    },
  },
  "fabric-gpu-missing": {
    describe: "A GPU is not in the XML, so its fabric cannot be judged.",
    alsoAffects: ["gpu-inventory", "gpu-memory"],
    strike: (machine, rng) => {
      dropGpu(machine, rng);
      return inconclusive("F7");
    },
  },
  "nvlink-inactive": { describe: "A link is <inactive>.", strike: linkFails(() => "<inactive>") },
  "nvlink-slow": {
    describe: "A link is slower than expected.",
    strike: linkFails((machine) => (machine.settings.profile === "gb300" ? "25 GB/s" : "20.833 GB/s")),
  },
  "nvlink-not-listed": {
    describe: "A link is not listed.",
    strike: linkReads(
      (id) => inconclusive("F5", [linkScope(id)]),
      () => null,
    ),
  },
  "nvlink-unreadable": {
    describe: "A link prints no speed that anybody knows.",
    strike: linkReads(
      (id) => inconclusive("F5", [linkScope(id)]),
      () => "N/A",
    ),
  },
  "nvlink-all-inactive": {
    describe: "All links of a GPU are inactive: a sentence, and exit 0.",
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.allLinksInactive = true;
      return fails("F5", WIDE, [gpuScope(gpu.index)]);
    },
  },
  "nvlink-all-inactive-no-heading": {
    describe: "The sentence stands under no heading, and the exit code is not 0.",
    strike: (machine) => {
      machine.nvidiaSmi.nvlinkAnswer = { stdout: `${ALL_LINKS_INACTIVE}\n`, stderr: "", exitCode: 14 };
      return fails("F5", WIDE, [nodeScope(machine)]);
    },
  },
  "nvlink-gpu-no-heading": {
    describe: "A GPU has no heading, so that its address is its id.",
    strike: (machine, rng) => {
      const { gpus, unheaded } = machine.nvidiaSmi;
      const gpu = rng.pick(gpus);
      unheaded.add(gpu.index);
      return inconclusive("F5", [gpuScope(busIdOf(gpu.identity))]);
    },
  },
  "fabric-clique-not-required": {
    describe: "GPUs differ in clique where none is required.",
    profiles: ["h100"],
    strike: (machine) => {
      at(machine.nvidiaSmi.gpus, 0).fabric.cliqueId = "1";
      return passes("F6");
    },
  },
  "fabric-health-not-expected": {
    describe: "A health summary is printed where it is not read.",
    profiles: ["h100"],
    strike: (machine) => {
      at(machine.nvidiaSmi.gpus, 0).fabric.summary = "Unhealthy";
      return passes("F4");
    },
  },
  "fabric-health-not-supported": {
    describe: "The health summary of a GPU is Not Supported where it is expected.",
    profiles: RACK_SCALE,
    strike: unclear("F4", (fabric) => {
      fabric.summary = "Not Supported";
    }),
  },
  "fabric-no-state-on-this-sku": {
    describe: "The SKU has no fabric state, and its GPUs print none.",
    profiles: ["h100"],
    strike: (machine) => {
      Object.assign(machine.expect.nvlink ?? {}, { fabric: false });
      for (const { fabric } of machine.nvidiaSmi.gpus) Object.assign(fabric, { state: "N/A", status: "N/A" });
      return passes("F2");
    },
  },
  "nvlink-unused": {
    describe: "Links that are off by design are listed as unused.",
    strike: (machine) => {
      leaveUnused(machine);
      return passes("F5");
    },
  },
  "nvlink-unused-and-another": {
    describe: "A link that is none of the unused ones is inactive as well.",
    strike: (machine, rng) => {
      leaveUnused(machine);
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      const link = rng.between(4, gpu.links.length - 1);
      gpu.links[link] = "<inactive>";
      return fails("F5", WIDE, [linkScope(`${String(gpu.index)}/${String(link)}`)]);
    },
  },
  "nvlink-off-by-mig": {
    describe: "MIG is enabled on a GPU, and its links are inactive.",
    strike: (machine, rng) => {
      const gpu = rng.pick(machine.nvidiaSmi.gpus);
      gpu.mig = "Enabled";
      gpu.allLinksInactive = true;
      return fails("F5", CONFIGURATION, [gpuScope(gpu.index)]);
    },
  },
  "nvlink-mig-and-links-run": {
    describe: "MIG is enabled on a GPU, and its links run.",
    strike: (machine, rng) => {
      rng.pick(machine.nvidiaSmi.gpus).mig = "Enabled";
      return passes("F5");
    },
  },
});

/** Links 2 and 3 of every GPU are off by design. */
function leaveUnused({ nvidiaSmi, expect }: Machine): void {
  const unused = [2, 3];
  for (const { links } of nvidiaSmi.gpus) for (const link of unused) links[link] = "<inactive>";
  Object.assign(expect.nvlink ?? {}, { links: 16, unused });
}
