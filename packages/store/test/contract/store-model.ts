import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreError, type Store, type Tx } from "../../src/store.ts";
import type { Row } from "../../src/tables/index.ts";
import { banRow } from "../../src/testing/rows.ts";

type Ban = Row<"bans">;

const ROWS = 5;
const at = fc.nat(ROWS - 1);
const external = fc.option(fc.constantFrom("x", "y", "z", "u", "v"), { freq: 2 });
const fields = {
  at,
  external_id: external,
  cluster: fc.option(fc.constantFrom("a", "b")),
  lifted_at: fc.option(fc.constantFrom(1, 2)),
};
const someRows = fc.uniqueArray(fc.record(fields), { selector: (row) => row.at, minLength: 1, maxLength: 3 });
const change = fc.record({
  at,
  set: fc.record({ external_id: external, lifted_at: fields.lifted_at }, { requiredKeys: [] }),
  when: fc.record({ cluster: fields.cluster, lifted_at: fields.lifted_at }, { requiredKeys: [] }),
});
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom("insert", "skip", "skip", "upsert"), rows: someRows }),
  // A unique value that moves from one row to another within one call depends on the order inside a statement.
  fc.record({
    op: fc.constant("update"),
    changes: fc
      .uniqueArray(change, { selector: (one) => one.at, minLength: 1, maxLength: 3 })
      .filter((all) => all.length === 1 || all.every(({ set }) => !("external_id" in set))),
  }),
  fc.record({ op: fc.constant("remove"), keys: fc.array(at, { maxLength: 3 }) }),
  fc.record({
    op: fc.constant("find"),
    where: fc.record(
      {
        cluster: fields.cluster,
        lifted_at: fc.constantFrom(null, { lte: 1 }, { gt: 1 }, { not: null }, { not: 1 }, { in: [1, null] }),
      },
      { requiredKeys: [] },
    ),
    descends: fc.boolean(),
    limit: fc.option(fc.nat(3), { nil: undefined }),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What the port says, in the plainest words: all rows in an object, copied for each transaction. */
class Model {
  rows = new Map<number, Ban>();

  apply(operation: Operation, row: (fields: { at: number }) => Ban, base: number): unknown {
    if (operation.op === "find" && "where" in operation) return this.#find(operation);
    if (operation.op === "remove" && "keys" in operation)
      return operation.keys.filter((key) => this.rows.delete(base + key)).length;
    if ("changes" in operation) {
      const changed = operation.changes.flatMap(({ at: index, set, when }) => {
        const old = this.rows.get(base + index);
        if (old === undefined || Object.entries(when).some(([name, value]) => old[name as "cluster"] !== value))
          return [];
        return [{ ...old, ...set }];
      });
      for (const one of changed) this.#put(one);
      return changed.map(({ id }) => ({ id }));
    }
    if (!("rows" in operation)) return undefined;
    const rows = operation.rows.map(row);
    if (operation.op === "upsert")
      return rows.forEach((one) => {
        this.#put(one);
      });
    return rows.filter((one) => {
      if (this.rows.has(one.id) || this.#clashes(one)) {
        if (operation.op === "skip") return false;
        throw new StoreError("conflict", "the model");
      }
      this.rows.set(one.id, one);
      return true;
    });
  }

  #put(row: Ban): void {
    if (this.#clashes(row)) throw new StoreError("conflict", "the model");
    this.rows.set(row.id, row);
  }

  #clashes = (row: Ban): boolean =>
    row.external_id !== null &&
    [...this.rows.values()].some(
      ({ id, external_id, source }) => id !== row.id && external_id === row.external_id && source === row.source,
    );

  #find({
    where,
    descends,
    limit,
  }: {
    readonly where: { cluster?: string | null; lifted_at?: unknown };
    readonly descends: boolean;
    readonly limit: number | undefined;
  }): Ban[] {
    const lifted = (value: number | null): boolean => {
      const form = where.lifted_at;
      if (form === undefined) return true;
      if (form === null) return value === null;
      if (typeof form !== "object") return value === form;
      if ("lte" in form) return value !== null && value <= 1;
      if ("gt" in form) return value !== null && value > 1;
      if ("in" in form) return value === 1 || value === null;
      return "not" in form && value !== form.not;
    };
    const found = [...this.rows.values()].filter(
      (row) => (where.cluster === undefined || row.cluster === where.cluster) && lifted(row.lifted_at),
    );
    found.sort((a, b) =>
      a.lifted_at === b.lifted_at
        ? a.id - b.id
        : a.lifted_at === null
          ? 1
          : b.lifted_at === null
            ? -1
            : (descends ? -1 : 1) * (a.lifted_at - b.lifted_at),
    );
    return found.slice(0, limit);
  }
}

/** Holds a store adapter to a plain model, for any sequence of transactions of any operations. */
export function describeStoreModel(
  name: string,
  open: () => Promise<{ readonly store: Store; close(): Promise<void> }>,
): void {
  describe(`the store in ${name}, compared with a model`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let base = 5_000_000;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it("gives the answers and the end state of the model", async () => {
      const transactions = fc.array(
        fc.record({
          operations: fc.array(operation, { maxLength: 6, size: "max" }),
          throws: fc.nat(4).map((roll) => roll === 0),
        }),
        { maxLength: 6, size: "max" },
      );
      await fc.assert(
        fc.asyncProperty(transactions, async (all) => {
          const own = (base += ROWS);
          const source = `model ${String(own)}`;
          const row = ({ at: index, ...over }: { at: number }): Ban => banRow(own + index, { ...over, source });
          let model = new Model();
          for (const { operations, throws } of all) {
            const expected = expectedOf(model, operations, row, own);
            const answers: unknown[] = [];
            const end = await opened.store
              .transaction(async (tx) => {
                answers.length = 0;
                for (const one of operations) answers.push(await perform(tx, one, row, { own, source }));
                if (throws) throw new RangeError("rolled back");
                return "committed";
              })
              .catch((error: unknown) => (StoreError.is(error) ? error.kind : (error as Error).message));
            expect(answers).toEqual(expected.answers);
            expect(end).toBe(expected.conflict ? "conflict" : throws ? "rolled back" : "committed");
            if (end === "committed") model = expected.model;
            const rows = await opened.store.transaction((tx) =>
              tx.find("bans", { where: { source }, orderBy: ["id"] }),
            );
            expect(rows).toEqual([...model.rows.values()].sort((a, b) => a.id - b.id));
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}

/** What a transaction answers until it ends, and what it leaves. */
function expectedOf(
  before: Model,
  operations: readonly Operation[],
  row: (fields: { at: number }) => Ban,
  own: number,
): { readonly model: Model; readonly answers: readonly unknown[]; readonly conflict: boolean } {
  const model = new Model();
  model.rows = new Map(before.rows);
  const answers: unknown[] = [];
  try {
    for (const one of operations) answers.push(model.apply(one, row, own));
    return { model, answers, conflict: false };
  } catch {
    return { model, answers, conflict: true };
  }
}

function perform(
  tx: Tx,
  operation: Operation,
  row: (fields: { at: number }) => Ban,
  { own, source }: { readonly own: number; readonly source: string },
): Promise<unknown> {
  if ("changes" in operation)
    return tx.update(
      "bans",
      operation.changes.map(({ at: index, set, when }) => ({ key: { id: own + index }, set, when })),
    );
  if ("keys" in operation)
    return tx.remove(
      "bans",
      operation.keys.map((key) => ({ id: own + key })),
    );
  if ("where" in operation)
    return tx.find("bans", {
      where: { ...operation.where, source },
      orderBy: [operation.descends ? "-lifted_at" : "lifted_at", "id"],
      ...(operation.limit === undefined ? {} : { limit: operation.limit }),
    });
  const rows = operation.rows.map(row);
  if (operation.op === "upsert") return tx.upsert("bans", rows);
  return tx.insert("bans", rows, { skipConflicts: operation.op === "skip" });
}
