import { openItem } from "../attention/items.ts";
import { comparableSerial, type VendorEvent } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import type { Turn } from "../worker/turn.ts";

/** The machine that an event is about, or why none is certain. */
export type MachineOfEvent =
  | { readonly machine: Row<"machines">; readonly why?: undefined }
  | { readonly machine?: undefined; readonly why: string };

/**
 * Finds the machine that an event is about, among those of its sender alone: by the serial that it names, else by
 * the name under which one stands now. Where the event names a cluster, the machine has to stand there.
 */
export async function machineOfEvent(tx: Tx, adapter: string, event: VendorEvent): Promise<MachineOfEvent> {
  const { systemSerial, node } = event;
  const known = systemSerial === undefined ? undefined : await machineWith(tx, adapter, systemSerial);
  if (known === undefined) return machineNamed(tx, adapter, event);
  const [place] = await tx.find("placements", { where: { machine: known.id, until_at: null }, limit: 1 });
  if (node.cluster !== undefined && place !== undefined && place.cluster !== node.cluster)
    return { why: `the machine with the serial ${String(systemSerial)} stands in ${String(place.cluster)}` };
  return { machine: known };
}

async function machineWith(tx: Tx, adapter: string, systemSerial: string): Promise<Row<"machines"> | undefined> {
  const rows = await tx.find("serials", {
    where: { kind: "system", serial: comparableSerial(systemSerial), current: true },
  });
  const id = { in: rows.map(({ machine }) => machine) };
  const [known] = await tx.find("machines", { where: { id, adapter, merged_into: null }, orderBy: ["id"], limit: 1 });
  return known;
}

async function machineNamed(
  tx: Tx,
  adapter: string,
  { systemSerial, node: { nodeName, cluster } }: VendorEvent,
): Promise<MachineOfEvent> {
  const places = await tx.find("placements", {
    where: { node_name: nodeName, until_at: null, ...(cluster === undefined ? {} : { cluster }) },
  });
  const [machine, ...others] = await tx.find("machines", {
    where: { id: { in: places.map((place) => place.machine) }, adapter, merged_into: null },
  });
  if (machine === undefined) return { why: `${adapter} has no machine that stands there now` };
  if (others.length > 0)
    return { why: `${String(others.length + 1)} machines of ${adapter} have that name, and no cluster is named` };
  // One of that serial would have been found: another stands there.
  if (systemSerial !== undefined && machine.system_serial !== null)
    return { why: `the machine there has the serial ${machine.system_serial}, not ${systemSerial}` };
  return { machine };
}

/** Has a person look at an event that is nobody's; one open item a node, however many events. */
export function openEventItem(turn: Turn, adapter: string, event: VendorEvent, why: string): Promise<void> {
  const { nodeName, cluster } = event.node;
  return openItem(turn, {
    kind: "vendor-event",
    subject: `${adapter} ${cluster === undefined ? "" : `${cluster}/`}${nodeName}`,
    owner: turn.parts.fleet.ownerOf(cluster ?? null, "unknown"),
    title: `${adapter}: ${event.kind} of ${nodeName}: ${why}`,
    detail: { event },
    openedFor: `event/${adapter}/${event.id}`,
  });
}
