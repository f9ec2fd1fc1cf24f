import type { Row, Store } from "@slipway/store";
import { z } from "zod";
import { EventRow, readRows } from "./events-file.ts";
import { machinesNamed } from "./machines-named.ts";

const text = z.string().min(1);
const optional = z.union([z.literal("").transform(() => undefined), z.string()]).optional();

const RunRow = z.looseObject({ attempt_id: text, run_index: z.coerce.number().int().positive(), failed_checks: z.string().default(""), node_id: optional });
const AttemptRow = z.looseObject({ attempt_id: text, vendor: optional, cluster_id: optional, node_id: optional, first_failed_run: z.union([z.literal("").transform(() => null), z.coerce.number().int().positive()]), runs_executed: z.coerce.number().int().nonnegative() });

interface Source {
  readonly file: string;
  readonly text: string;
}

/**
 * Takes in history from before Slipway. Rows are kept whole, by the machine that their node_id
 * (serial, machine or name) means now; the same row twice is one.
 *
 * An admission counts as the machine's last proof of health when its lane is chosen.
 *
 * @throws SlipwayError of kind `input` naming file, line and field; nothing is written then
 */
export async function importHistory(store: Store, files: { readonly runs?: Source; readonly attempts?: Source; readonly events?: Source }, now: number): Promise<{ readonly attempts: number; readonly runs: number; readonly events: number; readonly unknown: number }> {
  const runs = files.runs === undefined ? [] : readRows(files.runs.file, files.runs.text, RunRow);
  const attempts = files.attempts === undefined ? [] : readRows(files.attempts.file, files.attempts.text, AttemptRow);
  const events = files.events === undefined ? [] : readRows(files.events.file, files.events.text, EventRow);
  const byAttempt = Map.groupBy(runs, ({ attempt_id }) => attempt_id);
  const bodies = new Map<string, Readonly<Record<string, unknown>>>(attempts.map((row) => [row.attempt_id, row]));
  for (const [id, [first]] of byAttempt) if (!bodies.has(id)) bodies.set(id, { attempt_id: id, node_id: first?.node_id });
  const nodeOf = (row: Readonly<Record<string, unknown>>): string | undefined => (typeof row["node_id"] === "string" && row["node_id"] !== "" ? row["node_id"] : undefined);
  return store.transaction(async (tx) => {
    const nodes = [...bodies.values(), ...events].map(nodeOf);
    const machines = await machinesNamed(tx, nodes.filter((node) => node !== undefined));
    const machineOf = (row: Readonly<Record<string, unknown>>): number | null => machines.get(nodeOf(row) ?? "") ?? null;
    const attemptRows: Row<"imported_attempts">[] = [...bodies].map(([attempt_id, body]) => ({ attempt_id, machine: machineOf(body), serial: nodeOf(body) ?? null, body, runs: byAttempt.get(attempt_id) ?? [] }));
    const eventRows: Row<"imported_events">[] = events.map((event) => ({ event_id: event.event_id, revision: event.revision, event_type: event.event_type, machine: machineOf(event), serial: event.node_id, at: Date.parse(event.ts), body: { ...event, imported_at: new Date(now).toISOString() } }));
    const taken = await tx.insert("imported_attempts", attemptRows, { skipConflicts: true });
    const took = await tx.insert("imported_events", eventRows, { skipConflicts: true });
    return { attempts: taken.length, runs: runs.length, events: took.length, unknown: [...attemptRows, ...eventRows].filter(({ machine }) => machine === null).length };
  });
}
