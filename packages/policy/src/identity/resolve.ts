import { isSpecific } from "@slipway/plugin-sdk";
import { sameGpus, sameMachine, type Hardware } from "./same-machine.ts";

/** The fields of a sighting by which its machine is found. */
export interface Seen extends Hardware {
  readonly instanceId: string | null;
  readonly vendor: string | null;
  readonly cluster: string | null;
  readonly nodeName: string | null;
}

/** A known machine: the fields by which it is found. */
export interface Candidate extends Hardware {
  readonly id: number;
  readonly instanceId: string | null;
  readonly vendor: string | null;
  readonly nodeName: string | null;
}

/** Machines that a sighting may be of, by the field that they were found by. */
export interface Candidates {
  readonly bySystem: readonly Candidate[];
  readonly byGpu: readonly Candidate[];
  readonly byInstance: readonly Candidate[];
  /** Placed under the sighting's name in its cluster. */
  readonly byName: readonly Candidate[];
}

export interface Decision {
  /** The machine it is; null for a new one. */
  readonly machine: number | null;
  /** One sentence with the values that decided it. */
  readonly why: string;
  /** Another machine that fields of the sighting name. */
  readonly contradicts: { readonly machine: number; readonly why: string } | null;
}

/** Prints a machine's id as people write it. */
export const machineName = (id: number): string => `m-${String(id)}`;

const shared = (seen: Seen, candidate: Candidate): number => sameGpus(seen, candidate)?.shared ?? 0;
const most = (seen: Seen, candidate: Candidate): boolean => sameGpus(seen, candidate)?.same === true;

/** Whether something tells which GPUs a machine has. */
export const showsGpus = ({ gpuSerials, gpuUuids }: Pick<Hardware, "gpuSerials" | "gpuUuids">): boolean =>
  gpuSerials.length + gpuUuids.length > 0;
const hardwareless = (candidate: Candidate): boolean => candidate.systemSerial === null && !showsGpus(candidate);

/**
 * Which machine a sighting is of: the one that is the same by {@link sameMachine}, an equal system serial
 * before most of the GPUs; else it is new. When the serial says one machine and most GPUs another, the serial
 * decides, nothing is merged, and both machines are marked as in doubt. A sighting without hardware is of the machine with its instance id,
 * else of the one placed under its name.
 */
export function resolve(seen: Seen, candidates: Candidates): Decision {
  const specific = isSpecific(seen.systemSerial) ? seen.systemSerial : null;
  if (specific === null && !showsGpus(seen)) return byPlace(seen, candidates);
  const ofGpus = [...candidates.byGpu]
    .filter((candidate) => most(seen, candidate))
    .sort((a, b) => shared(seen, b) - shared(seen, a) || a.id - b.id);
  const agreeing = ofGpus.find((candidate) => sameMachine(seen, candidate)?.same === true);
  if (specific === null) {
    const said =
      seen.systemSerial === null
        ? "no system serial"
        : `the system serial ${JSON.stringify(seen.systemSerial)} names no machine`;
    if (agreeing !== undefined)
      return same(agreeing, `${said}; ${count(seen, agreeing)} are ${machineName(agreeing.id)}'s`);
    return (
      bare(seen, candidates) ??
      fresh(`${said}, and no machine has more than half of its ${String(listed(seen).length)} GPUs`)
    );
  }
  if (candidates.bySystem.length > 0) return bySystem(seen, specific, candidates.bySystem, ofGpus);
  if (agreeing !== undefined)
    return same(
      agreeing,
      `system serial ${specific} was not known; ${count(seen, agreeing)} are ${machineName(agreeing.id)}'s, which had no system serial`,
    );
  const [other] = ofGpus;
  if (other !== undefined) {
    return {
      ...fresh(`system serial ${specific} was never seen`),
      contradicts: {
        machine: other.id,
        why:
          `system serial ${specific} is new, but ${count(seen, other)} are ${machineName(other.id)}'s ` +
          `(system serial ${String(other.systemSerial)})`,
      },
    };
  }
  return bare(seen, candidates) ?? fresh(`system serial ${specific} was never seen`);
}

function bySystem(seen: Seen, serial: string, holders: readonly Candidate[], ofGpus: readonly Candidate[]): Decision {
  const ranked = [...holders].sort(
    (a, b) =>
      shared(seen, b) - shared(seen, a) ||
      Number(b.nodeName === seen.nodeName) - Number(a.nodeName === seen.nodeName) ||
      a.id - b.id,
  );
  const [machine] = ranked;
  if (machine === undefined) return fresh(`system serial ${serial} was never seen`);
  const other = ofGpus.find((candidate) => !holders.some(({ id }) => id === candidate.id) && !most(seen, machine));
  return {
    machine: machine.id,
    why:
      `system serial ${serial} is ${machineName(machine.id)}'s` +
      `${holders.length > 1 ? `, as of ${String(holders.length)} machines, and it is nearest by GPUs and name` : ""}`,
    contradicts:
      other === undefined
        ? null
        : {
            machine: other.id,
            why:
              `system serial ${serial} says ${machineName(machine.id)}, but ${count(seen, other)} are ` +
              `${machineName(other.id)}'s (system serial ${String(other.systemSerial)})`,
          },
  };
}

function byPlace(seen: Seen, { byInstance, byName }: Candidates): Decision {
  const [instance] = byInstance;
  if (instance !== undefined)
    return same(instance, `no serials; instance ${String(seen.instanceId)} is ${machineName(instance.id)}'s`);
  const [named] = byName.filter(
    ({ instanceId, vendor }) =>
      (seen.instanceId === null || instanceId === null || instanceId === seen.instanceId) &&
      (seen.vendor === null || vendor === null || vendor === seen.vendor),
  );
  if (named !== undefined)
    return same(named, `no serials; ${machineName(named.id)} is placed under the name ${where(seen)}`);
  return fresh(
    byName.length > 0
      ? `no serials, and instance ${String(seen.instanceId)} under the name ${where(seen)} is another than before`
      : `no serials, and nothing was known under ${seen.nodeName === null ? `instance ${String(seen.instanceId)}` : `the name ${where(seen)}`}`,
  );
}

/** A machine of which only the name or instance was known: the first serials seen there are its own. */
function bare(seen: Seen, { byInstance, byName }: Candidates): Decision | undefined {
  const found = [...byInstance, ...byName].find(hardwareless);
  return (
    found &&
    same(
      found,
      `${seen.systemSerial === null ? "these GPUs were" : `system serial ${seen.systemSerial} was`} never ` +
        `seen; ${machineName(found.id)} was known by its name ${where(seen)} only, and has them now`,
    )
  );
}

const same = ({ id }: Candidate, why: string): Decision => ({ machine: id, why, contradicts: null });
const fresh = (why: string): Decision => ({ machine: null, why: `new machine: ${why}`, contradicts: null });
const listed = ({ gpuSerials, gpuUuids }: Seen): readonly string[] => (gpuSerials.length > 0 ? gpuSerials : gpuUuids);
function count(seen: Seen, candidate: Candidate): string {
  const { shared: common = 0, of = 0, by = "GPUs" } = sameGpus(seen, candidate) ?? {};
  return `${String(common)} of ${String(of)} ${by}`;
}
const where = ({ nodeName, cluster }: Seen): string => `${String(nodeName)}${cluster === null ? "" : ` in ${cluster}`}`;
