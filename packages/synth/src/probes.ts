import { printDcgmRun } from "./dcgm.ts";
import { commandLineOf, printDmi, printKvp } from "./host.ts";
import { ibpanicMessage, printIbdev2netdev, printIbstat, printIbSysfs, printMlxlink, type IbFacts } from "./ib.ts";
import { printIbCounters } from "./ib-counters.ts";
import { imexDomainArgv, printImexDomain, type ImexFacts, type ToolAnswer } from "./imex.ts";
import { printKernelLog } from "./kernel-log.ts";
import type { Machine } from "./machine.ts";
import { ncclArgv, printNccl } from "./nccl.ts";
import { answerNvidiaSmi, printNvlink } from "./nvidia-smi.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { isoSeconds } from "./timestamps.ts";
import type { Captures } from "./types.ts";

interface Probe {
  readonly id: string;
  /** What probes of many parts are called together. */
  readonly family?: string;
  readonly argv: readonly string[] | ((machine: Machine) => readonly string[]);
  /** How long it takes on average. */
  readonly durationMs: number;
  /** What it prints at a time; text alone is the output of a success. */
  readonly print: (machine: Machine, atMs: number) => string | ToolAnswer;
}

/** In the order in which they run. */
const PROBES: readonly Probe[] = [
  {
    id: "boot-id",
    argv: ["cat", "/proc/sys/kernel/random/boot_id"],
    durationMs: 2,
    print: ({ identity }) => `${identity.node.bootId}\n`,
  },
  { id: "dmi", argv: ["slipway-probe", "dmi"], durationMs: 9, print: ({ host }) => printDmi(host) },
  {
    id: "virt",
    argv: ["systemd-detect-virt"],
    durationMs: 5,
    print: ({ host: { virt } }) => ({ stdout: `${virt.text}\n`, stderr: "", exitCode: virt.exitCode }),
  },
  {
    id: "cmdline",
    argv: ["cat", "/proc/cmdline"],
    durationMs: 2,
    print: ({ host }) => `${commandLineOf(host)}\n`,
  },
  {
    id: "hyperv-kvp",
    argv: ["slipway-probe", "hyperv-kvp"],
    durationMs: 6,
    print: ({ host: { kvp } }) =>
      kvp === null ? missing("slipway-probe: /var/lib/hyperv/.kvp_pool_3") : printKvp(kvp),
  },
  {
    id: "kernel-log",
    argv: ["journalctl", "-k", "-b", "-o", "short-iso", "--no-pager"],
    durationMs: 380,
    print: ({ kernelLog, identity, host }) => printKernelLog(kernelLog, identity, commandLineOf(host)),
  },
  {
    id: "nvidia-smi",
    argv: ["nvidia-smi", "-q", "-x"],
    durationMs: 2100,
    print: ({ nvidiaSmi, identity }, atMs) => answerNvidiaSmi(nvidiaSmi, identity, atMs),
  },
  {
    id: "nvlink",
    argv: ["nvidia-smi", "nvlink", "-s"],
    durationMs: 640,
    print: ({ nvidiaSmi }) => nvidiaSmi.nvlinkAnswer ?? printNvlink(nvidiaSmi),
  },
  { id: "ib-sysfs", argv: ["slipway-probe", "ib-sysfs"], durationMs: 1900, print: ({ ib }) => printIbSysfs(ib) },
  { id: "ibstat", argv: ["ibstat"], durationMs: 60, print: ({ ib }) => answerIbstat(ib) },
  { id: "ibdev2netdev", argv: ["ibdev2netdev"], durationMs: 110, print: ({ ib }) => printIbdev2netdev(ib) },
  { id: "imex-local", argv: ["nvidia-imex-ctl", "-q"], durationMs: 60, print: ({ imex }) => imex.local },
  {
    id: "imex-domain",
    argv: ({ imex }) => imexDomainArgv(imex),
    durationMs: 1700,
    print: ({ imex }, atMs) => imex.domainAnswer ?? printImexDomain(imex, atMs),
  },
  {
    id: "imex-nodes",
    argv: ["cat", "/etc/nvidia-imex/nodes_config.cfg"],
    durationMs: 3,
    print: ({ imex }) => printNodesFile(imex),
  },
  {
    id: "imex-resolve",
    argv: ["slipway-probe", "imex-resolve"],
    durationMs: 80,
    print: ({ imex }) => imex.resolve.map(({ name, answer }) => `${name}\t${answer}\n`).join(""),
  },
  {
    id: "imex-service",
    argv: ["systemctl", "show", "nvidia-imex", "--property=LoadState,ActiveState,SubState,UnitFileState"],
    durationMs: 14,
    print: ({ imex }) =>
      Object.entries(imex.service)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
  },
  {
    id: "nccl-allreduce",
    argv: ({ identity, nccl }) => ncclArgv(identity, nccl),
    durationMs: 95_000,
    print: ({ identity, nccl }) => ({ stdout: printNccl(identity, nccl), stderr: "", exitCode: nccl.exitCode }),
  },
  {
    id: "dcgm-diag",
    argv: ({ dcgm }) => dcgm.argv,
    durationMs: 812_000,
    print: ({ dcgm, identity }) => ({ ...printDcgmRun(dcgm, identity), stderr: "" }),
  },
  {
    id: "ib-counters",
    argv: ["slipway-probe", "ib-counters"],
    durationMs: 30_100,
    print: ({ ib, identity }, atMs) => printIbCounters(ib, (atMs - identity.bootMs) / 1000),
  },
];

/** Runs every probe on the machine, one after the other. */
export function printMachine(machine: Machine): Captures {
  const { identity } = machine;
  const wanted = machine.settings.probes;
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "timing", identity.index));
  const captures: Captures = {};
  let atMs = identity.collectMs;
  // Those of rails last, because their number differs: what is wrong with a rail moves the time of no other probe.
  for (const { id, family = id, argv, durationMs, print } of [...PROBES, ...railProbes(machine)]) {
    const took = Math.round(durationMs * (0.7 + rng.next() * 0.6));
    if (wanted === undefined || wanted.has(id) || wanted.has(family)) {
      const printed = print(machine, atMs);
      const answer = typeof printed === "string" ? { stdout: printed, stderr: "", exitCode: 0 } : printed;
      captures[id] = {
        argv: [...(typeof argv === "function" ? argv(machine) : argv)],
        exitCode: answer.exitCode,
        signal: null,
        timedOut: false,
        startError: null,
        startedAt: isoSeconds(atMs),
        durationMs: took,
        stdout: answer.stdout,
        stderr: answer.stderr,
      };
    }
    atMs += took + rng.between(200, 900);
  }
  for (const change of machine.afterPrinting) change(captures);
  return captures;
}

/** One probe of the link of each rail that has one; none at all where nobody asked for any. */
function railProbes(machine: Machine): readonly Probe[] {
  const { probes } = machine.settings;
  if (probes !== undefined && ![...probes].some((probe) => /^mlxlink\b/.test(probe))) return [];
  return machine.ib.ports.flatMap((port): readonly Probe[] => {
    const link = port.mlxlink;
    if (link === null) return [];
    return [
      {
        id: `mlxlink-${port.device}`,
        family: "mlxlink",
        argv: ["mlxlink", "-d", port.device, "-m", "-c", "-e", "--json"],
        durationMs: 900,
        print: () => ({ stdout: printMlxlink(port, link), stderr: "", exitCode: link.exitCode }),
      },
    ];
  });
}

function answerIbstat(ib: IbFacts): string | ToolAnswer {
  const stdout = printIbstat(ib);
  return ib.ibpanic === null ? stdout : { stdout, stderr: ibpanicMessage(ib.ibpanic), exitCode: 255 };
}

function printNodesFile(imex: ImexFacts): string | ToolAnswer {
  if (imex.nodesFile === null) return missing("cat: /etc/nvidia-imex/nodes_config.cfg");
  return imex.nodesFile.map((entry) => `${entry}\n`).join("");
}

const missing = (what: string): ToolAnswer => ({
  stdout: "",
  stderr: `${what}: No such file or directory\n`,
  exitCode: 1,
});
