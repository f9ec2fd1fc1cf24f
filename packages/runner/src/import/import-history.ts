import { attemptsKind, eventsKind, readRecords, runsKind, textSource, type RecordKind } from "@slipway/records";
import type { Row, Store } from "@slipway/store";
import { machinesNamed } from "@slipway/nodes";

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
export async function importHistory(
  store: Store,
  files: { readonly runs?: Source; readonly attempts?: Source; readonly events?: Source },
): Promise<{ readonly attempts: number; readonly runs: number; readonly events: number; readonly unknown: number }> {
  const runs = await columnsOf(runsKind, files.runs);
  const attempts = await columnsOf(attemptsKind, files.attempts);
  const events = await rowsOf(eventsKind, files.events);
  const byAttempt = Map.groupBy(runs, ({ attempt_id }) => attempt_id ?? "");
  const bodies = new Map<string, Readonly<Record<string, string | undefined>>>(
    attempts.map((row) => [row["attempt_id"] ?? "", row]),
  );
  for (const [id, [first]] of byAttempt)
    if (!bodies.has(id)) bodies.set(id, { attempt_id: id, node_id: first?.["node_id"] });
  return store.transaction(async (tx) => {
    const importedAt = new Date(await tx.now()).toISOString();
    const machines = await machinesNamed(
      tx,
      [...[...bodies.values()].map((body) => body["node_id"]), ...events.map(({ node }) => node)].filter(
        (node) => node !== undefined,
      ),
    );
    const machineOf = (node: string | undefined): number | null => machines.get(node ?? "") ?? null;
    const attemptRows: Row<"imported_attempts">[] = [...bodies].map(([attempt_id, body]) => ({
      attempt_id,
      machine: machineOf(body["node_id"]),
      serial: body["node_id"] ?? null,
      body,
      runs: byAttempt.get(attempt_id) ?? [],
    }));
    const eventRows: Row<"imported_events">[] = events.map((event) => ({
      event_id: event.eventId,
      revision: event.revision,
      event_type: event.type,
      machine: machineOf(event.node),
      serial: event.node,
      at: event.ts,
      body: { ...eventsKind.write(event), imported_at: importedAt },
    }));
    const taken = await tx.insert("imported_attempts", attemptRows, { skipConflicts: true });
    const took = await tx.insert("imported_events", eventRows, { skipConflicts: true });
    return {
      attempts: taken.length,
      runs: runs.length,
      events: took.length,
      unknown: [...attemptRows, ...eventRows].filter(({ machine }) => machine === null).length,
    };
  });
}

const rowsOf = async <T>(kind: RecordKind<T>, source: Source | undefined): Promise<readonly T[]> =>
  source === undefined ? [] : readRecords(kind, textSource(source.file, source.text));

/** Rows as they are stored: every column as text. */
const columnsOf = async <T>(
  kind: RecordKind<T>,
  source: Source | undefined,
): Promise<readonly Readonly<Record<string, string>>[]> => (await rowsOf(kind, source)).map((row) => kind.write(row));
