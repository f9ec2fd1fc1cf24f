import { BAN_CAUSES } from "@slipway/domain";
import type { Row, Tx } from "@slipway/store";

/** Bans from before Slipway; a workload's that was lifted says nothing of the machine. */
export function bansOf(
  imported: readonly Row<"imported_events">[],
): (Pick<Row<"bans">, "at" | "cause" | "attribution"> & { readonly machine: number | null })[] {
  return imported.flatMap(({ machine, event_type, at, body }) => {
    if (event_type !== "ban") return [];
    const cause = BAN_CAUSES.find((known) => known === (body as { readonly cause?: string }).cause) ?? "unknown";
    if (
      cause === "workload" &&
      imported.some((other) => other.machine === machine && other.event_type === "unban" && other.at >= at)
    )
      return [];
    return [{ machine, at, cause, attribution: { findings: [], rule: "imported" } }];
  });
}

/** Admissions and bans from before Slipway: by machine, or by the serial of a machine that was not known when they were taken in. */
export async function importedEvents(tx: Tx, machines: readonly number[]): Promise<Row<"imported_events">[]> {
  const serials = new Map(
    (await tx.find("serials", { where: { machine: { in: machines } } }))
      .filter(({ kind }) => kind === "system")
      .map(({ serial, machine }) => [serial, machine]),
  );
  const known = await tx.find("machines", { where: { id: { in: machines } } });
  // Files spell a serial as they like: as its sources do, or as it is compared.
  for (const { id, system_serial } of known) if (system_serial !== null) serials.set(system_serial, id);
  const direct = await tx.find("imported_events", { where: { machine: { in: machines } } });
  const bySerial = await tx.find("imported_events", { where: { serial: { in: [...serials.keys()] }, machine: null } });
  return [...direct, ...bySerial.map((row) => ({ ...row, machine: serials.get(row.serial ?? "") ?? null }))].sort(
    (a, b) => a.at - b.at || (a.event_id < b.event_id ? -1 : 1),
  );
}
