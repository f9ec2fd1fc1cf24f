import { formatObject } from "@slipway/domain";
import type { PostgresStore, Row } from "@slipway/store";
import type { FailingStatus } from "./work.ts";

/** Reason codes of validations that were held because their acts failed for good. */
const PARKED = ["ActFailing", "WorkEndsWorkers"] as const;
const SHOWN = 20;

/** Reads which acts and looks failed last, and what they led to. */
export async function failingStatus(store: PostgresStore): Promise<FailingStatus> {
  const { kysely } = store;
  const acts = kysely.selectFrom("intents").where("outcome", "is", null).where("tries", ">", 0);
  const ticks = kysely
    .selectFrom("validations")
    .where("status", "in", ["queued", "running", "held"])
    .where("failures", ">", 0);
  const held = kysely.selectFrom("validations").where("status", "=", "held").where("reason_code", "in", PARKED);
  const count = kysely.fn.countAll<number>().as("count");
  const [now, actCount, tickCount, heldCount, failedActs, failedTicks, failedPolls, parked] = await Promise.all([
    store.report((tx) => tx.now()),
    acts.select(count).executeTakeFirst(),
    ticks.select(count).executeTakeFirst(),
    held.select(count).executeTakeFirst(),
    acts.selectAll().orderBy("tries", "desc").orderBy("key").limit(SHOWN).execute(),
    ticks.selectAll().orderBy("failures", "desc").orderBy("id").limit(SHOWN).execute(),
    // There are few vendors: all of them are read.
    kysely.selectFrom("vendor_accounts").where("failed_looks", ">", 0).selectAll().orderBy("id").execute(),
    held.selectAll().orderBy("id").limit(SHOWN).execute(),
  ]);
  const secondsTo = (at: number): number => Math.round((at - now) / 1_000);
  return {
    counts: {
      acts: actCount?.count ?? 0,
      ticks: tickCount?.count ?? 0,
      polls: failedPolls.length,
      parked: heldCount?.count ?? 0,
    },
    failing: [
      ...failedPolls.map((account) => failedPoll(account, now)),
      ...failedActs.map(({ act, object, machine, tries, last_error, look_again_at }) => ({
        what: `act ${act}`,
        object,
        machine,
        tries,
        lastError: last_error ?? "",
        secondsToNextTry: secondsTo(look_again_at),
      })),
      ...failedTicks.map(({ id, machine, failures, last_error, due_at }) => ({
        what: "tick",
        object: formatObject({ kind: "validation", id }),
        machine,
        tries: failures,
        lastError: last_error ?? "",
        secondsToNextTry: secondsTo(due_at ?? now),
      })),
    ].slice(0, SHOWN),
    parked: parked.map(({ id, node, reason_code, owner, reason }) => ({
      validation: id,
      node,
      code: reason_code,
      owner,
      reason,
    })),
  };
}

const failedPoll = (
  { id, failed_looks, look_error, due_at }: Row<"vendor_accounts">,
  now: number,
): FailingStatus["failing"][number] => ({
  what: "poll",
  object: formatObject({ kind: "vendor", id }),
  machine: null,
  tries: failed_looks,
  lastError: look_error ?? "",
  secondsToNextTry: Math.round(((due_at ?? now) - now) / 1_000),
});
