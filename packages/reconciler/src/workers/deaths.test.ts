import { migrate, postgresStore, type Job, type Row, type Store, type Tx } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { freshDatabase } from "@slipway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetDead, Presence } from "./workers.ts";

/** An act that the queue gave to another worker before. */
const again = (key: string): Pick<Job, "key" | "again"> => ({ key, again: true });

interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

async function openPostgres(): Promise<Opened> {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 3 });
  return { store, close: async () => (await store.close(), database.drop()) };
}

describe.each([
  ["memory", async (): Promise<Opened> => ({ store: memoryStore(), close: () => Promise.resolve() })],
  ["PostgreSQL", openPostgres],
])("acts of which workers die, over the store in %s", (_name, open) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const worker = (id: string): Presence =>
    new Presence({
      store: opened.store,
      worker: { id, host: "h", pid: 1, release: "0" },
      limits: { sweepMs: 1_000 },
      covers: () => [],
    });
  /** Has a worker's heartbeat be missed for a while. */
  const silence = (id: string): Promise<unknown> =>
    opened.store.transaction(async (tx) =>
      tx.update("workers", [{ key: { id }, set: { beat_at: (await tx.now()) - 12_000 } }]),
    );
  const deaths = (): Promise<readonly Row<"act_deaths">[]> =>
    opened.store.transaction((tx) => tx.find("act_deaths", { orderBy: ["key", "at"] }));
  const handOf = (id: string): Promise<readonly string[] | undefined> =>
    opened.store.transaction(async (tx) => (await tx.get("workers", { id }))?.hand);
  /** Has a worker die with an act in hand. */
  const dieWith = async (id: string, key: string): Promise<void> => {
    const presence = worker(id);
    if ((await presence.take(again(key))) === "alone") await presence.takeAlone(key);
    await silence(id);
  };

  it("counts a worker whose heartbeat stopped with an act in hand, once", async () => {
    const first = worker("first");
    await Promise.all([first.take(again("a")), first.take(again("b"))]);
    expect([...((await handOf("first")) ?? [])].sort()).toEqual(["a", "b"]);
    await silence("first");
    expect(await worker("second").take(again("a"))).toBe("sound");
    expect(await worker("third").take(again("b"))).toBe("sound");
    expect(await deaths()).toMatchObject([
      { key: "a", worker: expect.stringMatching(/^first since /) as string, alone: false },
      { key: "b", alone: false },
    ]);
    expect(await handOf("first")).toEqual([]);
  });

  it("counts no worker that beats still, let go of its act, or ended", async () => {
    const [living, done, ended] = [worker("living"), worker("done"), worker("ended")];
    await living.take(again("a"));
    await done.take(again("b"));
    done.leave("b");
    await done.beat({ skew_ms: 0, covers: [] });
    await silence("done");
    await ended.take(again("c"));
    await ended.end();
    const other = worker("other");
    expect(await Promise.all(["a", "b", "c"].map((key) => other.take(again(key))))).toEqual([
      "sound",
      "sound",
      "sound",
    ]);
    expect(await deaths()).toEqual([]);
    await ended.beat({ skew_ms: 0, covers: [] });
    expect(await handOf("ended")).toBeUndefined();
  });

  it("has an act that two workers died with carried out alone, and parked after two more that had nothing else", async () => {
    await dieWith("1", "a");
    await dieWith("2", "a");
    await dieWith("3", "a");
    expect((await deaths()).map(({ alone }) => alone)).toEqual([false, false]);
    expect(await handOf("3")).toEqual(["a"]);
    await dieWith("4", "a");
    expect((await deaths()).filter(({ alone }) => alone)).toHaveLength(1);
    expect(await worker("5").take(again("a"))).toBe("parked");
    expect(await handOf("5")).toEqual([]);
    expect(await worker("5").take(again("b"))).toBe("sound");
  });

  it("takes an act that is delivered for the first time without waiting, but for one that workers died with", async () => {
    await dieWith("1", "a");
    await dieWith("2", "a");
    await worker("3").take(again("a"));
    const next = worker("next");
    await next.beat({ skew_ms: 0, covers: [] });
    expect(await next.take({ key: "b" })).toBe("sound");
    expect(await next.take({ key: "a" })).toBe("alone");
    expect(await handOf("next")).toEqual(["b"]);
  });

  it("accuses no act, and has none carried out alone, while workers die that had it not in hand", async () => {
    for (const id of ["1", "2", "3", "4"]) {
      await dieWith(id, "a");
      await dieWith(`beside ${id}`, `other ${id}`);
      await worker(`counts ${id}`).take(again(`other ${id}`));
    }
    expect(await worker("5").take(again("a"))).toBe("sound");
    expect(await deaths()).toHaveLength(8);
  });

  it("parks each of two acts of which workers die at the same time, after very many deaths", async () => {
    for (let id = 1; id <= 16; id += 1) for (const key of ["a", "b"]) await dieWith(`${String(id)} of ${key}`, key);
    const next = worker("next");
    expect(await Promise.all([next.take(again("a")), next.take(again("b"))])).toEqual(["parked", "parked"]);
  });

  it("forgets after a week who died, and of which acts", async () => {
    await dieWith("first", "a");
    await worker("second").take(again("a"));
    const old = (tx: Tx): Promise<number> => tx.now().then((now) => now - 8 * 86_400_000);
    await opened.store.transaction(async (tx) => {
      const at = await old(tx);
      await tx.update("workers", [{ key: { id: "first" }, set: { beat_at: at } }]);
      const [death] = await tx.find("act_deaths");
      if (death !== undefined) await tx.upsert("act_deaths", [{ ...death, at }]);
    });
    await forgetDead({ store: opened.store });
    expect(await deaths()).toEqual([]);
    expect(await handOf("first")).toBeUndefined();
    expect(await handOf("second")).toEqual(["a"]);
  });

  it("counts the hand of the worker before it that had its host and process number", async () => {
    await worker("same").take(again("a"));
    const next = worker("same");
    await next.beat({ skew_ms: 0, covers: [] });
    expect(await deaths()).toMatchObject([{ key: "a", alone: false }]);
    expect(await handOf("same")).toEqual([]);
  });
});
