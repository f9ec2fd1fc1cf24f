import type { Fleet } from "@slipway/fleet";
import { endBan } from "@slipway/nodes";
import { VendorError, type ActDefinition } from "@slipway/plugin-sdk";
import { precedence } from "@slipway/nodes/testing";
import { ClaimWatch, Outcomes, runAct, takeTurn, tick, type EngineParts } from "@slipway/reconciler";
import { migrate, postgresStore, type Queue, type Row, type Store, type Tx } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { banRow, freshDatabase, machineRow, releaseRow, validationRow } from "@slipway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { banKind } from "./bans/kind.ts";
import { releaseKind } from "./release/kind.ts";
import { retryActOf } from "./validation/items-by-hand.ts";

const openMemory = async (): Promise<{ store: Store; close(): Promise<void> }> => {
  const store = memoryStore();
  return { store, close: () => store.close() };
};
const openPostgres = async (): Promise<{ store: Store; close(): Promise<void> }> => {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 3 });
  return { store, close: async () => (await store.close(), database.drop()) };
};

const fleet = {
  clusters: { healthOwner: "health", vendors: { oci: { repair: "automatic" } } },
  capabilities: new Map([["lab", { repair: true, returnToService: true }]]),
  precedence,
  ownerOf: () => "hwh",
} as unknown as Fleet;

describe.each([
  ["memory", openMemory],
  ["PostgreSQL", openPostgres],
])("what vendors are asked for, over the store in %s", (_name, open) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let engine: EngineParts;
  /** What the vendor was asked for, by the key that it was asked under. */
  let asked: Map<string, unknown>;
  let refuses: VendorError | undefined;
  /** Called when it was looked whether an act is done. */
  let looked: () => Promise<unknown>;

  const step = (id: string): [string, ActDefinition] => [
    id,
    {
      id,
      version: "1.0.0",
      title: id,
      input: z.object({ account: z.string() }),
      class: "keyed",
      disturbs: false,
      needs: (input) => [`vendor:${(input as { readonly account: string }).account}`],
      async observe({ key }) {
        await looked();
        return { state: asked.has(key) ? "already" : "not-yet", facts: {} };
      },
      async perform({ key }, input) {
        if (refuses !== undefined) throw refuses;
        asked.set(key, input);
        return { did: "done" };
      },
    },
  ];

  beforeEach(async () => {
    opened = await open();
    asked = new Map();
    refuses = undefined;
    looked = () => Promise.resolve();
    const parts = { fleet, steps: new Map(["open-repair", "return-to-service"].map(step)) };
    engine = {
      store: opened.store,
      queue: { send: () => Promise.resolve() } as unknown as Queue,
      clock: { now: () => Date.now(), sleep: () => new Promise(() => undefined) },
      worker: { id: "w", host: "h", pid: 1, release: "0" },
      kinds: [banKind(parts), releaseKind(parts)],
      limits: { acts: 4, tickBatch: 50, sweepMs: 1_000, lookAgainMs: 15_000, callMs: 1_000, effectMs: 300_000 },
      emit: () => undefined,
      covers: () => ["vendor:*"],
      inContext: (base, work) => work(base as never),
    };
    await run(async (tx) => {
      await tx.insert("machines", [machineRow(1, { account: "InPool", vendor: "oci" })]);
      const adapter = { value: "lab", observedAt: 1, sighting: 1 };
      await tx.insert("claims_of_sources", [
        { machine: 1, source: "vendor:lab", observed_at: 1, sighting: 1, fields: { adapter } },
      ]);
      await tx.insert("validations", [validationRow(7, { machine: 1, status: "released", finished_at: 1 })]);
      await tx.insert("bans", [banRow(1, { machine: 1, due_at: 0 })]);
      await tx.insert("releases", [releaseRow(1, { machine: 1, validation: 7, due_at: 0 })]);
    });
  });
  afterEach(() => opened.close());

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => opened.store.transaction(work);
  const object = async <K extends "bans" | "releases">(table: K): Promise<Row<K>> => {
    const row = await run((tx) => tx.get(table, { id: 1 } as never));
    if (row === undefined) throw new TypeError(`there is nothing in ${table}`);
    return row;
  };
  const ticked = async (name: "ban" | "release"): Promise<void> => {
    const kind = engine.kinds.find((one) => one.name === name);
    if (kind !== undefined) await tick(engine, kind, [1]);
  };
  const intents = (): Promise<readonly Row<"intents">[]> => run((tx) => tx.find("intents", { orderBy: ["key"] }));
  /** Carries out the open act. */
  const act = async (): Promise<void> => {
    const [open] = (await intents()).filter(({ outcome }) => outcome === null);
    const carrier = { outcomes: new Outcomes(engine), claims: new ClaimWatch(engine) };
    await runAct(engine, open?.key ?? "", carrier, new AbortController().signal);
  };
  const taken = (): Promise<unknown> =>
    run((tx) => tx.upsert("claims", [{ machine: 1, holder: "validation/9", fence: 5, at: 1 }]));
  const lifted = async (): Promise<void> => {
    const ban = await object("bans");
    await takeTurn(engine, async ({ change }) => {
      endBan(change, ban, { at: change.now, by: "ada", reason: "mended" });
    });
  };

  it("is the repair of a banned machine, once", async () => {
    await ticked("ban");
    await act();
    await ticked("ban");
    const repair = { account: "lab", category: "hardware", summary: (await object("bans")).why };
    expect([...asked]).toMatchObject([["ban/1/open-repair/1", repair]]);
    expect(await object("bans")).toMatchObject({ status: "open", reason_code: "RepairAsked", acting: null });
    expect((await object("bans")).due_at).toBeNull();
    expect(await intents()).toMatchObject([{ outcome: "done" }]);
  });

  it.each(["workload", "configuration"] as const)("is nothing for a ban for the %s", async (cause) => {
    await run((tx) => tx.update("bans", [{ key: { id: 1 }, set: { cause } }]));
    await ticked("ban");
    expect(await intents()).toEqual([]);
    expect((await object("bans")).due_at).toBeNull();
  });

  it.each([
    ["was lifted", lifted],
    ["was lifted while it was looked whether it is done", () => void (looked = lifted)],
    ["was taken again", taken],
    ["was taken again while it was looked whether it is done", () => void (looked = taken)],
  ])("is not the repair of a machine whose ban, or which, %s", async (_what, happens) => {
    await ticked("ban");
    await happens();
    await act();
    await ticked("ban");
    expect(asked.size).toBe(0);
    expect(await intents()).toMatchObject([{ outcome: "abandoned" }]);
    expect(await object("bans")).toMatchObject({ acting: null, due_at: null });
  });

  it("is left to a person where the vendor refuses it, and tried again under its own key", async () => {
    await ticked("ban");
    refuses = new VendorError("refused", "no");
    await act();
    expect(await object("bans")).toMatchObject({ reason_code: "ActFailing", owner: "health", due_at: null });
    expect(await run((tx) => tx.find("conditions"))).toMatchObject([{ object: "ban/1", type: "Blocked" }]);
    const [item] = await run((tx) => tx.find("items"));
    expect(item).toMatchObject({ kind: "act-failing", subject: "ban/1/open-repair/1", owner: "health" });
    refuses = undefined;
    await retryActOf(opened.store, { item: item?.id ?? 0, by: "ada", reason: "they mended it" });
    await ticked("ban");
    await act();
    expect([...asked.keys()]).toEqual(["ban/1/open-repair/1"]);
    expect(await object("bans")).toMatchObject({ reason_code: "RepairAsked", owner: "hwh" });
  });

  it("is told that a machine is back in service, and the release ends", async () => {
    await ticked("release");
    await act();
    expect([...asked]).toMatchObject([["release/1/return-to-service/1", { account: "lab", node: { nodeName: "n7" } }]]);
    expect(await object("releases")).toMatchObject({ status: "finished", reason_code: "VendorTold", due_at: null });
  });

  const banned = (): Promise<unknown> =>
    run((tx) => tx.update("machines", [{ key: { id: 1 }, set: { account: "Banned" } }]));
  const releasedAgain = (): Promise<unknown> =>
    run((tx) => tx.insert("releases", [releaseRow(2, { machine: 1, at: 2 })]));
  it.each([
    ["banned", banned],
    ["banned while it was looked whether it is told", () => void (looked = banned)],
    ["taken again while it was looked whether it is told", () => void (looked = taken)],
    ["released once more", releasedAgain],
  ])("is not told of a machine that was %s", async (_what, happens) => {
    await ticked("release");
    await happens();
    await act();
    looked = () => Promise.resolve();
    await ticked("release");
    expect(asked.size).toBe(0);
    expect(await intents()).toMatchObject([{ outcome: "abandoned" }]);
    expect(await object("releases")).toMatchObject({ status: "finished", reason_code: "NotInService", acting: null });
  });

  it("is nothing for a release whose machine no vendor gave", async () => {
    await run((tx) => tx.update("validations", [{ key: { id: 7 }, set: { adapter: "ssh" } }]));
    await ticked("release");
    expect(await intents()).toEqual([]);
    expect(await object("releases")).toMatchObject({ status: "finished", reason_code: "NobodyToTell" });
  });
});
