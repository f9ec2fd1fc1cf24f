import {
  instantText,
  openSource,
  readDatabase,
  readRecords,
  type DatabaseRows,
  type RecordKind,
} from "@slipway/records";
import { StatsInputError, type Labels } from "@slipway/stats";
import { printable } from "./report/printable.ts";

const REDRAW_MS = 100;

/** A line on stderr that moves while something long is read, where a person looks. */
export function progressLine(): { readonly say: (text: string) => void; readonly end: () => void } {
  let drawn = performance.now();
  let shown = false;
  return {
    say(text) {
      if (!process.stderr.isTTY || performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      shown = true;
      process.stderr.write(`\r\u001b[K${text}`.slice(0, (process.stderr.columns || 80) - 1));
    },
    end: () => void (shown && process.stderr.write("\r\u001b[K")),
  };
}

/** Every row of a file, `-` for standard input. */
export async function rowsOfFile<T>(kind: RecordKind<T>, path: string): Promise<readonly T[]> {
  const source = await openSource(path);
  const line = progressLine();
  const rows = (read: number): string =>
    source.parquet === undefined && source.size !== undefined
      ? `${String(Math.floor((read / source.size) * 100))} %`
      : `${String(read)} ${source.parquet === undefined ? "bytes" : "rows"}`;
  try {
    return await readRecords(kind, source, (read) => {
      line.say(`reading ${path}: ${rows(read)}`);
    });
  } finally {
    line.end();
  }
}

/** The running database as rows of files, as it is now. */
export async function rowsOfDatabase(): Promise<DatabaseRows & { readonly now: number }> {
  // Loaded only here: most of the program's start, which questions on files need not wait for.
  const [{ openDatabase }, { readFleet }, { fleetFolder }] = await Promise.all([
    import("./database.ts"),
    import("@slipway/fleet"),
    import("./fleet.ts"),
  ]);
  const database = await openDatabase({ start: false });
  const line = progressLine();
  try {
    const { lanes, clusters } = readFleet(fleetFolder());
    const kinds = new Map(lanes.map(({ lane }) => [lane.lane, lane.kind]));
    const now = Date.now();
    const names = {
      ownerOf: (cluster: string) =>
        Object.hasOwn(clusters.clusters, cluster) ? clusters.clusters[cluster]?.owner : undefined,
      laneKindOf: (lane: string) => kinds.get(lane),
    };
    return {
      now,
      ...(await readDatabase(database.store, names, (read) => {
        line.say(`reading the database: ${String(read)} rows`);
      })),
    };
  } finally {
    line.end();
    await database.close();
  }
}

/** Says on stderr which of the names asked for no row has: a misspelt one would answer about nothing. */
export function warnOfUnknownLabels(rows: readonly { readonly labels: Labels }[], asked: readonly string[]): void {
  const known = new Set([...new Set(rows.map(({ labels }) => labels))].flatMap((labels) => Object.keys(labels)));
  for (const name of asked) {
    if (rows.length > 0 && !known.has(name))
      process.stderr.write(
        `slipway: no row has ${printable(name)}; there are ${printable([...known].sort().join(", "))}\n`,
      );
  }
}

/** As answers print it; null where there is no event and nobody said a time. */
export const untilText = (until: number): string | null => (until === -Infinity ? null : instantText(until));

/** Runs `work` on a file's rows; what they contradict each other in is said with the file's name. */
export function ofFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof StatsInputError ? new StatsInputError(`${path}: ${error.message}`, { cause: error }) : error;
  }
}
