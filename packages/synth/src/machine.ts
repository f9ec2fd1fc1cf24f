import { healthyDcgmRun, type DcgmRun } from "./dcgm-run.ts";
import { testSpecs } from "./dcgm-tests.ts";
import { healthyHost, KERNEL_ARGUMENT, type HostFacts } from "./host.ts";
import { healthyIb, rateLabel, type IbFacts } from "./ib.ts";
import { identify, PROFILES, type Identity } from "./identity.ts";
import { type Persona } from "./types.ts";
import { healthyImex, type ImexFacts } from "./imex.ts";
import { healthyKernelLog, type KernelLog } from "./kernel-log.ts";
import { healthyNccl, JUDGED_SIZE, type NcclRun } from "./nccl.ts";
import { healthyNvidiaSmi } from "./nvidia-smi.ts";
import { type NvidiaSmiFacts } from "./nvidia-smi-facts.ts";
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
