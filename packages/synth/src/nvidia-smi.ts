import type { Answer, GpuFacts, NvidiaSmiFacts } from "./nvidia-smi-facts.ts";
import { supportedClocks } from "./nvidia-smi-boards.ts";
import { gpuXml } from "./nvidia-smi-gpu.ts";
import { PROFILES, type GpuIdentity, type Identity } from "./identity.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { ctime } from "./timestamps.ts";

/** The line of `nvidia-smi nvlink -s` when no link of a GPU is up. */
export const ALL_LINKS_INACTIVE = "NVML: Unable to retrieve NVLink information as all links are inActive";
const NO_CLUSTER = "00000000-0000-0000-0000-000000000000";

/** All GPUs of a healthy node. */
export function healthyNvidiaSmi(identity: Identity): NvidiaSmiFacts {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "nvidia-smi", identity.index));
  return {
    gpus: identity.gpus.map((gpu, index) =>
      healthyGpu(identity, gpu, index, {
        temperature: rng.between(26, 41),
        powerWatts: rng.between(13_500, 19_900) / 100,
      }),
    ),
    internalSubset: "",
    unheaded: new Set(),
    keepsNumbers: false,
    xmlAnswer: null,
    xmlStderr: "",
    nvlinkAnswer: null,
  };
}

/** One healthy GPU of the machine. */
export function healthyGpu(
  machine: Identity,
  identity: GpuIdentity,
  index: number,
  { temperature, powerWatts }: Pick<GpuFacts, "temperature" | "powerWatts">,
): GpuFacts {
  const blackwell = machine.profile === "gb300";
  return {
    index,
    identity,
    productName: PROFILES[machine.profile].productName,
    serial: identity.serial,
    uuid: identity.uuid,
    fabric: blackwell
      ? {
          state: "Completed",
          status: "Success",
          cliqueId: machine.cliqueId,
          clusterUuid: machine.clusterUuid,
          summary: "Healthy",
        }
      : { state: "Completed", status: "Success", cliqueId: "0", clusterUuid: NO_CLUSTER, summary: "N/A" },
    memory: {
      pending: "No",
      failure: "No",
      remappedCorrectable: "0",
      dramCorrectable: "0",
      dramUncorrectable: "0",
      sram: { parity: "0", secded: "0" },
      aggregateDramUncorrectable: "0",
      sramThresholdExceeded: "No",
      channelRepairPending: "No",
      tpcRepairPending: "No",
      unrepairable: "No",
    },
    mig: "Disabled",
    recoveryAction: "None",
    links: Array.from({ length: 18 }, () => (blackwell ? "50 GB/s" : "26.562 GB/s")),
    allLinksInactive: false,
    temperature,
    powerWatts,
  };
}

/** What `nvidia-smi -q -x` answers. */
export function answerNvidiaSmi(facts: NvidiaSmiFacts, machine: Identity, atMs: number): Answer {
  return facts.xmlAnswer ?? { stdout: printXml(facts, machine, atMs), stderr: facts.xmlStderr, exitCode: 0 };
}

function printXml(facts: NvidiaSmiFacts, machine: Identity, atMs: number): string {
  const clocks = supportedClocks(machine.profile);
  const gpus = facts.gpus.map((gpu) => gpuXml(gpu, machine, atMs, clocks));
  return `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd"${facts.internalSubset}>
<nvidia_smi_log>
	<timestamp>${ctime(atMs)}</timestamp>
	<driver_version>${machine.driverVersion}</driver_version>
	<cuda_version>13.0</cuda_version>
	<attached_gpus>${String(facts.gpus.length)}</attached_gpus>
${gpus.join("")}</nvidia_smi_log>
`;
}

/** `nvidia-smi nvlink -s`. */
export function printNvlink(facts: NvidiaSmiFacts): string {
  return facts.gpus
    .map((gpu, position) => {
      if (facts.unheaded.has(gpu.index)) return "";
      const number = facts.keepsNumbers ? gpu.index : position;
      const heading = `GPU ${String(number)}: ${gpu.productName} (UUID: ${gpu.uuid})\n`;
      if (gpu.allLinksInactive) return `${heading}\t ${ALL_LINKS_INACTIVE}\n`;
      return (
        heading + gpu.links.map((speed, link) => (speed === null ? "" : `\t Link ${String(link)}: ${speed}\n`)).join("")
      );
    })
    .join("");
}
