import { eventsKind, readRecords, textSource } from "@slipway/records";
import type { Queue, Store } from "@slipway/store";
import type { Fleet } from "../fleet/fleet.ts";
import { insertBan } from "../validation/by-hand.ts";
import { Writes } from "../validation/writes.ts";
import { machinesNamed } from "./machines-named.ts";

export interface BanImport {
  readonly banned: number;
  readonly lifted: number;
  /** Sent before. */
  readonly known: number;
  /** Rows of nodes that no machine answers to. */
  readonly unknown: number;
}

const noQueue = { send: () => Promise.resolve() } as unknown as Queue;

/**
 * Takes in bans and their ends from schedulers, people and vendors. The same event twice is one.
 *
 * @throws SlipwayError of kind `input` naming file, line and field; nothing is written then
 */
export async function importBans(store: Store, fleet: Fleet, { file, text, source, now }: { readonly file: string; readonly text: string; readonly source: string; readonly now: number }): Promise<BanImport> {
  const rows = (await readRecords(eventsKind, textSource(file, text))).filter(({ type }) => type === "ban" || type === "unban").sort((a, b) => a.ts - b.ts);
  return store.transaction(async (tx) => {
    const writes = new Writes(now, source);
    const machines = await machinesNamed(tx, rows.map(({ node }) => node));
    let [banned, lifted, known, unknown] = [0, 0, 0, 0];
    for (const row of rows) {
      const machine = machines.get(row.node);
      if (machine === undefined) {
        unknown += 1;
        continue;
      }
      if (row.type === "ban") {
        const id = await insertBan(tx, writes, fleet, { machine, cause: row.cause ?? "unknown", at: row.ts, by: source, reason: `reported by ${source}`, source, externalId: row.eventId });
        if (id === 0) known += 1;
        else banned += 1;
        continue;
      }
      const [open] = await tx.find("bans", { where: { machine, source, lifted_at: null }, orderBy: ["-at"], limit: 1 });
      if (open === undefined) {
        known += 1;
        continue;
      }
      await tx.update("bans", [{ key: { id: open.id }, set: { lifted_at: row.ts, lifted_by: source, lift_reason: row.eventId, revision: open.revision + 1 } }]);
      const current = await tx.get("machines", { id: machine });
      // A workload ban says nothing about the hardware: the machine is as proven as it was.
      if (current?.account === "Banned") writes.book(current, open.cause === "workload" && open.release !== null ? "InPool" : "Spare", `ban/${String(open.id)}`);
      lifted += 1;
    }
    await writes.flush(tx, noQueue);
    return { banned, lifted, known, unknown };
  });
}
