import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeTurn } from "../../src/changes/change-set.ts";
import { makeStanding } from "../../src/standing.ts";
import { sweep, wakeWaiting } from "../../src/sweep.ts";
import { EngineBench, type OpenStore } from "../bench.ts";
import { toyRow } from "../toy.ts";

let next = 90_000;

/** Holds the engine to what it promises of ticks, conditions and claims, over a store. */
export function describeTicks(name: string, open: () => Promise<OpenStore>): void {
  describe(`ticks, over the store in ${name}`, () => {
    let opened: OpenStore;
    let bench: EngineBench;
    let id: number;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    beforeEach(async () => {
      bench = new EngineBench(opened);
      await bench.advance(0);
      id = next += 1;
    });

    it("ticks the others of a batch when one fails, and writes the error with a pause on the failing row", async () => {
      const [good, bad] = [id, (next += 1)];
      await bench.make(toyRow(good), toyRow(bad, { status: "explosive" }));
      await bench.tick(good, bad);
      expect(await bench.intent(good)).toBeDefined();
      const failed = await bench.toy(bad);
      expect(failed).toMatchObject({ failures: 1, last_error: "this toy explodes", acting: null });
      expect(failed.due_at).toBeGreaterThan(bench.now);
      await bench.tick(bad);
      expect(await bench.toy(bad)).toMatchObject({ failures: 2 });
    });

    it("keeps since when a condition has its status, and a row for each change of status or reason", async () => {
      await bench.make(toyRow(id, { plan: ["left", "right", "top"].map((side) => ({ act: "paint", side })) }));
      await bench.tick(id);
      const [begun] = await conditionsOf(bench, id);
      expect(begun).toMatchObject({ type: "Painted", status: "Unknown", since: bench.now, observed_generation: 1 });
      await bench.advance(1_000);
      await bench.act(id);
      await bench.tick(id);
      const first = bench.now;
      await bench.advance(1_000);
      await bench.act(id);
      await bench.tick(id);
      expect(await conditionsOf(bench, id)).toMatchObject([
        { status: "False", reason: "SidesLeft", message: "2 of 3 sides", since: first },
      ]);
      await bench.settle(id);
      const changes = await bench.read((tx) =>
        tx.find("condition_changes", { where: { object: `toy/${String(id)}` }, orderBy: ["id"] }),
      );
      expect(changes.map(({ status, reason, by }) => `${status} ${reason} ${by}`)).toEqual([
        "Unknown SidesLeft w",
        "False SidesLeft w",
        "True AllSides w",
      ]);
    });

    it("fails a change of an object that changed since it was read, and writes nothing of it", async () => {
      await bench.make(toyRow(id));
      const stale = await bench.toy(id);
      await takeTurn(bench.engine, async ({ change }) => void change.change(bench.kind, stale, { step: 5 }));
      const late = takeTurn(bench.engine, async ({ change }) => {
        change.transition(bench.kind, stale, { step: 9, reason_code: "Late", reason: "late" });
      });
      await expect(late).rejects.toThrow("rows of toys changed since they were read");
      expect(await bench.toy(id)).toMatchObject({ step: 5, revision: 2 });
      const audit = await bench.read((tx) =>
        tx.find("audit", { where: { object: `toy/${String(id)}`, reason: "late" } }),
      );
      expect(audit).toEqual([]);
    });

    it("ticks the parent of an object that ends, in the same transaction", async () => {
      const child = (next += 1);
      await bench.make(toyRow(id, { plan: [] }), toyRow(child, { parent: `toy/${String(id)}` }));
      await bench.tick(id);
      expect(await bench.toy(id)).toMatchObject({ due_at: null, finished_at: null });
      bench.sent.length = 0;
      await bench.settle(child);
      expect(bench.sent).toContain(`tick toy/${String(id)}`);
      expect(await bench.toy(id)).toMatchObject({ due_at: bench.now });
      expect(await bench.settle(id)).toMatchObject({ status: "done" });
    });

    it("says Blocked while no living worker has what the act needs, and looks again when one starts", async () => {
      await bench.make(toyRow(id, { plan: [{ act: "paint", side: "far" }] }));
      await bench.tick(id);
      expect(await bench.intent(id)).toMatchObject({ needs: ["brush:long"] });
      await bench.tick(id);
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "True NoWorkerFor" });
      bench.sent.length = 0;
      await wakeWaiting(bench.engine);
      expect(bench.sent).toContain(`tick toy/${String(id)}`);
      bench.covers = ["brush:*"];
      await bench.tick(id);
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "False AsExpected" });
    });

    it("sends what is due, and acts whose time has come", async () => {
      await bench.make(toyRow(id));
      bench.sent.length = 0;
      await sweep(bench.engine);
      expect(bench.sent).toContain(`tick toy/${String(id)}`);
      await bench.tick(id);
      const key = (await bench.toy(id)).acting ?? "";
      bench.sent.length = 0;
      await sweep(bench.engine);
      expect(bench.sent).not.toContain(`act/ ${key}`);
      await bench.advance(60_000);
      await sweep(bench.engine);
      expect(bench.sent).toContain(`act/ ${key}`);
    });

    it("makes an object that is always there once, however many workers begin to work", async () => {
      const kinds = [{ ...bench.kind, standing: () => [toyRow(id)] }];
      const begin = (): Promise<void> => makeStanding({ ...bench.engine, kinds });
      await Promise.all([begin(), begin()]);
      await bench.tick(id);
      await begin();
      expect((await bench.toy(id)).acting).not.toBeNull();
      const made = await bench.read((tx) =>
        tx.find("audit", { where: { object: `toy/${String(id)}`, from_state: null } }),
      );
      expect(made).toHaveLength(1);
    });

    it("gives each claim a higher fence, and frees it only for whoever has it", async () => {
      const claims = (): Promise<unknown> => bench.read((tx) => tx.get("claims", { machine: id }));
      const turn = (holder: string, free: string): Promise<void> =>
        takeTurn(bench.engine, async ({ tx, change }) => {
          const claim = change.take(await tx.get("claims", { machine: id }), id, holder);
          change.free(claim, free);
        });
      await turn("toy/1", "toy/2");
      expect(await claims()).toMatchObject({ holder: "toy/1", fence: 1 });
      await turn("toy/2", "toy/2");
      expect(await claims()).toMatchObject({ holder: null, fence: 2 });
    });
  });
}

const conditionsOf = (bench: EngineBench, id: number): Promise<readonly object[]> =>
  bench.read((tx) => tx.find("conditions", { where: { object: `toy/${String(id)}` } }));
