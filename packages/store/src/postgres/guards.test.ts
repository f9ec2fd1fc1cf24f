import pg from "pg";
import { expect, it } from "vitest";
import { freshDatabase } from "../testing/index.ts";
import { migrate, newestMigration } from "./migrate.ts";

/** The last migration without the unique indexes on what may be open or active only once. */
const BEFORE = 3;

it("a migration names the rows that break a guard, changes nothing, and goes through once they are settled", async () => {
  const database = await freshDatabase();
  await migrate(database.url, BEFORE);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(`
      insert into validations select (jsonb_populate_record(null::validations, '{"node": "n", "adapter": "lab",
          "trigger": "re-entry", "lane": "slow", "lane_digest": "", "lane_reason": "", "checks": [], "first_checks": [],
          "passes_required": 1, "passes_done": 0, "policy": {}, "attempt": 1, "run_index": 1, "tries": 0, "reason": "",
          "priority": 0, "keeps_running": false, "failures": 0, "created_at": "2026-01-01", "generation": 1}'::jsonb
          || jsonb_build_object('id', n, 'machine', 7, 'status', s))).*
        from (values (1, 'queued'), (2, 'held'), (3, 'released')) as t (n, s);
      insert into placements (id, machine, from_at) values (11, 8, now()), (12, 8, now());
      insert into items values (21, 'breaker', 'rack r', 'hwh', '', '{}', now()), (22, 'breaker', 'rack r', 'hwh', '', '{}', now());
      insert into builds values ('lane', 'slow', 'aa', '', 'active', null, now(), now(), ''),
        ('lane', 'slow', 'bb', '', 'active', null, now(), now(), '');
    `);
    const refused = await migrate(database.url).then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(refused).toMatch(/^StoreError: /);
    for (const named of ["m-7", "validations 1, 2", "m-8", "placements 11, 12", "items 21, 22", "lane slow", "aa, bb"])
      expect(refused).toContain(named);
    expect((await client.query("select max(number) as at from slipway_migrations")).rows).toEqual([{ at: BEFORE }]);
    await client.query(`
      update validations set status = 'cancelled' where id = 2;
      update placements set until_at = now() where id = 11;
      update items set closed_at = now() where id = 22;
      update builds set state = 'retired' where digest = 'aa';
    `);
    expect(await migrate(database.url)).toEqual({ from: BEFORE, to: newestMigration });
  } finally {
    await client.end();
    await database.drop();
  }
});
