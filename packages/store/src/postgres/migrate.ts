import pg from "pg";
import { StoreError } from "../store.ts";
import { patientConnection } from "./connection.ts";
import { translated } from "./errors.ts";
import { controlPlane } from "./migrations/0001-control-plane.ts";
import { clock } from "./migrations/0002-clock.ts";
import { removals } from "./migrations/0003-removals.ts";
import { guards } from "./migrations/0004-guards.ts";
import { acts } from "./migrations/0005-acts.ts";
import { routing } from "./migrations/0006-routing.ts";
import { vendors } from "./migrations/0007-vendors.ts";
import { limits } from "./migrations/0008-limits.ts";
import { identity } from "./migrations/0009-identity.ts";
import { hands } from "./migrations/0010-hands.ts";
import { hostKeys } from "./migrations/0011-host-keys.ts";
import { objects } from "./migrations/0012-objects.ts";
import { transitionCounts } from "./migrations/0013-transition-counts.ts";
import { headers } from "./migrations/0014-headers.ts";
import { causesByHand } from "./migrations/0015-causes-by-hand.ts";
import { standing } from "./migrations/0016-standing.ts";
import { bansAndReleases } from "./migrations/0017-bans-and-releases.ts";
import { boots } from "./migrations/0018-boots.ts";
import { vendorAccounts } from "./migrations/0019-vendor-accounts.ts";
import { waitingForRoom } from "./migrations/0020-waiting-for-room.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Every migration, in order. A released one is never changed: the next one is added. */
export const migrations: readonly Migration[] = [
  controlPlane,
  clock,
  removals,
  guards,
  acts,
  routing,
  vendors,
  limits,
  identity,
  hands,
  hostKeys,
  objects,
  transitionCounts,
  headers,
  causesByHand,
  standing,
  bansAndReleases,
  boots,
  vendorAccounts,
  waitingForRoom,
];

/** The migration that this release reads and writes. */
export const newestMigration = migrations.at(-1)?.number ?? 0;

/** Key of the advisory lock: any number that no other program uses (the digits of "slipway" on a telephone). */
const LOCK = 7_547_929;

/**
 * Brings a database up to this release, forward only. Of two at once, one waits for the other.
 *
 * @param upTo an earlier migration to stop at, for tests
 * @throws StoreError `outdated` when the database is newer than this release, `unavailable` when nobody answers
 */
export async function migrate(
  url: string,
  upTo: number = newestMigration,
): Promise<{ readonly from: number; readonly to: number }> {
  const client = new pg.Client({ ...patientConnection(url), application_name: "slipway-migrate" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await client.query(
      "create table if not exists slipway_migrations (number integer primary key, name text not null, applied_at timestamptz not null)",
    );
    const from = await migrationOf(client);
    if (from > newestMigration)
      throw new StoreError(
        "outdated",
        `the database is at migration ${String(from)}, and this release knows ${String(newestMigration)}: use a newer release`,
      );
    for (const { number, name, sql } of migrations) {
      if (number <= from || number > upTo) continue;
      await client.query("begin");
      try {
        await client.query(sql);
        await client.query("insert into slipway_migrations values ($1, $2, now())", [number, name]);
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw error;
      }
    }
    return { from, to: Math.max(from, upTo) };
  } catch (error) {
    throw translated(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The newest migration of a database; 0 for an empty one. */
export async function migrationOf(client: pg.ClientBase | pg.Pool): Promise<number> {
  const { rows: tables } = await client.query<{ there: string | null }>(
    "select to_regclass('slipway_migrations') as there",
  );
  if (tables[0]?.there === null) return 0;
  const { rows } = await client.query<{ number: number | null }>(
    "select max(number) as number from slipway_migrations",
  );
  return rows[0]?.number ?? 0;
}
