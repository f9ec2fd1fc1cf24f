import { SlipwayError } from "@slipway/plugin-sdk";
import { StoreError, type Row } from "@slipway/store";
import { isParked } from "./acts/park.ts";
import { TRIES } from "./acts/failed-try.ts";
import { takeTurn, type ChangeSet, type Turn } from "./changes/change-set.ts";
import type { EngineLimits, LoopParts } from "./engine.ts";
import { objectOf, type ConditionState, type Looked, type ObjectHeader, type Ticked } from "./kind.ts";
import { findObjects, readObject } from "./objects.ts";
import { pauseAfter } from "./pause.ts";
import { lacks } from "./routing.ts";
import { livingCovers } from "./workers/workers.ts";

/** Most steps of one tick. */
const STEPS = 6;
/** An object that is due, and of which a tick changed nothing, is not looked at again before. */
const REQUEUE_MS = 5_000;
/** Of what an error says, so much is kept. */
const SAID_LENGTH = 2_000;

/** What a tick needs. */
export type TickParts = Pick<LoopParts, "store" | "queue" | "worker" | "kinds" | "emit" | "covers"> & {
  readonly limits: Pick<EngineLimits, "lookAgainMs" | "sweepMs">;
};

/**
 * Ticks objects of a kind together, and each by itself where that fails: one that cannot be ticked keeps no other
 * back. What its tick said stands on its row, with a time before which it is not looked at again.
 *
 * @throws StoreError `unavailable` when nobody answers: all of them are still due
 */
export async function tick(parts: TickParts, kind: Ticked, ids: readonly ObjectHeader["id"][]): Promise<void> {
  try {
    await tickTogether(parts, kind, ids);
  } catch (error) {
    if (StoreError.is(error, "unavailable")) throw error;
    const [first] = ids;
    if (ids.length > 1) for (const id of ids) await tick(parts, kind, [id]);
    else if (first !== undefined)
      await failTick(parts, kind, first, error).catch((worse: unknown) => {
        unwritten(parts, worse);
      });
  }
}

/** A row that cannot be written at all is said, and keeps no other back either. */
function unwritten({ emit }: TickParts, error: unknown): void {
  if (StoreError.is(error, "unavailable")) throw error;
  emit({ event: "store-trouble", reason: error instanceof Error ? error.message : String(error) });
}

/** Writes on an object's row that its tick failed; the pause before the next grows to an hour. */
async function failTick(parts: TickParts, kind: Ticked, id: ObjectHeader["id"], error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const object = objectOf(kind, { id });
  const failed = await takeTurn(parts, async ({ tx, change }) => {
    const row = await readObject(tx, kind, id);
    if (row === undefined) return undefined;
    const failures = row.failures + 1;
    const due_at = row.due_at === null ? null : change.now + pauseAfter(failures, object);
    change.change(kind, row, { failures, last_error: reason.slice(0, SAID_LENGTH), due_at });
    return { failures, due_at };
  });
  if (failed === undefined) return;
  parts.emit({ event: "tick-failed", object, reason, failures: failed.failures, tryAgainAt: failed.due_at });
}

/** What one batch of ticks goes by, beside what its kind reads. */
interface Seen extends Looked {
  readonly conditions: ReadonlyMap<string, readonly Row<"conditions">[]>;
}

/** Takes the next steps of objects in one transaction. What has to be done outside the store is written as an intent. */
function tickTogether(parts: TickParts, kind: Ticked, ids: readonly ObjectHeader["id"][]): Promise<void> {
  return takeTurn(parts, async (turn) => {
    const { tx, change } = turn;
    const rows = await findObjects(tx, kind, {
      where: { id: { in: ids }, finished_at: null },
      orderBy: ["id"],
    });
    if (rows.length === 0) return;
    const seen = await look(parts, turn, kind, rows);
    const free = rows.filter((row) => !isParked(seen.conditions.get(objectOf(kind, row)) ?? []));
    const facts = await kind.look(change.tx, free, seen);
    for (const row of free) {
      const own = facts.get(row.id);
      if (own === undefined) throw new SlipwayError("contract", `${kind.name} has no facts of ${String(row.id)}`);
      await tickOne({ parts, change, kind, seen }, row, own);
    }
  });
}

async function look(
  parts: TickParts,
  { tx, change }: Turn,
  kind: Ticked,
  rows: readonly ObjectHeader[],
): Promise<Seen> {
  const objects = rows.map((row) => objectOf(kind, row));
  const conditions = await tx.find("conditions", { where: { object: { in: objects } } });
  change.conditions.know(objects, conditions);
  const acting = rows.flatMap((row) => (row.acting === null ? [] : [objectOf(kind, row)]));
  const intents =
    acting.length === 0 ? [] : await tx.find("intents", { where: { object: { in: acting }, outcome: null } });
  return {
    now: change.now,
    conditions: Map.groupBy(conditions, ({ object }) => object),
    open: new Map(intents.map((row) => [row.object, row])),
    covers: await livingCovers(parts, tx, change.now),
  };
}

interface Ticking {
  readonly parts: TickParts;
  readonly change: ChangeSet;
  readonly kind: Ticked;
  readonly seen: Seen;
}

async function tickOne({ parts, change, kind, seen }: Ticking, start: ObjectHeader, known: unknown): Promise<void> {
  let [row, facts] = [start, known];
  if (row.failures > 0) row = change.change(kind, row, { failures: 0, last_error: null });
  for (let steps = 0; steps < STEPS; steps += 1) {
    const further = await kind.apply(change, row, facts, kind.decide(row, facts));
    if (further === undefined) break;
    ({ row, facts } = further);
  }
  row = change.current(kind, row);
  change.say(kind, row, [...statusOf(kind, row, facts), ...blockOf(seen, kind, row)], true);
  if (row.finished_at !== null) return;
  const isDue = row.due_at !== null && row.due_at <= change.now;
  if (row.acting !== null && (row.due_at === null || isDue))
    change.change(kind, row, { due_at: change.now + parts.limits.lookAgainMs });
  else if (isDue && !change.isChanged(kind, row)) change.change(kind, row, { due_at: change.now + REQUEUE_MS });
}

function statusOf(kind: Ticked, row: ObjectHeader, facts: unknown): readonly ConditionState[] {
  const states = kind.status(row, facts);
  if (states.some(({ type }) => type === "Blocked"))
    throw new SlipwayError("contract", `${kind.name} says Blocked, which is the engine's own`);
  return states;
}

/** Why an object's act does not go on, if it does not. */
function blockOf(seen: Seen, kind: Ticked, row: ObjectHeader): readonly ConditionState[] {
  const open = seen.open.get(objectOf(kind, row));
  if (open === undefined || open.key !== row.acting) return [];
  if (!seen.covers.some((covers) => lacks(covers, open.needs).length === 0))
    return [
      {
        type: "Blocked",
        status: "True",
        reason: "NoWorkerFor",
        message: `no worker that is alive has ${open.needs.join(" and ")}: it goes on when one starts`,
      },
    ];
  if (open.reverts === null || open.tries < TRIES) return [];
  const message = `${open.act} cannot be taken back: ${open.last_error ?? ""}`;
  return [{ type: "Blocked", status: "True", reason: "UndoFailing", message }];
}
