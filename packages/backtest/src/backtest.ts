import { SlipwayError } from "@slipway/plugin-sdk";
import type { Spell } from "@slipway/stats";
import type { Store } from "@slipway/store";
import type { Change } from "./change/change.ts";
import { folderUnits } from "./evidence/folder-units.ts";
import { storedUnits } from "./evidence/stored-units.ts";
import type { Unit } from "./evidence/unit.ts";
import type { Journal } from "./journal.ts";
import type { Label, Outcome } from "./judging/outcome.ts";
import { judgeInOrder } from "./pool/judge-in-order.ts";
import { reportOf, type BacktestReport } from "./report.ts";
import { admissionsOfFlips } from "./tally/admissions.ts";
import { tally, type Flip } from "./tally/tally.ts";

const DAY_MS = 86_400_000;

/** A whole question, as plain data: the first line of a journal, so that it can be gone on with. */
export interface Question {
  readonly change: Change;
  /** A folder of bundles; null for the database. */
  readonly folder: string | null;
  /** Until when evidence goes, in milliseconds since 1970; null for all of a folder. */
  readonly asOf: number | null;
  readonly sinceDays: number | null;
  readonly by: readonly Label[];
  /** Which segment each cluster belongs to. */
  readonly segments: Readonly<Record<string, string>>;
}

/** The running system, for evidence that lies in it. */
export interface StoredEvidence {
  readonly store: Store;
  /** The folder of the evidence store. */
  readonly blobs: string;
  /** The url of the database that may hold evidence too. */
  readonly database?: string;
  /** Every admission up to a time. */
  readonly admissions: (asOf: number) => Promise<readonly Spell[]>;
}

export interface BacktestOptions {
  readonly threads: number;
  /** Instead of a minute. */
  readonly hangsMs?: number;
  /** Hears how many units are done. */
  readonly onDone?: (done: number) => void;
}

/**
 * Judges stored evidence by both sides of a change: a flip for each verdict that differs, in the order
 * of the evidence, and last the report. What the journal holds already is not judged again, so that a
 * run that was killed goes on where it stood, and says the same as one that was not.
 *
 * @throws SlipwayError of kind `config` when a side cannot be loaded, and when what is gone on with is about
 * other evidence; of kind `input` for a folder without bundles
 */
export async function* backtest(
  journal: Journal<Question>,
  system: StoredEvidence | undefined,
  { threads, hangsMs, onDone = () => undefined }: BacktestOptions,
): AsyncGenerator<Flip | BacktestReport> {
  const { change, folder, asOf, sinceDays, by, segments } = journal.head;
  if (folder === null && system === undefined) throw new SlipwayError("input", "this question is about the database");
  const tallied = tally({
    kind: change.kind,
    of: change.kind === "check" ? change.name : "node",
    by,
    stored: folder === null,
  });
  let done = 0;
  const until = asOf ?? Infinity;
  const since = sinceDays === null ? -Infinity : until - sinceDays * DAY_MS;
  const span = { since, until };
  const units = iterate(
    system !== undefined && folder === null ? storedUnits(system.store, span) : folderUnits(folder ?? "", span),
  );
  for (const line of journal.lines()) {
    const outcome = JSON.parse(line) as Outcome;
    const { value: unit } = await units.next();
    if (unit?.name !== outcome.name)
      throw new SlipwayError(
        "config",
        `the evidence is no longer what this run began with: ${unit?.name ?? "nothing"} stands where ${outcome.name} did`,
        { hint: "begin under another name" },
      );
    yield* tallied.add(outcome);
    onDone((done += 1));
  }
  const { blobs = null, database = null } = system ?? {};
  const data = { change, made: change.made, blobs, database, segments };
  for await (const outcome of judgeInOrder(units, data, { threads, ...(hangsMs === undefined ? {} : { hangsMs }) })) {
    journal.add(JSON.stringify(outcome));
    yield* tallied.add(outcome);
    onDone((done += 1));
  }
  if (done === 0 && folder !== null)
    throw new SlipwayError("input", "the folder holds no evidence bundle: nothing was judged");
  yield* tallied.end();
  const admissions =
    folder === null && system !== undefined
      ? admissionsOfFlips(await system.admissions(until), tallied.flipped, { by, asOf: text(until) ?? "" })
      : null;
  yield reportOf({
    change,
    result: tallied.result(),
    admissions,
    source: folder === null ? "database" : "folder",
    span: { since: text(since), asOf: text(until) },
    by,
  });
}

const text = (at: number): string | null =>
  Number.isFinite(at) ? new Date(at).toISOString().replace(/\.\d+Z$/, "Z") : null;

/** One iterator for both kinds of source, so that a part of it can be taken before the rest. */
async function* iterate(units: AsyncIterable<Unit> | Iterable<Unit>): AsyncGenerator<Unit, undefined> {
  yield* units;
}
