import { at, fails, faultsOf, gpuScope, inconclusive, passes, type Conclusion, type FaultTable } from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";

export const HARDWARE_ONLY = ["hardware"];
const OR_FABRIC = ["hardware", "fabric"];
export const OR_PLATFORM = ["hardware", "platform"];
const UNKNOWN_PROCESS = "pid='<unknown>', name=<unknown>, ";

/** Logs a message some hours after boot, behind everything else. */
export function log(machine: Machine, rng: Prng, text: string, by?: string): void {
  const { messages } = machine.kernelLog;
  const seconds = Math.max(4100, at(messages, messages.length - 1).seconds) + rng.between(30, 2400);
  messages.push({ seconds, text, ...(by === undefined ? {} : { by }) });
}

/** An Xid line for one GPU, and the address that it prints. */
export function logXid(machine: Machine, rng: Prng, code: number, rest: string): string {
  const { pci } = rng.pick(machine.identity.gpus);
  log(machine, rng, `NVRM: Xid (PCI:${pci}): ${String(code)}, ${rest}`);
  return pci;
}

const fatal =
  (code: number, rest: string, causes: readonly string[] = HARDWARE_ONLY) =>
  (machine: Machine, rng: Prng): Conclusion =>
    fails("Y2", causes, [gpuScope(logXid(machine, rng, code, rest))]);

const process = (rng: Prng): string =>
  `pid=${String(rng.between(4000, 900_000))}, name=${rng.pick(["python3", "ray::WorkerDict", "pt_main_thread"])}, `;

const byJob =
  (code: number, rest: string) =>
  (machine: Machine, rng: Prng): Conclusion =>
    passes("Y1", [gpuScope(logXid(machine, rng, code, process(rng) + rest))], ["workload"]);

/** NVLink5 codes and the units that report under them. */
const NVLINK5: readonly (readonly [code: number, unit: string])[] = [
  [144, "SAW_MVB"],
  [145, "RLW_SRC_TRACK"],
  [146, "TLW_RX/TLW_RX_PIPE0"],
  [147, "TREX"],
  [148, "NVLPW_CTRL/NVLPW"],
  [149, "NETIR_LINK_EVT"],
  [150, "MSE_WATCHDOG"],
];

function nvlink5(rng: Prng, severity: string): { code: number; rest: string } {
  const [code, unit] = rng.pick(NVLINK5);
  const link = String(rng.between(0, 17)).padStart(2, "0");
  return {
    code,
    rest: `${unit}${severity} XC0 i0 Link ${link} (0x${rng.hex(8)} 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000)`,
  };
}

const switchError =
  (severity: string) =>
  (machine: Machine, rng: Prng): void => {
    const nvswitch = rng.between(0, 3);
    log(
      machine,
      rng,
      `nvidia-nvswitch${String(nvswitch)}: SXid (PCI:0000:0${String(5 + nvswitch)}:00.0): ` +
        `${String(rng.pick([20034, 24007, 22013]))}, ${severity}Link ${String(rng.between(0, 63))} LTSSM Fault Up`,
    );
  };

export const SWITCHED = ["h100"] as const;

/** Y1-Y5: one line of a code. */
export const XID_FAULTS: FaultTable = faultsOf("xid", {
  "xid-13-graphics-exception": {
    describe: "Xid 13: the job's own exception.",
    strike: byJob(13, "Graphics SM Warp Exception on (GPC 2, TPC 5, SM 1): Out Of Range Address"),
  },
  "xid-31-page-fault": {
    describe: "Xid 31: the job's own page fault.",
    strike: byJob(
      31,
      "Ch 00000012, intr 00000000. MMU Fault: ENGINE GRAPHICS GPC3 GPCCLIENT_T1_5 faulted @ 0x7f3a_5c000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_READ",
    ),
  },
  "xid-43-reset-channel": {
    describe: "Xid 43: a channel was reset after the job's fault.",
    strike: byJob(43, "Ch 00000008"),
  },
  "xid-45-preemptive-cleanup": { describe: "Xid 45: channels were cleaned up.", strike: byJob(45, "Ch 00000010") },
  "xid-69-class-error": {
    describe: "Xid 69: the job's class error.",
    strike: byJob(69, "Class Error: ChId 0008, Class 0000cbc0, Offset 000001b0, Data 00000000"),
  },
  "xid-job-beside-fault": {
    describe: "Xid 31 of the job beside Xid 79.",
    strike: (machine, rng) => {
      byJob(31, "Ch 00000012, intr 00000000. MMU Fault: ENGINE CE0 HUBCLIENT_CE0 faulted @ 0x7f3a_5c000000.")(
        machine,
        rng,
      );
      return fatal(79, `${UNKNOWN_PROCESS}GPU has fallen off the bus.`, OR_PLATFORM)(machine, rng);
    },
  },
  "xid-48-double-bit": {
    describe: "Xid 48: double-bit ECC error.",
    strike: fatal(
      48,
      `${UNKNOWN_PROCESS}An uncorrectable double bit error (DBE) has been detected on GPU in the framebuffer at partition 6, subpartition 0.`,
    ),
  },
  "xid-62-halt": {
    describe: "Xid 62: internal micro-controller halt.",
    strike: fatal(62, `${UNKNOWN_PROCESS}250e(31ac) 00000000 00000000`),
  },
  "xid-63-row-remap": {
    describe: "Xid 63: a row remap was recorded.",
    strike: fatal(
      63,
      `${UNKNOWN_PROCESS}Row Remapper: New row (0x0000000000006d2a) marked for remapping, reset gpu to activate.`,
    ),
  },
  "xid-64-row-remap-failure": {
    describe: "Xid 64: no rows are left.",
    strike: fatal(64, `${UNKNOWN_PROCESS}Row Remapper Error: all reserved rows for bank are remapped`),
  },
  "xid-74-nvlink": {
    describe: "Xid 74: NVLink error.",
    strike: fatal(
      74,
      `${UNKNOWN_PROCESS}NVLink: fatal error detected on link 8(0x10000, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0)`,
      OR_FABRIC,
    ),
  },
  "xid-79-fallen-off-bus": {
    describe: "Xid 79: the GPU has fallen off the bus.",
    strike: fatal(79, `${UNKNOWN_PROCESS}GPU has fallen off the bus.`, OR_PLATFORM),
  },
  "xid-92-single-bit-rate": {
    describe: "Xid 92: high single-bit ECC rate.",
    strike: fatal(92, `${UNKNOWN_PROCESS}High single-bit ECC error rate`),
  },
  "xid-94-contained": {
    describe: "Xid 94: contained ECC error.",
    strike: fatal(94, "pid=31044, name=python3, Contained: CE User Channel (0x9). RST: No, D-RST: No"),
  },
  "xid-95-uncontained": {
    describe: "Xid 95: uncontained ECC error.",
    strike: fatal(95, `${UNKNOWN_PROCESS}Uncontained: LTC TAG (0x6,0x0). RST: Yes, D-RST: No`),
  },
  "xid-119-gsp-timeout": {
    describe: "Xid 119: the GSP does not answer.",
    strike: fatal(
      119,
      "pid=2231, name=nvidia-smi, Timeout after 45s of waiting for RPC response from GPU1 GSP! Expected function 76 (GSP_RM_CONTROL) (0x20803039 0x4).",
    ),
  },
  "xid-120-gsp-error": {
    describe: "Xid 120: GSP error.",
    strike: fatal(120, `${UNKNOWN_PROCESS}GSP task exception: task 1, cause 0xd`),
  },
  "xid-140-ecc-unrecovered": {
    describe: "Xid 140: unrecovered ECC error.",
    strike: fatal(
      140,
      `${UNKNOWN_PROCESS}An uncorrectable ECC error detected (possible firmware handling failure) DRAM:-1073741824, LTC:0, MMU:0, PCIE:0`,
    ),
  },
  "xid-nvlink5-fatal": {
    describe: "Xid 144-150 with the word Fatal.",
    strike: (machine, rng) => {
      const { code, rest } = nvlink5(rng, " Fatal");
      return fatal(code, rest, OR_FABRIC)(machine, rng);
    },
  },
  "xid-nvlink5-nonfatal": {
    describe: "Xid 144-150 with the word Nonfatal.",
    strike: (machine, rng) => {
      const { code, rest } = nvlink5(rng, " Nonfatal");
      return passes("Y2", [gpuScope(logXid(machine, rng, code, rest))]);
    },
  },
  "xid-nvlink5-no-severity": {
    describe: "Xid 144-150 with neither word.",
    strike: (machine, rng) => {
      const { code, rest } = nvlink5(rng, "");
      return inconclusive("Y3", [gpuScope(logXid(machine, rng, code, rest))]);
    },
  },
  "xid-154-recovery-action": {
    describe: "Xid 154: an action other than None is required.",
    strike: fatal(154, "GPU recovery action changed from 0x0 (None) to 0x4 (Drain and Reset)"),
  },
  "xid-154-recovery-none": {
    describe: "Xid 154: the action is None again.",
    strike: (machine, rng) =>
      passes("Y2", [
        gpuScope(logXid(machine, rng, 154, "GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)")),
      ]),
  },
  "xid-code-unknown": {
    describe: "An Xid code of no list.",
    strike: (machine, rng) =>
      inconclusive("Y3", [gpuScope(logXid(machine, rng, rng.pick([102, 171, 99_999]), "unknown error"))]),
  },
  "xid-log-rotated": {
    describe: "The log lost its beginning: no banner of the kernel.",
    strike: (machine) => {
      machine.kernelLog.messages = machine.kernelLog.messages.filter(({ seconds }) => seconds > 3);
      return inconclusive("Y4");
    },
  },
  "xid-log-rotated-with-fault": {
    describe: "The log lost its beginning, and what is left holds Xid 79.",
    strike: (machine, rng) => {
      machine.kernelLog.messages = machine.kernelLog.messages.filter(({ seconds }) => seconds > 3);
      return { ...fatal(79, `${UNKNOWN_PROCESS}GPU has fallen off the bus.`, OR_PLATFORM)(machine, rng), rule: "Y4" };
    },
  },
  "xid-line-unreadable": {
    describe: "A line begins like an Xid and cannot be read.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      log(
        machine,
        rng,
        rng.pick([`NVRM: Xid (PCI:${pci}`, `NVRM: Xid (PCI:${pci}): `, `NVRM: Xid (PCI:${pci}): ?, bad`]),
      );
      return inconclusive("Y5");
    },
  },
  "sxid-fatal": {
    describe: "A fatal NVSwitch error.",
    profiles: SWITCHED,
    strike: (machine, rng) => {
      switchError("Fatal, ")(machine, rng);
      return fails("Y5", ["fabric", "hardware"], null);
    },
  },
  "sxid-nonfatal": {
    describe: "A non-fatal NVSwitch error.",
    profiles: SWITCHED,
    strike: (machine, rng) => {
      switchError("Non-fatal, ")(machine, rng);
      return passes("Y5");
    },
  },
  "sxid-no-severity": {
    describe: "An NVSwitch error without a severity.",
    profiles: SWITCHED,
    strike: (machine, rng) => {
      switchError("")(machine, rng);
      return inconclusive("Y5");
    },
  },
  "sxid-line-unreadable": {
    describe: "A line begins like an SXid and cannot be read.",
    profiles: SWITCHED,
    strike: (machine, rng) => {
      log(machine, rng, "nvidia-nvswitch2: SXid (PCI:0000:07");
      return inconclusive("Y5");
    },
  },
});
