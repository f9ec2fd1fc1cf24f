import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreError, type Store, type Tx } from "../../src/store.ts";
import type { Row } from "../../src/tables/index.ts";
import { banRow, machineRow, validationRow } from "../../src/testing/rows.ts";

/** Holds a store adapter to the port where it is easily got wrong: contention, errors half way, values that resist. */
export function describeStoreHazards(
  name: string,
  open: () => Promise<{ readonly store: Store; close(): Promise<void> }>,
): void {
  describe(`the store in ${name}, in hazardous cases`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: Store;
    let next = 1_000_000;
    const id = (): number => (next += 1);
    const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
    const machine = (key: number): Promise<Row<"machines"> | undefined> => run((tx) => tx.get("machines", { id: key }));
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    it("commits nothing after an error that the work swallowed", async () => {
      const [a, b] = [id(), id()];
      await run((tx) => tx.insert("machines", [machineRow(a)]));
      const work = run(async (tx) => {
        await tx.insert("machines", [machineRow(b)]);
        await expect(tx.insert("machines", [machineRow(a)])).rejects.toMatchObject({
          name: "StoreError",
          kind: "conflict",
        });
        await tx.update("machines", [{ key: { id: b }, set: { sku: "s" } }]).catch(() => undefined);
      });
      await expect(work).rejects.toSatisfy((error) => StoreError.is(error, "conflict"));
      expect(await machine(b)).toBeUndefined();
    });

    it("retries the losing transaction even when its work wrapped or swallowed the error", async () => {
      for (const hide of [async () => undefined, () => Promise.reject(new Error("wrapped"))]) {
        const a = id();
        await run((tx) => tx.insert("machines", [machineRow(a, { generation: 0 })]));
        let runs = 0;
        await run(async (tx) => {
          runs += 1;
          const row = await tx.get("machines", { id: a });
          if (runs === 1) await run((other) => other.update("machines", [{ key: { id: a }, set: { generation: 5 } }]));
          await tx
            .update("machines", [{ key: { id: a }, set: { generation: (row?.generation ?? 0) + 1 } }])
            .catch(hide);
        });
        expect(runs).toBe(2);
        expect((await machine(a))?.generation).toBe(6);
      }
    });

    it("fails as busy when a transaction loses on every retry", async () => {
      const a = id();
      await run((tx) => tx.insert("machines", [machineRow(a)]));
      let runs = 0;
      const losing = run(async (tx) => {
        runs += 1;
        const row = await tx.get("machines", { id: a });
        const bump = { key: { id: a }, set: { generation: (row?.generation ?? 0) + 1 } };
        await run((other) => other.update("machines", [bump]));
        await tx.update("machines", [bump]);
      });
      await expect(losing).rejects.toMatchObject({ name: "StoreError", kind: "busy" });
      expect(runs).toBe(8);
    });

    it("detects a lost race for removals and guarded changes as for any other write", async () => {
      const [a, b] = [id(), id()];
      await run((tx) => tx.insert("machines", [machineRow(a), machineRow(b)]));
      let runs = 0;
      const removed = await run(async (tx) => {
        runs += 1;
        await tx.find("machines", { where: { id: { in: [a, b] } } });
        if (runs === 1) await run((other) => other.update("machines", [{ key: { id: a }, set: { generation: 2 } }]));
        const changed = await tx.update("machines", [{ key: { id: a }, set: { sku: "s" }, when: { generation: 1 } }]);
        return [changed.length, await tx.remove("machines", [{ id: a }, { id: a }])];
      });
      expect([runs, ...removed]).toEqual([2, 0, 1]);
    });

    it("lets only one of two concurrent writers take the same unique value", async () => {
      const external_id = `same${String(id())}`;
      const results = await Promise.allSettled(
        [id(), id(), id()].map((key) => run((tx) => tx.insert("bans", [banRow(key, { external_id })]))),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).toMatchObject({ kind: "conflict" });
      const skipped = await Promise.all(
        [id(), id()].map((key) =>
          run((tx) => tx.insert("bans", [banRow(key, { external_id })], { skipConflicts: true })),
        ),
      );
      expect(skipped).toEqual([[], []]);
    });

    it("runs a transaction again whose insert meets a row that was committed since it began", async () => {
      const [a, b] = [id(), id()];
      const ban = (key: number): Row<"bans"> => banRow(key, { source: "cmdb", external_id: `since/${String(a)}` });
      const seen: number[] = [];
      await run(async (tx) => {
        seen.push(await tx.count("bans", { external_id: `since/${String(a)}` }));
        if (seen.length === 1) await run((other) => other.insert("bans", [ban(a)]));
        if (seen.at(-1) === 0) await tx.insert("bans", [ban(b)]);
      });
      expect(seen).toEqual([0, 1]);
    });

    it("skips conflicts by key and by unique set within one call, and returns the inserted rows", async () => {
      const [a, b, c] = [id(), id(), id()];
      await run((tx) => tx.insert("bans", [banRow(a)]));
      const rows = [
        banRow(b, { external_id: banRow(a).external_id }),
        banRow(b, { reason: "second" }),
        banRow(b, { reason: "third" }),
        banRow(c, { external_id: banRow(b).external_id }),
      ];
      expect(await run((tx) => tx.insert("bans", rows, { skipConflicts: true }))).toEqual([rows[1]]);
      expect(await run((tx) => tx.find("bans", { where: { id: { in: [b, c] } } }))).toEqual([rows[1]]);
    });

    it("serialises operations that were started together, and refuses one after the transaction's end", async () => {
      const keys = [id(), id(), id()];
      let leaked: Tx | undefined;
      await run(async (tx) => {
        leaked = tx;
        await Promise.all(keys.map((key) => tx.insert("machines", [machineRow(key)])));
        expect(await Promise.all(keys.map((key) => tx.get("machines", { id: key })))).toHaveLength(3);
      });
      await expect(leaked?.insert("machines", [machineRow(id())])).rejects.toThrow("has ended");
      const late = id();
      const straggler = run((tx) =>
        Promise.all([Promise.reject(new Error("first")), tx.insert("machines", [machineRow(late)])]),
      );
      await expect(straggler).rejects.toThrow("first");
      expect(await machine(late)).toBeUndefined();
    });

    it("updates different columns under different guards in one call", async () => {
      const [a, b, c] = [id(), id(), id()];
      await run((tx) =>
        tx.insert(
          "validations",
          [a, b, c].map((key) => validationRow(key)),
        ),
      );
      const long = {
        acting: "x",
        due_at: 5,
        failures: 1,
        started_at: 6,
        finished_at: 7,
        status: "held",
        reason: "r",
        owner: "o",
      } as const;
      const changed = await run((tx) =>
        tx.update("validations", [
          { key: { id: c }, set: { ...long, tries: 3 }, when: { revision: 1 } },
          { key: { id: a }, set: { ...long, run_index: 2 }, when: { revision: 1, coin: null } },
          { key: { id: b }, set: {}, when: { acting: null } },
        ]),
      );
      expect(changed).toEqual([{ id: c }, { id: a }, { id: b }]);
      const rows = await run((tx) => tx.find("validations", { where: { id: { in: [a, b, c] } }, orderBy: ["id"] }));
      expect(rows).toEqual([
        validationRow(a, { ...long, run_index: 2 }),
        validationRow(b),
        validationRow(c, { ...long, tries: 3 }),
      ]);
    });

    it("refuses what the types forbid: a repeated key, a changed key, an unknown column", async () => {
      const a = id();
      await run((tx) => tx.insert("machines", [machineRow(a)]));
      const change = { key: { id: a }, set: { sku: "s" } };
      await expect(run((tx) => tx.update("machines", [change, change]))).rejects.toThrow(/twice/);
      await expect(run((tx) => tx.upsert("machines", [machineRow(a), machineRow(a)]))).rejects.toThrow(/twice/);
      await expect(run((tx) => tx.update("machines", [{ key: { id: a }, set: { id: a + 1 } }]))).rejects.toThrow(
        /machines\.id cannot be changed/,
      );
      await expect(
        run((tx) => tx.update("machines", [{ key: { id: a }, set: { colour: 1 } as never }])),
      ).rejects.toThrow(/machines\.colour/);
      await expect(run((tx) => tx.insert("machines", [{ ...machineRow(a + 1), generation: 1.5 }]))).rejects.toThrow(
        /generation|integer/,
      );
    });

    it("compares with null as SQL does, but finds a null that a list names", async () => {
      const [a, b, c] = [id(), id(), id()];
      await run((tx) =>
        tx.insert("bans", [banRow(a, { lifted_at: 5 }), banRow(b), banRow(c, { lifted_at: 9, cluster: "x" })]),
      );
      const find = async (where: object): Promise<number[]> =>
        (await run((tx) => tx.find("bans", { where: { id: { in: [a, b, c] }, ...where }, orderBy: ["id"] }))).map(
          (row) => row.id,
        );
      expect(await find({ lifted_at: { in: [5, null] } })).toEqual([a, b]);
      expect(await find({ lifted_at: { in: [9] } })).toEqual([c]);
      expect(await find({ cluster: { in: ["x", null] } })).toEqual([a, b, c]);
      expect(await find({ lifted_at: { lte: null } })).toEqual([]);
      expect(await find({ lifted_at: undefined, cluster: { not: null } })).toEqual([c]);
    });

    it("compares documents and lists by content", async () => {
      const a = id();
      await run((tx) => tx.insert("bans", [banRow(a, { attribution: { rule: "r", findings: [] } })]));
      await run((tx) => tx.insert("machines", [machineRow(a, { gpu_serials: ["x", "y"] })]));
      const ban = async (attribution: object): Promise<number> =>
        (
          await run((tx) =>
            tx.update("bans", [{ key: { id: a }, set: {}, when: { attribution: attribution as never } }]),
          )
        ).length;
      expect(await ban({ findings: [], rule: "r" })).toBe(1);
      expect(await ban({ findings: [], rule: "other" })).toBe(0);
      expect(await ban({ findings: [] })).toBe(0);
      expect(await ban({ findings: [], rule: "r", more: 1 })).toBe(0);
      expect(
        await run((tx) => tx.update("machines", [{ key: { id: a }, set: {}, when: { gpu_serials: ["y", "x"] } }])),
      ).toEqual([]);
      expect(await run((tx) => tx.find("machines", { where: { id: a, gpu_serials: ["x", "y"] } }))).toHaveLength(1);
    });

    it("stores any text, and text that PostgreSQL cannot store in a readable form", async () => {
      const a = id();
      const reason = "quote \" back\\slash \n\t{NULL} null , 'x' €𝄞";
      await run((tx) =>
        tx.insert("bans", [
          banRow(a, { reason, owner: "a\0b\ud800", by: "NULL", attribution: { rule: "\0\\u0000", findings: [] } }),
        ]),
      );
      await run((tx) => tx.insert("machines", [machineRow(a, { gpu_serials: ["NULL", "a\0", "\\", reason] })]));
      expect(await run((tx) => tx.find("bans", { where: { id: a, owner: "a\0b\ud800" } }))).toEqual([
        banRow(a, {
          reason,
          owner: "a\uFFFDb\uFFFD",
          by: "NULL",
          attribution: { rule: "\uFFFD\\u0000", findings: [] },
        }),
      ]);
      expect((await machine(a))?.gpu_serials).toEqual(["NULL", "a\uFFFD", "\\", reason]);
    });

    it("shares no object of a row with its writers or readers", async () => {
      const a = id();
      const row = { ...validationRow(a), checks: ["one"] };
      await run((tx) => tx.insert("validations", [row]));
      row.checks.push("two");
      expect((await run((tx) => tx.get("validations", { id: a })))?.checks).toEqual(["one"]);
      const digest = `bytes${String(a)}`;
      const content = Uint8Array.from([1, 2]);
      await run((tx) => tx.insert("blobs", [{ digest, content, written_at: 1, removed_at: null }]));
      content[0] = 9;
      const read = await run((tx) => tx.get("blobs", { digest }));
      if (read !== undefined) read.content[1] = 9;
      expect(await run((tx) => tx.get("blobs", { digest }))).toEqual({
        digest,
        content: Uint8Array.from([1, 2]),
        written_at: 1,
        removed_at: null,
      });
    });

    it("accepts more rows in a call than one statement carries", async () => {
      const first = id();
      next += 12_000;
      const rows = Array.from({ length: 12_000 }, (_, index) =>
        machineRow(first + index, { system_serial: `many${String(first)}` }),
      );
      expect(await run((tx) => tx.insert("machines", rows.slice(0, 11_000)))).toHaveLength(11_000);
      expect((await run((tx) => tx.insert("machines", rows, { skipConflicts: true }))).map((row) => row.id)).toEqual(
        rows.slice(11_000).map((row) => row.id),
      );
      expect(
        await run((tx) =>
          tx.update(
            "machines",
            rows.map((row) => ({ key: { id: row.id }, set: { generation: row.id } })),
          ),
        ),
      ).toHaveLength(12_000);
      const found = await run((tx) =>
        tx.find("machines", { where: { system_serial: `many${String(first)}` }, orderBy: ["-generation"], limit: 2 }),
      );
      expect(found.map(({ generation }) => generation)).toEqual([first + 11_999, first + 11_998]);
      const keys = rows.map((row) => ({ id: row.id }));
      expect(await run((tx) => tx.remove("machines", keys))).toBe(12_000);
    });
  });
}
