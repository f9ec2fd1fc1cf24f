import { defineVendor, SlipwayError, type Sighting, type TargetRef } from "@slipway/plugin-sdk";
import { synthesize } from "@slipway/synth";
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
    const act = async (
      what: JournalLine["what"],
      node: TargetRef,
      idempotencyKey: string,
      detail: string,
    ): Promise<{ id: string; state: "accepted" | "already" }> => {
      const at = ports.clock.now();
      world.advance(at);
      const machine = world.node(node.nodeName);
      if (machine === undefined) throw new SlipwayError("input", `${node.nodeName}: the lab has no such node`);
      const already = machine.keys.has(idempotencyKey);
      world.record({
        at,
        what: already ? "repeat" : what,
        node: machine.node,
        machine: machine.number,
        key: idempotencyKey,
        detail,
      });
      world.advance(at);
      return { id: idempotencyKey, state: already ? "already" : "accepted" };
    };
    return {
      transport: labTransport(world, ports),
      async listNodes(page) {
        const now = ports.clock.now();
        world.advance(now);
        const there = world.machines.filter(({ appears, out }) => appears <= now && out === undefined);
        const from = Number(page ?? 0);
        const items = there.slice(from, from + PAGE).map((machine) => sightingOf(world, machine, now));
        return from + PAGE < there.length ? { items, next: String(from + PAGE) } : { items };
      },
      listEvents: async (cursor) => eventsSince(world, ports.clock.now(), cursor),
      power: (node, op, { idempotencyKey }) => act("power", node, idempotencyKey, op),
      openRepair: (node, { category }, { idempotencyKey }) => act("repair", node, idempotencyKey, category),
      returnToService: (node, { idempotencyKey }) => act("service", node, idempotencyKey, "return"),
      close: async () => {
        journal.close();
      },
    };
  },
});

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
  const { imex, ib, dcdiag, hypervisor, nvlink, nccl } = synthesize(optionsOf(world, machine, [])).expect;
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
    ibkey: (ib as { readonly pkey?: string }).pkey ?? null,
    adapter: "lab",
    expect: { imex, ib, dcdiag, hypervisor, nvlink, nccl },
  };
}
