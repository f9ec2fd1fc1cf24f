import {
  SlipwayError,
  type Connection,
  type ExecResult,
  type Host,
  type ProbeCommand,
  type Transport,
  type VendorPorts,
} from "@slipway/plugin-sdk";
import {
  FAULTS,
  synthesize,
  type Capture,
  type Captures,
  type Persona,
  type SynthOptions,
  type SynthProfile,
} from "@slipway/synth";
import { chance } from "./chance.ts";
import type { LabMachine, World } from "./world.ts";

/**
 * Checks whose faults most passes would not see, because few lanes name them or the expectations of that kind of node
 * leave them out (`fleet/`). They are shown only where `force` names one.
 */
const SELDOM_ASKED = { gb300: ["ib-errors"], h100: ["ib-errors", "ib-xdr", "imex"] } as const satisfies Record<
  SynthProfile,
  readonly string[]
>;

/** Faults that a probe's answer can show without moving what the node is, by what they come to. */
const SHOWN = Object.entries(FAULTS).filter(
  ([, { needs }]) => needs === undefined || Object.keys(needs).every((key) => key === "dcgm"),
);

/** Reaches the lab's nodes. What crosses is argv one way, and output, exit code and timing the other. */
export function labTransport(world: World, ports: VendorPorts): Transport {
  return {
    async connect(host, signal) {
      const now = ports.clock.now();
      world.advance(now);
      const machine = world.node(host.name);
      if (machine === undefined) throw new SlipwayError("unreachable", `${host.name}: no such host`);
      const down = machine.out !== undefined || now < machine.bootedAt || now < machine.appears;
      const rng = chance(world.settings.seed, "connect", machine.number, machine.sessions);
      if (down || rng.chance(world.settings.unreachable))
        throw new SlipwayError("unreachable", `${host.name}: connection timed out`);
      const lostAfter = rng.chance(world.settings.lost) ? rng.between(1, 6) : Infinity;
      return session({ world, ports, host, machine }, signal, lostAfter);
    },
    close: () => undefined,
  };
}

function session(
  {
    world,
    ports,
    host,
    machine,
  }: {
    readonly world: World;
    readonly ports: VendorPorts;
    readonly host: Host;
    readonly machine: LabMachine;
  },
  opened: AbortSignal,
  lostAfter: number,
): Connection {
  const number = machine.sessions;
  const key = `${String(machine.number)}/${String(number)}`;
  const line = (what: "session" | "end" | "probe", detail?: string): void => {
    world.record({
      at: ports.clock.now(),
      what,
      node: host.name,
      machine: machine.number,
      key,
      ...(detail === undefined ? {} : { detail }),
    });
  };
  line("session", bootId(world, machine));
  world.advance(ports.clock.now());
  const boots = machine.boots;
  const answer = answersOf(world, machine, faultOf(world, machine, number));
  let asked = 0;
  let lost: string | undefined;
  return {
    get lost() {
      return lost;
    },
    async exec(command, { signal = opened, timeoutMs, maxBytes }) {
      const begun = ports.clock.now();
      line("probe", command.id);
      asked += 1;
      const capture = answer(command);
      const takes = Math.min(timeoutMs, (capture?.durationMs ?? 1) * world.settings.speed);
      if (takes > 0) await ports.clock.sleep(takes, signal).catch(() => undefined);
      world.advance(ports.clock.now());
      if (asked >= lostAfter || machine.boots !== boots || machine.out !== undefined)
        lost ??= "the connection was reset";
      const startError = signal.aborted ? "aborted" : lost === undefined ? undefined : "connection-lost";
      return resultOf(command, capture, { begun, durationMs: takes, maxBytes, startError });
    },
    close: () => {
      line("end");
    },
  };
}

function resultOf(
  command: ProbeCommand,
  capture: Capture | undefined,
  run: {
    readonly begun: number;
    readonly durationMs: number;
    readonly maxBytes: number;
    readonly startError: string | undefined;
  },
): ExecResult {
  const { begun, durationMs, maxBytes, startError } = run;
  const failed = startError ?? (capture === undefined ? "not-found" : capture.startError);
  const none = startError !== undefined || capture === undefined;
  const stdout = Buffer.from(none ? "" : capture.stdout);
  return {
    argv: [...command.argv],
    exitCode: none ? null : capture.exitCode,
    signal: none ? null : capture.signal,
    timedOut: none ? false : capture.timedOut,
    startError: failed,
    startedAt: new Date(begun).toISOString(),
    durationMs: Math.round(durationMs),
    ...(stdout.length > maxBytes ? { truncated: true } : {}),
    stdout: stdout.subarray(0, maxBytes),
    stderr: Buffer.from(none ? "" : capture.stderr),
  };
}

/** The boot a machine is on: it changes with every boot and with nothing else. */
export const bootId = (world: World, machine: LabMachine): string =>
  chance(world.settings.seed, "boot", machine.number, machine.boots).uuid();

/** The fault a session shows, if any: drawn once, so that its probes agree with each other. */
function faultOf(world: World, machine: LabMachine, number: number): string | undefined {
  const forced = world.settings.force[machine.node];
  if (forced !== undefined) return forced;
  const { verdict, rng } = toss(world, machine, number);
  return verdict === undefined ? undefined : rng.pick(faultsOf(machine.cell.profile, verdict));
}

/** What a session of a machine comes to where no fault is forced on it; undefined where nothing is wrong. */
export const verdictOf = (world: World, machine: LabMachine, number: number): "fail" | "inconclusive" | undefined =>
  toss(world, machine, number).verdict;

function toss(
  world: World,
  machine: LabMachine,
  number: number,
): { readonly verdict: "fail" | "inconclusive" | undefined; readonly rng: ReturnType<typeof chance> } {
  const { seed, inconclusive } = world.settings;
  const rng = chance(seed, "session", machine.number, number);
  return {
    verdict: rng.chance(machine.hidden.p) ? "fail" : rng.chance(inconclusive) ? "inconclusive" : undefined,
    rng,
  };
}

const byProfile = new Map<string, readonly string[]>();

/** Names of the generator's faults that a node of this profile can show and that come to this verdict. */
function faultsOf(profile: "gb300" | "h100", verdict: "fail" | "inconclusive"): readonly string[] {
  const known = byProfile.get(`${profile} ${verdict}`);
  if (known !== undefined) return known;
  const unseen: readonly string[] = SELDOM_ASKED[profile];
  const names = SHOWN.filter(([, { check, profiles }]) => profiles.includes(profile) && !unseen.includes(check)).map(
    ([name]) => name,
  );
  for (const word of ["fail", "inconclusive"] as const)
    byProfile.set(
      `${profile} ${word}`,
      names.filter((name) => {
        const [truth] = synthesize({ seed: 1, profile, faults: [name], probes: [] }).truths;
        return truth?.verdict === word;
      }),
    );
  return byProfile.get(`${profile} ${verdict}`) ?? [];
}

/** The generator's options for a machine as it is now. */
export function optionsOf(world: World, machine: LabMachine, probes?: readonly string[]): SynthOptions {
  const { cell } = machine;
  const as: Persona = {
    name: machine.node,
    vendor: cell.vendor,
    sku: cell.sku,
    cluster: cell.cluster,
    rack: machine.rack,
    bootId: bootId(world, machine),
    systemSerial: machine.systemSerial,
    gpuSerials: machine.gpuSerials,
    trays: trayNames(machine),
    virtual: cell.vendor === "azure",
    ...(cell.pkey === undefined ? {} : { pkey: cell.pkey }),
  };
  return {
    seed: machine.rackSeed,
    profile: cell.profile,
    index: machine.profileTray,
    rackSize: cell.rackSize,
    as,
    ...(probes === undefined ? {} : { probes }),
  };
}

export const trayNames = ({ cell, rack }: LabMachine): string[] =>
  Array.from({ length: cell.rackSize }, (_, tray) => `${cell.cluster}-${rack}-t${String(tray).padStart(2, "0")}`);

/** Machines whose outputs are kept: a pass comes back to the same ones, and prints the same. */
const KEPT = 64;
const printed = new Map<LabMachine, { readonly as: string; readonly captures: Map<string, Capture | undefined> }>();

/** What a machine prints while nothing is wrong, until it boots, moves or is repaired. */
function healthyOf(machine: LabMachine): Map<string, Capture | undefined> {
  const as = `${machine.node} ${String(machine.boots)} ${String(machine.epoch)}`;
  const known = printed.get(machine);
  const captures = known?.as === as ? known.captures : new Map<string, Capture | undefined>();
  printed.delete(machine);
  printed.set(machine, { as, captures });
  const [oldest] = printed.keys();
  if (printed.size > KEPT && oldest !== undefined) printed.delete(oldest);
  return captures;
}

/** What a machine's commands answer in one session, by the fault that it shows. */
function answersOf(
  world: World,
  machine: LabMachine,
  fault: string | undefined,
): (command: ProbeCommand) => Capture | undefined {
  const options = optionsOf(world, machine);
  if (fault === undefined) {
    const captures = healthyOf(machine);
    return ({ id }) => {
      if (!captures.has(id)) captures.set(id, synthesize({ ...options, probes: [id] }).captures[id]);
      return captures.get(id);
    };
  }
  // A fault may change what stands beside its probe, so everything is printed, and outputs are taken from it.
  let all: Captures | undefined;
  return ({ id }) => (all ??= synthesize({ ...options, faults: [fault] }).captures)[id];
}
