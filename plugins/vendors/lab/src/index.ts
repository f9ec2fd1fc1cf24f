import {
  defineVendor,
  VendorError,
  type ActOptions,
  type CallOptions,
  type Sighting,
  type TargetRef,
  type VendorOp,
  type VendorPorts,
} from "@slipway/plugin-sdk";
import { synthesize, type SynthExpect } from "@slipway/synth";
import { eventsSince } from "./events.ts";
import { fileJournal, memoryJournal, type JournalLine } from "./journal.ts";
import { bootId, labTransport, optionsOf } from "./session.ts";
import { readSettings } from "./settings.ts";
import { World, type LabMachine } from "./world.ts";

const PAGE = 500;

export default defineVendor({
  id: "lab",
  version: "1.0.0",
  title: "A simulated fleet with known truth",
  capabilities: {
    power: ["reboot", "power-cycle"],
    transport: true,
    events: true,
    repair: true,
    returnToService: true,
  },
  async open(given, ports) {
    const settings = readSettings(given);
    const journal = settings.journal === undefined ? memoryJournal() : fileJournal(settings.journal);
    const world = new World(settings, journal);
    const answer = (options: CallOptions): Promise<void> => answered(ports, settings.answerMs, options);
    const act = async (
      what: JournalLine["what"],
      node: TargetRef,
      detail: string,
      options: ActOptions,
    ): Promise<VendorOp> => {
      await answer(options);
      return carriedOut(world, { at: ports.clock.now(), what, node, key: options.key, detail });
    };
    return {
      transport: labTransport(world, ports),
      async listNodes(page, options) {
        await answer(options);
        const now = ports.clock.now();
        world.advance(now);
        const there = world.machines.filter(({ appears, out }) => appears <= now && out === undefined);
        const from = Number(page ?? 0);
        const items = there.slice(from, from + PAGE).map((machine) => sightingOf(world, machine, now));
        return from + PAGE < there.length ? { items, next: String(from + PAGE) } : { items };
      },
      async listEvents(cursor, options) {
        await answer(options);
        return eventsSince(world, ports.clock.now(), cursor);
      },
      power: (node, op, options) => act("power", node, op, options),
      openRepair: (node, { category }, options) => act("repair", node, category, options),
      returnToService: (node, options) => act("service", node, "return", options),
      async operation(key, options) {
        await answer(options);
        world.advance(ports.clock.now());
        return { state: world.asked(key) ? "succeeded" : "unknown" };
      },
      close: async () => {
        journal.close();
      },
    };
  },
});

/** Waits as long as the lab takes to answer. @throws VendorError when that is longer than the caller waits */
async function answered(ports: VendorPorts, answerMs: number, { signal, deadlineMs }: CallOptions): Promise<void> {
  signal.throwIfAborted();
  if (answerMs > 0) await ports.clock.sleep(Math.min(answerMs, deadlineMs), signal);
  if (answerMs > deadlineMs) throw new VendorError("retry", `the lab did not answer within ${String(deadlineMs)} ms`);
}

/** Does something to a node, once for each key. @throws VendorError for a node that the lab has not */
function carriedOut(
  world: World,
  {
    at,
    what,
    node,
    key,
    detail,
  }: Pick<JournalLine, "at" | "what" | "key"> & { readonly node: TargetRef; readonly detail: string },
): VendorOp {
  world.advance(at);
  const machine = world.node(node.nodeName);
  if (machine === undefined)
    throw new VendorError("not-found", `${node.nodeName}: the lab has no such node`, { raw: { node } });
  const already = machine.keys.has(key);
  world.record({ at, what: already ? "repeat" : what, node: machine.node, machine: machine.number, key, detail });
  world.advance(at);
  return { id: key, state: already ? "already" : "accepted" };
}

/** What was last said of each machine, which holds until it is repaired or moved. */
const said = new WeakMap<LabMachine, { readonly as: string; readonly sighting: Sighting }>();

/** What the vendor's inventory says of a machine; facts of its rack travel as `expect`. */
function sightingOf(world: World, machine: LabMachine, now: number): Sighting {
  const as = `${machine.node} ${String(machine.epoch)}`;
  const known = said.get(machine);
  const sighting = known?.as === as ? known.sighting : describe(world, machine, now);
  said.set(machine, { as, sighting });
  return { ...sighting, observed_at: new Date(now).toISOString() };
}

function describe(world: World, machine: LabMachine, now: number): Sighting {
  const { cell } = machine;
  const { imex = {}, ib = {} } = synthesize(optionsOf(world, machine, [])).expect as SynthExpect;
  return {
    source: `vendor:${cell.vendor}`,
    observed_at: new Date(now).toISOString(),
    vendor: cell.vendor,
    sku: cell.sku,
    cluster: cell.cluster,
    segment: cell.segment,
    node_name: machine.node,
    rack: machine.rack,
    tray: String(machine.tray),
    system_serial: machine.systemSerial,
    gpu_serials: machine.gpuSerials,
    vendor_instance_id: `i-${bootId(world, { ...machine, boots: machine.epoch })}`,
    nvlink_domain: cell.profile === "gb300" ? `${cell.cluster}-${machine.rack}` : null,
    ibkey: ib.pkey ?? null,
    adapter: "lab",
    // The facts of its rack; what else must be true of it, the fleet's files say.
    expect: {
      imex: { members: imex.members, domainActive: imex.domainActive },
      ib: { rails: ib.rails, pkey: ib.pkey },
    },
  };
}
