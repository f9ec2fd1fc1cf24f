import { expectationSections, type Expectations } from "@slipway/domain";
import { expandDevices } from "../rails.ts";
import { commandProbe, type Probe } from "./probe.ts";
import { DMI, HYPERV_KVP, IB_COUNTERS, IB_SYSFS, IMEX_RESOLVE } from "./programs.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** DCGM's own run levels: seconds, about 2 minutes, about 15 minutes, 1 to 2 hours (validation.md, table A). */
const DIAG_LEVELS: Readonly<Record<number, { usualSeconds: number; timeoutMs: number }>> = {
  1: { usualSeconds: 10, timeoutMs: 5 * MINUTE },
  2: { usualSeconds: 120, timeoutMs: 15 * MINUTE },
  3: { usualSeconds: 900, timeoutMs: 60 * MINUTE },
  4: { usualSeconds: 5400, timeoutMs: 240 * MINUTE },
};

function section<Name extends keyof typeof expectationSections>(expectations: Expectations, name: Name) {
  const parsed = expectationSections[name].safeParse(expectations[name]);
  return parsed.success ? (parsed.data as ReturnType<(typeof expectationSections)[Name]["parse"]>) : undefined;
}

const dcgmDiag: Probe = {
  id: "dcgm-diag",
  title: "DCGM diagnostic at the level the expectations ask for",
  commands(expectations) {
    const level = section(expectations, "dcdiag")?.level ?? 1;
    const { usualSeconds, timeoutMs } = DIAG_LEVELS[level] ?? { usualSeconds: 5400, timeoutMs: 240 * MINUTE };
    return [
      {
        id: "dcgm-diag",
        argv: ["dcgmi", "diag", "-r", String(level), "-j"],
        timeoutMs,
        usualSeconds,
        disruptive: level > 1,
      },
    ];
  },
};

const mlxlink: Probe = {
  id: "mlxlink",
  title: "What the adapter's firmware says of each rail",
  commands(expectations) {
    const devices = new Set((section(expectations, "ib")?.rails ?? []).flatMap((rail) => expandDevices(rail.device)));
    return [...devices]
      .filter((device) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(device) && !device.includes(".."))
      .map((device) => ({
        id: `mlxlink-${device}`,
        argv: ["mlxlink", "-d", device, "-m", "-c", "-e", "--json"],
        timeoutMs: MINUTE,
        usualSeconds: 2,
      }));
  },
};

const ncclAllreduce: Probe = {
  id: "nccl-allreduce",
  title: "nccl-tests all-reduce over the GPUs of the node",
  commands(expectations) {
    const gpus = String(section(expectations, "gpus")?.count ?? 1);
    const size = String(section(expectations, "nccl")?.size ?? 16 * 2 ** 30);
    return [
      {
        id: "nccl-allreduce",
        argv: ["all_reduce_perf", "-b", "8M", "-e", size, "-f", "2", "-g", gpus],
        timeoutMs: 15 * MINUTE,
        usualSeconds: 120,
        disruptive: true,
      },
    ];
  },
};

/** The probes that checks share, by a name fit for code. A check may declare one of its own beside them. */
export const probes = {
  dcgmDiag,
  dcgmHealth: commandProbe("DCGM health watches", {
    id: "dcgm-health",
    argv: ["dcgmi", "health", "-g", "0", "-c"],
    timeoutMs: MINUTE,
    usualSeconds: 2,
  }),
  imexLocal: commandProbe("State of the node's own IMEX daemon", {
    id: "imex-local",
    argv: ["nvidia-imex-ctl", "-q"],
    timeoutMs: 30 * SECOND,
    usualSeconds: 1,
  }),
  imexDomain: commandProbe("The IMEX domain as this node sees it", {
    id: "imex-domain",
    argv: ["nvidia-imex-ctl", "-N", "-j", "-H"],
    timeoutMs: 30 * SECOND,
    usualSeconds: 3,
  }),
  imexNodes: commandProbe("The IMEX nodes file", {
    id: "imex-nodes",
    argv: ["cat", "/etc/nvidia-imex/nodes_config.cfg"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
  imexResolve: commandProbe("What each name of the IMEX nodes file resolves to here", {
    id: "imex-resolve",
    argv: ["slipway-probe", "imex-resolve"],
    program: IMEX_RESOLVE,
    timeoutMs: 2 * MINUTE,
    usualSeconds: 1,
  }),
  imexService: commandProbe("The IMEX systemd unit", {
    id: "imex-service",
    argv: ["systemctl", "show", "nvidia-imex", "--property=LoadState,ActiveState,SubState,UnitFileState"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
  nvidiaSmi: commandProbe("Everything the driver says of each GPU", {
    id: "nvidia-smi",
    argv: ["nvidia-smi", "-q", "-x"],
    timeoutMs: 2 * MINUTE,
    usualSeconds: 3,
  }),
  nvlink: commandProbe("Speed of each NVLink", {
    id: "nvlink",
    argv: ["nvidia-smi", "nvlink", "-s"],
    timeoutMs: MINUTE,
    usualSeconds: 1,
  }),
  ibSysfs: commandProbe("InfiniBand ports as the kernel shows them", {
    id: "ib-sysfs",
    argv: ["slipway-probe", "ib-sysfs"],
    program: IB_SYSFS,
    timeoutMs: 30 * SECOND,
    usualSeconds: 1,
  }),
  ibCounters: commandProbe("Error counters of the InfiniBand ports, read twice", {
    id: "ib-counters",
    argv: ["slipway-probe", "ib-counters"],
    program: IB_COUNTERS,
    timeoutMs: 2 * MINUTE,
    usualSeconds: 32,
    waits: true,
  }),
  ibstat: commandProbe("ibstat, whose panic the kernel's files do not show", {
    id: "ibstat",
    argv: ["ibstat"],
    timeoutMs: 30 * SECOND,
    usualSeconds: 1,
  }),
  ibdev2netdev: commandProbe("InfiniBand devices and their network interfaces", {
    id: "ibdev2netdev",
    argv: ["ibdev2netdev"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.2,
  }),
  mlxlink,
  kernelLog: commandProbe("The kernel log of this boot", {
    id: "kernel-log",
    argv: ["journalctl", "-k", "-b", "-o", "short-iso", "--no-pager"],
    timeoutMs: MINUTE,
    usualSeconds: 1,
  }),
  virt: commandProbe("The kind of hypervisor", {
    id: "virt",
    argv: ["systemd-detect-virt"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
  hypervKvp: commandProbe("What the Hyper-V host tells its guest", {
    id: "hyperv-kvp",
    argv: ["slipway-probe", "hyperv-kvp"],
    program: HYPERV_KVP,
    timeoutMs: 30 * SECOND,
    usualSeconds: 0.1,
  }),
  cmdline: commandProbe("The kernel command line", {
    id: "cmdline",
    argv: ["cat", "/proc/cmdline"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
  lspci: commandProbe("The PCI devices", {
    id: "lspci",
    argv: ["lspci", "-vv"],
    timeoutMs: 30 * SECOND,
    usualSeconds: 1,
  }),
  ncclAllreduce,
  bootId: commandProbe("The id of this boot", {
    id: "boot-id",
    argv: ["cat", "/proc/sys/kernel/random/boot_id"],
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
  dmi: commandProbe("Serial numbers and make of the machine", {
    id: "dmi",
    argv: ["slipway-probe", "dmi"],
    program: DMI,
    timeoutMs: 10 * SECOND,
    usualSeconds: 0.1,
  }),
} as const satisfies Record<string, Probe>;

/** Identity of the machine: which boot, which system, which GPUs. */
export const identityProbes: readonly Probe[] = [probes.bootId, probes.dmi, probes.nvidiaSmi];
