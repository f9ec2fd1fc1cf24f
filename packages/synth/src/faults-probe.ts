import { faultsOf, inconclusive, type FaultTable } from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { Capture, SynthExpect, SynthOptions, SynthProfile } from "./types.ts";

/** What may become of one capture, so that nothing can be read from it (G3, G4). */
const DAMAGE = {
  absent: { describe: "was not run", change: null },
  "not-found": { describe: "is not installed", change: (capture: Capture) => notStarted(capture, "not-found", "") },
  "no-permission": {
    describe: "may not be run",
    change: (capture: Capture) => notStarted(capture, "permission", "permission denied\n"),
  },
  "timed-out": {
    describe: "ran into its time limit",
    change: (capture: Capture) => {
      Object.assign(capture, { exitCode: null, signal: "SIGKILL", timedOut: true, durationMs: 30_000, stdout: "" });
    },
  },
  killed: {
    describe: "was killed behind complete output",
    change: (capture: Capture) => {
      Object.assign(capture, { exitCode: null, signal: "SIGTERM" });
    },
  },
  empty: {
    describe: "printed nothing",
    change: (capture: Capture) => {
      Object.assign(capture, { exitCode: 0, stdout: "" });
    },
  },
  cut: {
    describe: "left output that is cut",
    change: (capture: Capture) => {
      capture.stdout = cut(capture.stdout);
    },
  },
  "nul-byte": {
    describe: "left output with a NUL byte",
    change: (capture: Capture) => {
      const middle = Math.floor(capture.stdout.length / 2);
      capture.stdout = `${capture.stdout.slice(0, middle)}\0${capture.stdout.slice(middle + 1)}`;
    },
  },
  "exit-non-zero": {
    describe: "ended with a non-zero exit code",
    change: (capture: Capture) => {
      capture.exitCode = 3;
    },
  },
} as const satisfies Record<string, { describe: string; change: ((capture: Capture) => void) | null }>;

type DamageName = keyof typeof DAMAGE;

const ALL = Object.keys(DAMAGE) as DamageName[];
const without = (...names: readonly DamageName[]): DamageName[] => ALL.filter((name) => !names.includes(name));

function notStarted(capture: Capture, startError: string, stderr: string): void {
  Object.assign(capture, { startError, exitCode: null, durationMs: 2, stdout: "", stderr });
}

/** Ends the text within a word of its middle line, never at the end of a line. */
function cut(text: string): string {
  const middle = Math.floor(text.length * 0.6);
  const lineStart = text.lastIndexOf("\n", middle) + 1;
  if (lineStart === 0) return text.slice(0, middle);
  const firstWord = /\S{3}/u.exec(text.slice(lineStart));
  return text.slice(0, lineStart + (firstWord?.index ?? 0) + 2);
}

interface ProbeOfCheck {
  check: string;
  probe: string;
  damage: readonly DamageName[];
  profiles?: readonly SynthProfile[];
  needs?: Partial<SynthOptions>;
  alsoAffects?: readonly string[];
}

const HOST_SERVICE = { profiles: ["gb300"], needs: { imex: "host", imexDomainFormat: "json" } } as const;
const OTHERS_OF_XML = (check: string): string[] =>
  ["gpu-inventory", "gpu-memory", "nvl-fabric"].filter((other) => other !== check);

const PROBES: readonly ProbeOfCheck[] = [
  // D9 and N5/G4 give the exit codes of these two a meaning.
  { check: "dcdiag", probe: "dcgm-diag", damage: without("exit-non-zero") },
  { check: "nccl", probe: "nccl-allreduce", damage: without("exit-non-zero") },
  // Here an exit code with output, and for a list also emptiness, means something (I8, G3).
  { check: "imex", probe: "imex-local", damage: without("exit-non-zero", "cut"), ...HOST_SERVICE },
  { check: "imex", probe: "imex-domain", damage: without("exit-non-zero"), ...HOST_SERVICE },
  {
    check: "imex",
    probe: "imex-nodes",
    damage: ["absent", "not-found", "no-permission", "timed-out", "killed", "nul-byte"],
    ...HOST_SERVICE,
  },
  {
    check: "imex",
    probe: "imex-resolve",
    damage: ["absent", "not-found", "no-permission", "timed-out", "killed", "nul-byte", "exit-non-zero"],
    ...HOST_SERVICE,
  },
  { check: "ib-xdr", probe: "ib-sysfs", damage: ALL },
  { check: "ib-errors", probe: "ib-counters", damage: ALL },
  { check: "hypervisor", probe: "virt", damage: without("cut", "exit-non-zero") },
  { check: "hypervisor", probe: "cmdline", damage: without("cut") },
  { check: "hypervisor", probe: "hyperv-kvp", damage: without("cut", "empty"), profiles: ["gb300"] },
  { check: "nvl-fabric", probe: "nvidia-smi", damage: ALL, alsoAffects: OTHERS_OF_XML("nvl-fabric") },
  { check: "nvl-fabric", probe: "nvlink", damage: ALL },
  { check: "gpu-inventory", probe: "nvidia-smi", damage: ALL, alsoAffects: OTHERS_OF_XML("gpu-inventory") },
  { check: "gpu-memory", probe: "nvidia-smi", damage: ALL, alsoAffects: OTHERS_OF_XML("gpu-memory") },
  // A log that ends early is not told from one that was young: Y4 asks for the beginning, Y5 for whole lines.
  { check: "xid", probe: "kernel-log", damage: without("cut") },
];

function damageTable(entry: ProbeOfCheck): FaultTable {
  const { check, probe, damage, ...rest } = entry;
  const specs = damage.map((name) => {
    const { describe, change } = DAMAGE[name];
    const strike = (machine: Machine) => {
      machine.afterPrinting.push((captures) => {
        const capture = captures[probe];
        if (change === null) delete captures[probe];
        else if (capture !== undefined) change(capture);
      });
      return inconclusive(name === "exit-non-zero" ? "G4" : "G3");
    };
    return [
      `${probe.startsWith(check) ? probe : `${check}-${probe}`}-${name}`,
      { describe: `${probe}, which ${check} needs, ${describe}.`, strike, ...rest },
    ] as const;
  });
  return faultsOf(check, Object.fromEntries(specs));
}

/** Expectations that a check needs and does not find (G11). */
const FORGOTTEN: Readonly<Record<string, { forget: (expect: SynthExpect) => void; alsoAffects?: readonly string[] }>> =
  {
    dcdiag: { forget: (expect) => delete expect.dcdiag?.level },
    imex: { forget: (expect) => delete expect.imex?.model },
    "ib-xdr": { forget: (expect) => delete expect.ib?.rails, alsoAffects: ["ib-errors"] },
    "ib-errors": { forget: (expect) => delete expect.ib?.errors },
    hypervisor: { forget: (expect) => delete expect.hypervisor?.virt },
    "nvl-fabric": { forget: (expect) => delete expect.nvlink },
    "gpu-inventory": {
      forget: (expect) => delete expect.gpus?.count,
      alsoAffects: ["dcdiag", "nvl-fabric", "gpu-memory"],
    },
    "gpu-memory": {
      forget: (expect) => delete expect.gpus?.count,
      alsoAffects: ["dcdiag", "nvl-fabric", "gpu-inventory"],
    },
    nccl: { forget: (expect) => delete expect.nccl?.minBusbwGBps },
  };

function forgottenTable(): FaultTable {
  const tables = Object.entries(FORGOTTEN).map(([check, { forget, alsoAffects }]) =>
    faultsOf(check, {
      [`${check}-expectation-missing`]: {
        describe: `An expectation that ${check} needs is missing.`,
        ...(alsoAffects === undefined ? {} : { alsoAffects }),
        strike: (machine) => {
          forget(machine.expect);
          return inconclusive("G11");
        },
      },
    }),
  );
  return Object.assign({}, ...tables) as FaultTable;
}

/** G3, G4 and G11: probes that cannot be read, and expectations that are not there. */
export const PROBE_FAULTS: FaultTable = {
  ...(Object.assign({}, ...PROBES.map(damageTable)) as FaultTable),
  ...forgottenTable(),
};
