import { isStarting, lacks } from "@slipway/reconciler";
import { actQueueOf, type PostgresStore } from "@slipway/store";
import type { ActNeeds, FleetStatus, WorkersStatus } from "./work.ts";

const ALIVE_MS = 60_000;

/** What is known beside the database: of adapters, and of a lab. */
export interface WorkFacts {
  /** What a worker needs to ask a node that is reached so. */
  readonly needsOfPass: (way: {
    readonly adapter: string;
    readonly address: { readonly jump: string | null };
  }) => readonly string[];
  /** How far a lab's past is made; null when it is made, or there is no lab. */
  readonly past: FleetStatus["past"];
}

/** Reads who works, what each can do, and what waits for whom. */
export async function readWorkers(store: PostgresStore, { needsOfPass, past }: WorkFacts): Promise<WorkersStatus> {
  const { kysely } = store;
  const count = kysely.fn.countAll<number>().as("count");
  const [now, rows, queues, open, waiting] = await Promise.all([
    store.report((tx) => tx.now()),
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
  ]);
  const workers = rows
    // While a lab's past is made, minutes of it pass between two heartbeats.
    .filter(({ beat_at }) => now - beat_at < ALIVE_MS || past !== null)
    .map(({ id, release, beat_at, skew_ms, covers }) => ({
      id,
      release,
      starting: isStarting({ skew_ms, covers }),
      secondsSinceBeat: Math.round((now - beat_at) / 1_000),
      skewSeconds: skew_ms === null ? null : skew_ms / 1_000,
      covers,
    }));
  const asked = [
    ...queues.map(({ needs }) => ({ needs, acts: 0, failing: 0, validations: 0 })),
    ...open.map((row) => ({ needs: row.needs, acts: row.count, failing: row.failing, validations: 0 })),
    ...waiting.map(({ adapter, jump, count: validations }) => ({
      needs: needsOfPass({ adapter, address: { jump } }),
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

/** Acts and validations that wait, and that nobody who lives can do; of one that starts that is not known yet. */
export const uncovered = ({ workers: living, needs }: WorkersStatus): readonly ActNeeds[] =>
  living.some(({ starting }) => starting)
    ? []
    : needs.filter(({ workers, acts, validations }) => workers.length === 0 && acts + validations > 0);
