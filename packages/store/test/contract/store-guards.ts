import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store, Tx } from "../../src/store.ts";
import type { Row, TableName } from "../../src/tables/index.ts";
import { banRow, validationRow } from "../../src/testing/rows.ts";

const placement = (id: number, over: Partial<Row<"placements">> = {}): Row<"placements"> => ({
  id,
  machine: 1,
  vendor: null,
  sku: null,
  cluster: "c",
  node_name: "n",
  vendor_instance_id: null,
  host_id: null,
  rack: null,
  tray: null,
  nvlink_domain: null,
  ibkey: null,
  from_at: 1,
  until_at: null,
  ...over,
});
const item = (id: number, over: Partial<Row<"items">> = {}): Row<"items"> => ({
  id,
  kind: "breaker",
  subject: "rack r: code",
  owner: "hwh",
  title: "",
  detail: {},
  opened_at: 1,
  closed_at: null,
  ...over,
});
const build = (digest: number, over: Partial<Row<"builds">> = {}): Row<"builds"> => ({
  kind: "lane",
  name: "slow",
  digest: String(digest),
  version: "",
  state: "active",
  body: null,
  first_seen: 1,
  since: 1,
  why: "",
  ...over,
});

/** A rule of one open row, with rows that take its place, that take none, and that take another. */
interface Guard<K extends TableName> {
  readonly table: K;
  readonly open: (id: number) => Row<K>;
  /** What ends a row, so that another may be open. */
  readonly end: Partial<Row<K>>;
  /** As `open`, of another subject. */
  readonly elsewhere: (id: number) => Row<K>;
}
const guard = <K extends TableName>(one: Guard<K>): Guard<TableName> => one;
const GUARDS: readonly [string, Guard<TableName>][] = [
  [
    "one open validation a machine",
    guard({
      table: "validations",
      open: (id) => validationRow(id, { machine: 1, status: id % 2 === 0 ? "held" : "running" }),
      end: { status: "released" },
      elsewhere: (id) => validationRow(id, { machine: 2, status: "queued" }),
    }),
  ],
  [
    "one open placement a machine",
    guard({
      table: "placements",
      open: placement,
      end: { until_at: 5 },
      elsewhere: (id) => placement(id, { machine: 2 }),
    }),
  ],
  [
    "one open ban a machine and source",
    guard({
      table: "bans",
      open: (id) => banRow(id, { machine: 1 }),
      end: { lifted_at: 5 },
      elsewhere: (id) => banRow(id, { machine: 1, source: "another" }),
    }),
  ],
  [
    "one open item a subject",
    guard({ table: "items", open: item, end: { closed_at: 5 }, elsewhere: (id) => item(id, { kind: "conflict" }) }),
  ],
  [
    "one active build a name",
    guard({
      table: "builds",
      open: build,
      end: { state: "retired" },
      elsewhere: (id) => build(id, { name: "fast" }),
    }),
  ],
];

/** Holds a store adapter to the rules of one open row. */
export function describeStoreGuards(
  name: string,
  open: () => Promise<{ readonly store: Store; close(): Promise<void> }>,
): void {
  describe.each(GUARDS)(`the store in ${name} allows %s`, (_rule, { table, open: rowOf, end, elsewhere }) => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open();
      await insert(rowOf(1), elsewhere(10));
    });
    afterAll(() => opened.close());
    const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => opened.store.transaction(work);
    const insert = (...rows: Row<TableName>[]): Promise<unknown> => run((tx) => tx.insert(table, rows as never));
    const update = (row: Row<TableName>, set: object): Promise<unknown> =>
      run((tx) => tx.update(table, [{ key: keyOf(row), set } as never]));
    const keyOf = (row: Row<TableName>): object =>
      table === "builds"
        ? {
            kind: (row as Row<"builds">).kind,
            name: (row as Row<"builds">).name,
            digest: (row as Row<"builds">).digest,
          }
        : { id: (row as Row<"items">).id };
    const conflict = { name: "StoreError", kind: "conflict" };

    it("and refuses a second one, however it comes about", async () => {
      await expect(insert(rowOf(2))).rejects.toMatchObject(conflict);
      await insert({ ...rowOf(2), ...end } as never, { ...rowOf(3), ...end } as never);
      await expect(update(rowOf(2), rest(rowOf(2), end))).rejects.toMatchObject(conflict);
      await expect(run((tx) => tx.upsert(table, [rowOf(3)] as never))).rejects.toMatchObject(conflict);
      expect(await run((tx) => tx.insert(table, [rowOf(4)] as never, { skipConflicts: true }))).toEqual([]);
    });

    it("and the next one once that has ended, within one transaction too", async () => {
      await run(async (tx) => {
        await tx.update(table, [{ key: keyOf(rowOf(1)), set: end } as never]);
        await tx.insert(table, [rowOf(5)] as never);
      });
      await expect(update(rowOf(1), rest(rowOf(1), end))).rejects.toMatchObject(conflict);
    });

    it("of two at once", async () => {
      await run((tx) => tx.update(table, [{ key: keyOf(rowOf(5)), set: end } as never]));
      const results = await Promise.allSettled([6, 7, 8].map((id) => insert(rowOf(id))));
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
      for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(conflict);
    });
  });
}

/** The values that a row had before what ended it. */
const rest = (row: object, end: object): object =>
  Object.fromEntries(Object.keys(end).map((column) => [column, (row as Record<string, unknown>)[column]]));
