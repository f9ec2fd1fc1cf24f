import { VendorError } from "@slipway/plugin-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unpark } from "../../src/acts/park.ts";
import { EngineBench, Killed, type OpenStore } from "../bench.ts";
import { toyRow } from "../toy.ts";

const HOUR = 3_600_000;
let next = 1_000;

/** Holds the engine to what it promises of acts, over a store. */
export function describeActs(name: string, open: () => Promise<OpenStore>): void {
  describe(`acts, over the store in ${name}`, () => {
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

    it("performs an act once, looks before and after, and writes outcome, rows and audit together", async () => {
      const calls: string[] = [];
      bench.world.at = (call) => void calls.push(call);
      await bench.make(toyRow(id));
      await bench.tick(id);
      const key = await bench.act(id);
      expect(calls).toEqual(["observe", "perform", "performed", "observe"]);
      expect(bench.world.performed).toEqual([key]);
      expect(await bench.read((tx) => tx.get("intents", { key }))).toMatchObject({ outcome: "done", tries: 0 });
      expect(await bench.read((tx) => tx.find("audit", { where: { object: `intent/${key}` } }))).toMatchObject([
        { from_state: "paint", to_state: "done", reason: "paint: done" },
      ]);
      expect(await bench.toy(id)).toMatchObject({ acting: null, step: 1, due_at: bench.now });
      expect(
        await bench.read((tx) => tx.find("observations", { where: { subject: `toy/${String(id)}` } })),
      ).toMatchObject([{ fact: "left", source: "paint", value: "red" }]);
      expect(await bench.settle(id)).toMatchObject({ status: "done", finished_at: bench.now });
    });

    it("does not perform an act whose effect stands already, and keeps nothing to take back", async () => {
      bench.world.sides.set(`${String(id)} left`, "red");
      await bench.make(toyRow(id));
      expect(await bench.settle(id)).toMatchObject({ status: "done" });
      expect(bench.world.performed).toEqual([]);
      expect(await bench.undo(id)).toEqual([]);
    });

    it("performs a keyed act again under the same key after a crash at any point, and ends it once", async () => {
      for (let cut = 0; ; cut += 1) {
        const toy = (next += 1);
        await bench.make(toyRow(toy));
        await bench.tick(toy);
        const before = bench.world.performed.length;
        const killed = await cutShort(bench, toy, cut);
        await bench.act(toy);
        const performed = new Set(bench.world.performed.slice(before));
        expect(performed.size, `cut ${String(cut)}`).toBe(1);
        expect(await bench.settle(toy), `cut ${String(cut)}`).toMatchObject({ status: "done", step: 1 });
        expect(await bench.undo(toy)).toMatchObject([{ prior: "bare", applied: "red", reverted_at: null }]);
        if (!killed) break;
      }
    });

    it("never performs an act of class once again after a crash: where no effect is seen a person decides", async () => {
      const ends = new Set<string>();
      for (let cut = 0; ; cut += 1) {
        const toy = (next += 1);
        await bench.make(toyRow(toy, { machine: toy, plan: [{ act: "ring", side: "left" }] }));
        await bench.tick(toy);
        const before = bench.world.performed.length;
        const killed = await cutShort(bench, toy, cut);
        const { acting } = await bench.toy(toy);
        if (acting !== null) await bench.act(toy);
        expect(bench.world.performed.length - before, `cut ${String(cut)}`).toBeLessThanOrEqual(1);
        const { status, reason_code, owner } = await bench.settle(toy);
        ends.add(status === "done" ? "done" : `${reason_code} ${String(owner)}`);
        if (!killed) break;
      }
      expect(ends).toEqual(new Set(["done", "NeedsHuman toymakers"]));
    });

    it("waits as a row: the intent stays open, and is looked at again when its time comes", async () => {
      await bench.make(toyRow(id, { plan: [{ act: "await", side: "left" }] }));
      await bench.settle(id);
      expect(await bench.intent(id)).toMatchObject({ outcome: null, tries: 0, look_again_at: bench.now + 60_000 });
      await bench.advance(60_000);
      bench.world.sides.set(`${String(id)} left`, "red");
      expect(await bench.settle(id)).toMatchObject({ status: "done" });
    });

    it("counts it as a failed try when an act cannot tell for too long whether it is to be performed", async () => {
      await bench.make(toyRow(id));
      bench.world.shows = { state: "unclear", lookAgainMs: 60_000, reason: "the node prints nothing" };
      await bench.settle(id);
      expect(await bench.intent(id)).toMatchObject({ tries: 0, sent_at: null, look_again_at: bench.now + 60_000 });
      await bench.advance(240_000);
      await bench.act(id);
      expect(await bench.intent(id)).toMatchObject({ tries: 0, sent_at: null });
      await bench.advance(60_000);
      await bench.act(id);
      expect(await bench.intent(id)).toMatchObject({
        tries: 1,
        sent_at: null,
        last_error: "its effect cannot be told: the node prints nothing",
      });
      expect(bench.world.performed).toEqual([]);
    });

    it("leaves an accepted operation to whoever has it in hand, and passes its id on", async () => {
      bench.world.answers = { did: "accepted", opId: "op-7" };
      await bench.make(toyRow(id));
      await bench.settle(id);
      expect(await bench.intent(id)).toMatchObject({ op_id: "op-7", outcome: null, look_again_at: bench.now + 15_000 });
      await bench.advance(HOUR);
      await bench.act(id);
      expect(bench.world.performed).toHaveLength(1);
      bench.world.sides.set(`${String(id)} left`, "red");
      expect(await bench.settle(id)).toMatchObject({ status: "done" });
    });

    it("counts it as a failed try when an operation that somebody has in hand stays unclear for too long", async () => {
      bench.world.answers = { did: "accepted", opId: "op-7" };
      await bench.make(toyRow(id));
      await bench.settle(id);
      bench.world.shows = { state: "unclear", reason: "it was taken in, and failed" };
      await bench.advance(60_000);
      await bench.act(id);
      expect(await bench.intent(id)).toMatchObject({ tries: 0, outcome: null });
      await bench.advance(300_000);
      await bench.act(id);
      expect(await bench.intent(id)).toMatchObject({
        tries: 1,
        last_error: "its effect cannot be told: it was taken in, and failed",
      });
      expect(bench.world.performed).toHaveLength(1);
    });

    it("writes a failed try on the act's row with a growing pause, and drops its job before that", async () => {
      bench.world.at = (call) => {
        if (call === "observe") throw new Error("no answer");
      };
      await bench.make(toyRow(id));
      await bench.settle(id);
      const pauses: number[] = [];
      for (let tries = 1; tries <= 4; tries += 1) {
        const intent = await bench.intent(id);
        expect(intent).toMatchObject({ tries, last_error: "no answer", sent_at: null, outcome: null });
        pauses.push((intent?.look_again_at ?? 0) - bench.now);
        await bench.act(id);
        expect(await bench.intent(id)).toMatchObject({ tries });
        await bench.advance((intent?.look_again_at ?? 0) - bench.now);
        await bench.act(id);
      }
      expect(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0) / 2)).toBe(true);
      expect(pauses[3]).toBeGreaterThan(pauses[0] ?? 0);
      expect(bench.events.filter(({ event }) => event === "act-failed")).toHaveLength(5);
    });

    it("obeys how long it is asked to wait, whether by an error or by a refusal", async () => {
      const answers: (() => void)[] = [
        () => {
          throw new VendorError("throttled", "slow down", { retryAfterMs: 2 * HOUR });
        },
        () => (bench.world.answers = { did: "refused", code: "Busy", reason: "busy", retryAfterMs: 2 * HOUR }),
      ];
      for (const answer of answers) {
        const toy = (next += 1);
        bench.world.at = (call) => {
          if (call === "perform") answer();
        };
        await bench.make(toyRow(toy));
        await bench.settle(toy);
        expect(await bench.intent(toy)).toMatchObject({ tries: 1, sent_at: null, look_again_at: bench.now + 2 * HOUR });
      }
    });

    it("parks the object of an act that fails too often, until a person has it tried again", async () => {
      bench.world.at = (call) => {
        if (call === "perform") throw new Error("broken brush");
      };
      await bench.make(toyRow(id));
      await bench.settle(id);
      for (let tries = 1; tries < 12; tries += 1) {
        await bench.advance(HOUR);
        await bench.act(id);
      }
      expect(await bench.toy(id)).toMatchObject({
        acting: null,
        due_at: null,
        owner: "toymakers",
        reason_code: "ActFailing",
        reason: "paint failed 12 times: broken brush",
      });
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "True ActFailing" });
      const ownersOf = { where: { object: `toy/${String(id)}` } };
      expect(await bench.read((tx) => tx.find("owner_changes", ownersOf))).toMatchObject([{ owner: "toymakers" }]);
      await bench.tick(id);
      expect(await bench.intent(id)).toBeUndefined();
      bench.world.at = () => undefined;
      const ref = { kind: "toy", id: String(id) };
      await unpark(bench.engine, ref, { by: "ann", reason: "new brush" });
      await expect(unpark(bench.engine, ref, { by: "ann", reason: "again" })).rejects.toThrow("waits for no person");
      expect(await bench.settle(id)).toMatchObject({ status: "done", owner: null });
      expect(await bench.conditions(id)).toMatchObject({ Blocked: expect.stringContaining("False") as string });
    });

    it("parks at once what was refused for good, under the code of the refusal", async () => {
      bench.world.answers = { did: "refused", code: "NotSupported", reason: "no such colour" };
      await bench.make(toyRow(id));
      expect(await bench.settle(id)).toMatchObject({ reason_code: "NotSupported", owner: "toymakers", due_at: null });
      expect(await bench.conditions(id)).toMatchObject({ Blocked: "True NotSupported" });
    });

    it("refuses to disturb without a claim, and says so on the row", async () => {
      await bench.make(toyRow(id, { plan: [{ act: "ring", side: "left" }] }));
      await bench.settle(id);
      expect(bench.world.performed).toEqual([]);
      expect((await bench.intent(id))?.last_error).toContain("holds no claim");
    });

    it("does not perform an act whose claim moved before it was sent, nor count one whose claim moved while it ran", async () => {
      for (const moveAt of ["observe", "performed"]) {
        const toy = (next += 1);
        const world = bench.world.performed.length;
        await bench.make(toyRow(toy, { machine: toy, plan: [{ act: "ring", side: "left" }] }));
        await bench.tick(toy);
        bench.world.at = async (call) => {
          if (call === moveAt)
            await bench.read((tx) =>
              tx.update("claims", [{ key: { machine: toy }, set: { holder: "toy/other", fence: 9 } }]),
            );
        };
        const key = await bench.act(toy);
        bench.world.at = () => undefined;
        expect(bench.world.performed.length - world).toBe(moveAt === "observe" ? 0 : 1);
        expect(await bench.read((tx) => tx.get("intents", { key }))).toMatchObject({ outcome: "abandoned" });
        expect(await bench.toy(toy)).toMatchObject({ step: 0 });
      }
    });

    it("writes outcomes in one transaction, and one that cannot be written keeps no other back", async () => {
      const toys = [1, 2, 3].map(() => (next += 1));
      await bench.make(...toys.map((toy) => toyRow(toy)));
      await bench.tick(...toys);
      const [, spoiled = 0] = toys;
      // The kind's own row of it exists already, so that its outcome cannot be written.
      await bench.read((tx) =>
        tx.insert("toy_marks" as never, [{ toy: spoiled, side: "left", said: "done" }] as never),
      );
      await Promise.all(toys.map((toy) => bench.act(toy)));
      expect(await Promise.all(toys.map(async (toy) => (await bench.toy(toy)).step))).toEqual([1, 0, 1]);
      expect(await bench.intent(spoiled)).toMatchObject({ tries: 1, outcome: null });
    });
  });
}

/** Carries out a toy's act in a process that dies at its n-th point. @returns false: it did not get that far */
async function cutShort(bench: EngineBench, toy: number, cut: number): Promise<boolean> {
  let seen = 0;
  let killed = false;
  const die = (): void => {
    if (seen++ !== cut) return;
    killed = true;
    throw new Killed("killed");
  };
  bench.point = die;
  bench.world.at = die;
  const { acting } = await bench.read(async () => bench.toy(toy));
  await bench.run(acting ?? "");
  bench.point = () => undefined;
  bench.world.at = () => undefined;
  return killed;
}
