import type { ActNeeds, WorkersStatus } from "@slipway/queries";
import { lacks } from "@slipway/reconciler";
import { needsOf } from "@slipway/runner";
import { actQueueOf } from "@slipway/store";
import { LAB, pastOf } from "./lab.ts";
import { vendorCapabilities, type Database } from "./open.ts";

const ALIVE_MS = 60_000;

/** Who works, what each can do, and what waits for whom. */
export async function workersStatus({ store }: Pick<Database, "store">): Promise<WorkersStatus> {
  const { kysely } = store;
  const count = kysely.fn.countAll<number>().as("count");
  const [{ now, lab }, rows, queues, open, waiting, capabilities] = await Promise.all([
    store.report(async (tx) => ({ now: await tx.now(), lab: await tx.get("settings", { name: LAB }) })),
    kysely.selectFrom("workers").selectAll().orderBy("id").execute(),
    kysely.selectFrom("act_queues").select("needs").execute(),
    kysely
      .selectFrom("intents")
      .where("outcome", "is", null)
      .select((eb) => ["needs", count, eb.fn.count<number>("key").filterWhere("tries", ">", 0).as("failing")])
      .groupBy("needs")
      .execute(),
    kysely
      .selectFrom("validations")
      .where("reason_code", "=", "NoWorkerFor")
      .where("acting", "is", null)
      .where("status", "in", ["queued", "running"])
      .select((eb) => [
        "adapter",
        eb.fn<string | null>("jsonb_extract_path_text", ["address", eb.val("jump")]).as("jump"),
        count,
      ])
      .groupBy(["adapter", "jump"])
      .execute(),
    vendorCapabilities(),
  ]);
  const workers = rows
    // While a lab's past is made, minutes of it pass between two heartbeats.
    .filter(({ beat_at }) => now - beat_at < ALIVE_MS || pastOf(lab?.value) !== null)
    .map(({ id, release, beat_at, skew_ms, covers }) => ({
      id,
      release,
      secondsSinceBeat: Math.round((now - beat_at) / 1_000),
      skewSeconds: skew_ms === null ? null : skew_ms / 1_000,
      covers,
    }));
  const asked = [
    ...queues.map(({ needs }) => ({ needs, acts: 0, failing: 0, validations: 0 })),
    ...open.map((row) => ({ needs: row.needs, acts: row.count, failing: row.failing, validations: 0 })),
    ...waiting.map(({ adapter, jump, count: validations }) => ({
      needs: needsOf(capabilities, "pass", { adapter, address: { jump } }),
      acts: 0,
      failing: 0,
      validations,
    })),
  ];
  const needs = [...Map.groupBy(asked, (row) => actQueueOf(row.needs))].map(([queue, same]) => {
    const wanted = same[0]?.needs ?? [];
    return {
      queue,
      needs: wanted,
      acts: same.reduce((sum, { acts }) => sum + acts, 0),
      failing: same.reduce((sum, { failing }) => sum + failing, 0),
      validations: same.reduce((sum, { validations }) => sum + validations, 0),
      workers: workers.filter(({ covers }) => lacks(covers, wanted).length === 0).map(({ id }) => id),
    };
  });
  return { workers, needs: needs.sort((a, b) => (a.needs.join("+") < b.needs.join("+") ? -1 : 1)) };
}

/** Acts and validations that wait, and that nobody who lives can do. */
export const uncovered = ({ needs }: WorkersStatus): readonly ActNeeds[] =>
  needs.filter(({ workers, acts, validations }) => workers.length === 0 && acts + validations > 0);
