import { appliedRelease } from "@slipway/fleet";
import { GRAVEST_FIRST } from "@slipway/policy";
import type { PostgresStore } from "@slipway/store";
import { failingStatus } from "./failing.ts";
import { instantOf } from "./fields.ts";
import type { FleetStatus } from "./work.ts";
import { readWorkers, uncovered, type WorkFacts } from "./workers.ts";

/** Reads the fleet's state; one query a part, none of which scans results. */
export async function readStatus(store: PostgresStore, facts: WorkFacts): Promise<FleetStatus> {
  const [working, counts, { items, staged, oldest }, failing] = await Promise.all([
    readWorkers(store, facts),
    countsOf(store),
    detailsOf(store),
    failingStatus(store),
  ]);
  const { accounts, byCluster, validations, passes, bans, takenOut, itemKinds } = counts;
  const clusters = Map.groupBy(byCluster, ({ cluster }) => cluster ?? "(none)");
  const [now, applied] = await store.report(async (tx) => [await tx.now(), await appliedRelease(tx)] as const);
  return {
    machines: accounts.reduce((sum, row) => sum + row.count, 0),
    accounts: Object.fromEntries(accounts.map((row) => [row.account, row.count])),
    validations: Object.fromEntries(validations.map((row) => [row.status, row.count])),
    passes: passes?.count ?? 0,
    bansByCause: Object.fromEntries(bans.rows.map((row) => [row.cause, row.count])),
    takenOut: takenOut.rows,
    byCluster: [...clusters].map(([cluster, rows]) => ({
      cluster,
      accounts: Object.fromEntries(rows.map((row) => [row.account, row.count])),
    })),
    workers: working.workers,
    uncovered: uncovered(working),
    items,
    itemsByKind: Object.fromEntries(itemKinds.map((row) => [row.kind, row.count])),
    past: facts.past,
    applied: applied === null ? null : { release: applied.release, by: applied.by, at: instantOf(applied.at) },
    staged: staged.map(({ kind, name }) => `${kind}/${name}`),
    failing,
    oldestOpen:
      oldest === undefined
        ? null
        : {
            node: oldest.node,
            hours: (now - oldest.created_at) / 3_600_000,
            status: oldest.status,
            owner: oldest.owner,
          },
  };
}

/** How many rows there are, by what they are counted by. */
async function countsOf({ kysely, pool }: PostgresStore) {
  const count = kysely.fn.countAll<number>().as("count");
  const [accounts, byCluster, validations, passes, bans, takenOut, itemKinds] = await Promise.all([
    kysely
      .selectFrom("machines")
      .where("merged_into", "is", null)
      .select(["account", count])
      .groupBy("account")
      .execute(),
    kysely
      .selectFrom("machines")
      .innerJoin("placements", (join) =>
        join.onRef("placements.machine", "=", "machines.id").on("placements.until_at", "is", null),
      )
      .select(["placements.cluster", "machines.account", count])
      .groupBy(["placements.cluster", "machines.account"])
      .orderBy("placements.cluster")
      .execute(),
    kysely.selectFrom("validations").select(["status", count]).groupBy("status").execute(),
    kysely.selectFrom("passes").select(count).executeTakeFirst(),
    pool.query<{ cause: string; count: number }>(
      `select cause, count(*)::integer as count from (
         select distinct on (machine) machine, cause from bans where lifted_at is null
         order by machine, array_position($1::text[], cause)) as banned
       group by cause`,
      [GRAVEST_FIRST],
    ),
    pool.query<FleetStatus["takenOut"][number]>(
      `select cluster, count(*)::integer as machines, (count(*) + (
         select count(*) from machines m where m.cluster = b.cluster and m.account = 'InPool' and m.merged_into is null
       ))::integer as of
       from bans b
       where lifted_at is null and from_service and cluster is not null and at >= slipway_now() - interval '1 day'
       group by cluster order by cluster`,
    ),
    kysely.selectFrom("items").where("closed_at", "is", null).select(["kind", count]).groupBy("kind").execute(),
  ]);
  return { accounts, byCluster, validations, passes, bans, takenOut, itemKinds };
}

/** Open items, staged changes, and the oldest open validation. */
async function detailsOf({ kysely }: PostgresStore) {
  const [items, staged, oldest] = await Promise.all([
    kysely
      .selectFrom("items")
      .where("closed_at", "is", null)
      .select(["id", "kind", "owner", "title"])
      .orderBy("id")
      .limit(20)
      .execute(),
    kysely
      .selectFrom("builds")
      .where("state", "=", "staged")
      .select(["kind", "name"])
      .orderBy("kind")
      .orderBy("name")
      .execute(),
    kysely
      .selectFrom("validations")
      .where("status", "in", ["queued", "running", "held"])
      .select(["node", "created_at", "status", "owner"])
      .orderBy("created_at")
      .limit(1)
      .executeTakeFirst(),
  ]);
  return { items, staged, oldest };
}
