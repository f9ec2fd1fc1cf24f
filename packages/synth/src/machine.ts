import { printDcgmRun } from "./dcgm.ts";
import { healthyDcgmRun, type DcgmRun } from "./dcgm-run.ts";
import { testSpecs } from "./dcgm-tests.ts";
import { commandLineOf, healthyHost, KERNEL_ARGUMENT, printDmi, printKvp, type HostFacts } from "./host.ts";
import {
  healthyIb,
  ibpanicMessage,
  printIbdev2netdev,
  printIbstat,
  printIbSysfs,
  printMlxlink,
  rateLabel,
  type IbFacts,
} from "./ib.ts";
import { printIbCounters } from "./ib-counters.ts";
import { identify, PROFILES, type Identity, type Persona } from "./identity.ts";
import { healthyImex, imexDomainArgv, printImexDomain, type ImexFacts, type ToolAnswer } from "./imex.ts";
import { healthyKernelLog, printKernelLog, type KernelLog } from "./kernel-log.ts";
import { healthyNccl, JUDGED_SIZE, ncclArgv, printNccl, type NcclRun } from "./nccl.ts";
import { answerNvidiaSmi, healthyNvidiaSmi, printNvlink, type NvidiaSmiFacts } from "./nvidia-smi.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { isoSeconds } from "./timestamps.ts";
import type { Captures, DcgmVariant, ImexDomainFormat, ImexSetup, SynthExpect, SynthProfile } from "./types.ts";

/** Options with every choice made. */
export interface Settings {
  seed: number;
  profile: SynthProfile;
  index: number;
  rackSize: number;
  imex: ImexSetup;
  dcgm: DcgmVariant;
  imexDomainFormat: ImexDomainFormat;
  as: Persona;
  probes: ReadonlySet<string> | undefined;
}

/** Everything that is true of one node before its tools print it. Faults change it. */
export interface Machine {
  settings: Settings;
  identity: Identity;
  expect: SynthExpect;
  dcgm: DcgmRun;
  imex: ImexFacts;
  nvidiaSmi: NvidiaSmiFacts;
  ib: IbFacts;
  kernelLog: KernelLog;
  host: HostFacts;
  nccl: NcclRun;
  /** What happens to the captures themselves: cut, killed, never started. */
  afterPrinting: ((captures: Captures) => void)[];
}

/** A healthy node. Each part is made when it is first asked for, as most questions need few of them. */
export function buildMachine(settings: Settings): Machine {
  const identity = identify(settings.profile, settings.seed, settings, settings.as);
  const machine = { settings, identity, afterPrinting: [] } as unknown as Machine;
  const parts: { [K in keyof Machine]?: () => Machine[K] } = {
    expect: () => expectationsOf(settings, identity, machine.imex),
    dcgm: () => healthyDcgmRun(identity, settings.dcgm),
    imex: () => healthyImex(identity, settings.imex, settings.imexDomainFormat),
    nvidiaSmi: () => healthyNvidiaSmi(identity),
    ib: () => healthyIb(identity),
    kernelLog: () => healthyKernelLog(identity),
    host: () => healthyHost(identity),
    nccl: () => healthyNccl(identity),
  };
  const put = (name: string, value: unknown): void =>
    void Object.defineProperty(machine, name, { value, writable: true, enumerable: true });
  for (const [name, make] of Object.entries(parts)) {
    Object.defineProperty(machine, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const made: unknown = make();
        put(name, made);
        return made;
      },
      set: (value: unknown) => {
        put(name, value);
      },
    });
  }
  return machine;
}

/** Makes every part of a machine from what it is now, before a fault changes that. */
export function makeWhole(machine: Machine): void {
  Object.values(machine);
}

function expectationsOf(settings: Settings, identity: Identity, imex: ImexFacts): SynthExpect {
  const { profile, dcgm } = settings;
  const { gpuCount, rails, rate } = PROFILES[profile];
  const label = rateLabel(rate);
  const rackScale = profile === "gb300";
  const printsSerials = dcgm !== "2.x" && dcgm !== "raw";
  const perDomain = settings.imex.startsWith("per-domain");
  const required = testSpecs(dcgm, profile).filter((test) => test.required);
  return {
    gpus: { count: gpuCount, ...(printsSerials ? { serials: identity.gpus.map((gpu) => gpu.serial) } : {}) },
    dcdiag: { level: 3, tests: required.map((test) => test.name) },
    imex: {
      model: perDomain ? "per-domain" : settings.imex,
      members: imex.members.map((member) => member.name),
      ...(perDomain ? { domainActive: settings.imex === "per-domain-active" } : {}),
      version: settings.imex === "per-domain-idle" ? null : identity.driverVersion,
    },
    ib: {
      rails: [
        {
          device: `mlx5_[0-${String(rails - 1)}]`,
          port: 1,
          rateGbps: label.gbps,
          label: label.speed,
          width: label.width,
          linkLayer: "InfiniBand",
        },
      ],
      pkey: identity.pkey,
      errors: { link_downed: 0, symbol_error: 240 },
    },
    nvlink: { links: 18, gbps: rackScale ? 50 : 25, cliqueRequired: rackScale, health: rackScale },
    hypervisor: {
      virt: [identity.virtual ? "microsoft" : "none"],
      kernelArgs: [KERNEL_ARGUMENT[profile]],
      ...(identity.virtual ? { physicalHost: "required" } : {}),
    },
    nccl: { minBusbwGBps: rackScale ? 800 : 440, size: JUDGED_SIZE },
  };
}

type Print = (atMs: number) => string | ToolAnswer;

/** Runs every probe on the machine, one after the other. */
export function printMachine(machine: Machine): Captures {
  const { identity, host } = machine;
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "timing", identity.index));
  const captures: Captures = {};
  let atMs = identity.collectMs;
  const run = (probe: string, argv: string[] | (() => string[]), durationMs: number, print: Print): void => {
    const took = Math.round(durationMs * (0.7 + rng.next() * 0.6));
    if (machine.settings.probes?.has(probe) === false) {
      atMs += took + rng.between(200, 900);
      return;
    }
    const printed = print(atMs);
    const answer = typeof printed === "string" ? { stdout: printed, stderr: "", exitCode: 0 } : printed;
    captures[probe] = {
      argv: typeof argv === "function" ? argv() : argv,
      exitCode: answer.exitCode,
      signal: null,
      timedOut: false,
      startError: null,
      startedAt: isoSeconds(atMs),
      durationMs: took,
      stdout: answer.stdout,
      stderr: answer.stderr,
    };
    atMs += took + rng.between(200, 900);
  };
  const commandLine = `${commandLineOf(host)}\n`;
  run("boot-id", ["cat", "/proc/sys/kernel/random/boot_id"], 2, () => `${identity.node.bootId}\n`);
  run("dmi", ["slipway-probe", "dmi"], 9, () => printDmi(host));
  run("virt", ["systemd-detect-virt"], 5, () => ({
    stdout: `${host.virt.text}\n`,
    stderr: "",
    exitCode: host.virt.exitCode,
  }));
  run("cmdline", ["cat", "/proc/cmdline"], 2, () => commandLine);
  run("hyperv-kvp", ["slipway-probe", "hyperv-kvp"], 6, () =>
    host.kvp === null
      ? { stdout: "", stderr: "slipway-probe: /var/lib/hyperv/.kvp_pool_3: No such file or directory\n", exitCode: 1 }
      : printKvp(host.kvp),
  );
  run("kernel-log", ["journalctl", "-k", "-b", "-o", "short-iso", "--no-pager"], 380, () =>
    printKernelLog(machine.kernelLog, identity, commandLineOf(host)),
  );
  run("nvidia-smi", ["nvidia-smi", "-q", "-x"], 2100, (now) => answerNvidiaSmi(machine.nvidiaSmi, identity, now));
  run(
    "nvlink",
    ["nvidia-smi", "nvlink", "-s"],
    640,
    () => machine.nvidiaSmi.nvlinkAnswer ?? printNvlink(machine.nvidiaSmi),
  );
  run("ib-sysfs", ["slipway-probe", "ib-sysfs"], 1900, () => printIbSysfs(machine.ib));
  run("ibstat", ["ibstat"], 60, () =>
    machine.ib.ibpanic === null
      ? printIbstat(machine.ib)
      : { stdout: printIbstat(machine.ib), stderr: ibpanicMessage(machine.ib.ibpanic), exitCode: 255 },
  );
  run("ibdev2netdev", ["ibdev2netdev"], 110, () => printIbdev2netdev(machine.ib));
  run("imex-local", ["nvidia-imex-ctl", "-q"], 60, () => machine.imex.local);
  run(
    "imex-domain",
    () => imexDomainArgv(machine.imex),
    1700,
    (now) => machine.imex.domainAnswer ?? printImexDomain(machine.imex, now),
  );
  run("imex-nodes", ["cat", "/etc/nvidia-imex/nodes_config.cfg"], 3, () => printNodesFile(machine.imex));
  run("imex-resolve", ["slipway-probe", "imex-resolve"], 80, () =>
    machine.imex.resolve.map(({ name, answer }) => `${name}\t${answer}\n`).join(""),
  );
  run(
    "imex-service",
    ["systemctl", "show", "nvidia-imex", "--property=LoadState,ActiveState,SubState,UnitFileState"],
    14,
    () =>
      Object.entries(machine.imex.service)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
  );
  run(
    "nccl-allreduce",
    () => ncclArgv(identity, machine.nccl),
    95_000,
    () => ({
      stdout: printNccl(identity, machine.nccl),
      stderr: "",
      exitCode: machine.nccl.exitCode,
    }),
  );
  run(
    "dcgm-diag",
    () => machine.dcgm.argv,
    812_000,
    () => ({ ...printDcgmRun(machine.dcgm, identity), stderr: "" }),
  );
  run("ib-counters", ["slipway-probe", "ib-counters"], 30_100, (now) =>
    printIbCounters(machine.ib, (now - identity.bootMs) / 1000),
  );
  // Last, because their number differs: what is wrong with a rail moves the time of no other probe.
  const { probes } = machine.settings;
  const wanted = probes === undefined || [...probes].some((probe) => probe.startsWith("mlxlink-"));
  for (const port of wanted ? machine.ib.ports : []) {
    const link = port.mlxlink;
    if (link === null) continue;
    run(`mlxlink-${port.device}`, ["mlxlink", "-d", port.device, "-m", "-c", "-e", "--json"], 900, () => ({
      stdout: printMlxlink(port, link),
      stderr: "",
      exitCode: link.exitCode,
    }));
  }
  for (const change of machine.afterPrinting) change(captures);
  return captures;
}

function printNodesFile(imex: ImexFacts): string | ToolAnswer {
  if (imex.nodesFile === null)
    return { stdout: "", stderr: "cat: /etc/nvidia-imex/nodes_config.cfg: No such file or directory\n", exitCode: 1 };
  return imex.nodesFile.map((entry) => `${entry}\n`).join("");
}
