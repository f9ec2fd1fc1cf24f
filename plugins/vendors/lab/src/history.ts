import { memoryJournal } from "./journal.ts";
import { verdictOf } from "./session.ts";
import { readSettings } from "./settings.ts";
import { World, type LabMachine } from "./world.ts";

const HOUR = 3_600_000;
/** A pass takes two node-hours (statistics.md 4), and the world is looked at that often. */
const PASS_MS = 2 * HOUR;

/** Something that a machine's history holds: an admission, its end, a ban or its end. */
export interface HistoryEvent {
  readonly type: "admit" | "leave" | "ban" | "unban";
  /** The machine by its serial: what comes back under an old name may be another. */
  readonly machine: string;
  readonly at: number;
  readonly vendor: string;
  readonly sku: string;
  readonly cluster: string;
  readonly segment: string;
  /** Of a ban. */
  readonly cause: string | null;
  /** Of an admission. */
  readonly entry: "new" | "ofr" | "move" | null;
}

/** Where a machine is on its way: not there yet, validating, in service, or out. */
type Phase =
  | { readonly at: "nowhere" }
  | {
      readonly at: "validating";
      readonly entry: "new" | "ofr" | "move";
      readonly required: number;
      readonly done: number;
    }
  | { readonly at: "service" }
  | { readonly at: "out" };

/**
 * The events that days of this lab come to, when each machine is let in after its passes and out by
 * its bans: the same world and the same tosses as behind the port, with nothing printed and nothing
 * judged. For holding statistics to the lab's known truth; what a control plane makes of the lab it
 * makes through the port.
 *
 * @param given settings of the lab: `seed`, `start`, `share`
 * @throws SlipwayError of kind `config` naming the key that is wrong
 */
export function historyOf(given: Readonly<Record<string, unknown>>, days: number): readonly HistoryEvent[] {
  const settings = readSettings(given);
  const world = new World(settings, memoryJournal());
  const phases = world.machines.map((): Phase => ({ at: "nowhere" }));
  const heard = world.machines.map(() => 0);
  const events: HistoryEvent[] = [];
  for (let now = settings.start; now < settings.start + days * 24 * HOUR; now += PASS_MS) {
    world.advance(now);
    for (const machine of world.machines) {
      const told = machine.happened.slice(heard[machine.number]);
      heard[machine.number] = machine.happened.length;
      const heardOf = told.reduce<Phase>(
        (phase, event) => afterEvent({ world, machine, events }, phase, event),
        phases[machine.number] ?? { at: "nowhere" },
      );
      phases[machine.number] = takeStep({ world, machine, events }, heardOf, now);
    }
  }
  return events;
}

/** A machine of a world, and the events that its history is made of. */
interface Living {
  readonly world: World;
  readonly machine: LabMachine;
  readonly events: HistoryEvent[];
}

function afterEvent(
  { world, machine, events }: Living,
  phase: Phase,
  { at, kind, cause = "unknown", id }: LabMachine["happened"][number],
): Phase {
  const event = (type: HistoryEvent["type"]): void =>
    void events.push({ type, ...placeOf(machine), at, cause: type === "ban" ? cause : null, entry: null });
  switch (kind) {
    case "ban":
      event("ban");
      if (cause === "workload") return phase;
      if (cause === "hardware" || cause === "fabric" || cause === "platform")
        world.record({ at, what: "repair", node: machine.node, machine: machine.number, key: `${id}/repair` });
      return { at: "out" };
    case "unban":
      event("unban");
      return phase;
    case "move":
      // It stands in its new cluster by now; what matters is that the old spell ends.
      event("leave");
      return { at: "validating", entry: "move", required: 1, done: 0 };
    case "returned":
      return {
        at: "validating",
        entry: "ofr",
        required: machine.cell.vendor.startsWith("coreweave") ? 6 : 12,
        done: 0,
      };
    case "out-for-repair":
      return phase;
  }
}

function takeStep({ world, machine, events }: Living, phase: Phase, now: number): Phase {
  if (phase.at === "nowhere")
    return machine.appears <= now ? { at: "validating", entry: "new", required: 12, done: 0 } : phase;
  if (phase.at !== "validating") return phase;
  const key = `${String(machine.number)}/${String(machine.sessions)}`;
  const verdict = verdictOf(world, machine, machine.sessions);
  const line = { at: now, node: machine.node, machine: machine.number, key };
  world.record({ ...line, what: "session" });
  if (verdict === "inconclusive") return phase;
  if (verdict === "fail") {
    world.record({ ...line, what: "repair", key: `${key}/repair` });
    return { at: "out" };
  }
  const done = phase.done + 1;
  if (done < phase.required) return { ...phase, done };
  world.record({ ...line, what: "service", key: `${key}/service` });
  events.push({ type: "admit", ...placeOf(machine), at: now, cause: null, entry: phase.entry });
  return { at: "service" };
}

const placeOf = ({
  systemSerial,
  cell: { vendor, sku, cluster, segment },
}: LabMachine): Pick<HistoryEvent, "machine" | "vendor" | "sku" | "cluster" | "segment"> => ({
  machine: systemSerial,
  vendor,
  sku,
  cluster,
  segment,
});
