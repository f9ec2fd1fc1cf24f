import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeTurn } from "../../src/changes/change-set.ts";
import { EngineBench, type OpenStore } from "../bench.ts";
import { toyRow, type ToyPlan } from "../toy.ts";

const HOUR = 3_600_000;
let next = 50_000;

/** Holds the engine to what it promises of taking changes back, over a store. */
export function describeUndo(name: string, open: () => Promise<OpenStore>): void {
  describe(`taking changes back, over the store in ${name}`, () => {
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

    /** A toy with painted sides whose desired state was flipped. */
    const flipped = async (...sides: readonly string[]): Promise<void> => {
      const plan = [
        ...sides.map((side): ToyPlan => ({ act: "paint", side })),
        { act: "await", side: "never" } as const,
      ];
      await bench.make(toyRow(id, { plan }));
      await bench.settle(id);
      await takeTurn(bench.engine, async ({ tx, change }) => {
        const toy = await bench.toy(id);
        if (toy.acting !== null) {
          const open = await tx.get("intents", { key: toy.acting });
          if (open?.outcome === null) change.intents.set(open.key, { outcome: "abandoned", outcome_at: change.now });
        }
        change.change(bench.kind, toy, { wanted: "undone", acting: null, due_at: bench.now });
      });
      bench.world.performed.length = 0;
    };

    it("takes every change back from the newest on", async () => {
      await flipped("left", "right", "top");
      expect(await bench.settle(id)).toMatchObject({ status: "undone" });
      expect(bench.world.performed).toEqual(["top", "right", "left"].map((side) => `undo ${String(id)} ${side}`));
      expect((await bench.undo(id)).map(({ outcome }) => outcome)).toEqual(["reverted", "reverted", "reverted"]);
    });

    it("leaves what somebody else changed since, and what is gone already", async () => {
      await flipped("left", "right");
      bench.world.sides.set(`${String(id)} left`, "blue");
      bench.world.sides.set(`${String(id)} right`, "bare");
      expect(await bench.settle(id)).toMatchObject({ status: "undone" });
      expect((await bench.undo(id)).map(({ outcome }) => outcome)).toEqual(["skipped-foreign", "already-gone"]);
      expect(bench.world.sides.get(`${String(id)} left`)).toBe("blue");
    });

    it("gives a change that cannot be taken back an owner, and tries it on until it is", async () => {
      await flipped("left");
      bench.world.at = (call) => {
        if (call === "revert") throw new Error("the paint is hard");
      };
      await bench.settle(id);
      for (let tries = 1; tries < 13; tries += 1) {
        await bench.advance(HOUR);
        await bench.act(id);
      }
      expect(await bench.undo(id)).toMatchObject([
        { outcome: "failed", owner: "toymakers", reverted_at: null, tries: 13 },
      ]);
      await bench.tick(id);
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "True UndoFailing" });
      bench.world.at = () => undefined;
      await bench.advance(HOUR);
      expect(await bench.settle(id)).toMatchObject({ status: "undone" });
      expect(await bench.undo(id)).toMatchObject([{ outcome: "reverted", owner: null }]);
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "False AsExpected" });
    });
  });
}
