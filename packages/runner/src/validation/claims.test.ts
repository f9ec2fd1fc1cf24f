import type { Row, Store, Tx } from "@slipway/store";
import { migrate, postgresStore } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { freshDatabase, intentRow, machineRow, validationRow } from "@slipway/store/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeOutcomes } from "@slipway/reconciler";
import { engineOf } from "../kinds.ts";
import { validationKind } from "./kind.ts";
import { DEFAULT_LIMITS, type RunnerParts } from "../worker/parts.ts";
import type { ReadyPass } from "./ready-pass.ts";
import { recordPasses } from "../../test/record-passes.ts";
import { tick } from "./tick.ts";
import { readyPass } from "../../test/ready-pass.ts";

const FENCE = 5;
const keyOf = (id: number): string => `validation/${String(id)}/1/1/0/1`;

/** A machine whose validation waits for an act under a claim of fence 5; the numbers of a machine and its validation are one. */
async function claimed(
  store: Store,
  id: number,
  { act = "pass", before = {} }: Pick<Write, "act" | "before">,
): Promise<Row<"validations">> {
  const row = validationRow(id, { status: "running", acting: keyOf(id), passes_required: 1, ...before });
  await store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(id, { system_serial: `S${String(id)}` })]);
    await tx.insert("validations", [row]);
    await tx.insert("claims", [{ machine: id, holder: `validation/${String(id)}`, fence: FENCE, at: 1 }]);
    if (row.acting !== null) await tx.insert("intents", [intentRow(keyOf(id), { machine: id, fence: FENCE, act })]);
  });
  return row;
}

/** Another object takes the machine. */
const taken = (store: Store, machine: number): Promise<unknown> =>
  store.transaction((tx) => tx.update("claims", [{ key: { machine }, set: { holder: "window/1", fence: FENCE + 1 } }]));

/**
 * A store in whose next transaction something else is committed before the operation number `at`, unless a claim was
 * written by then: its row is locked from that time on.
 */
function interrupted(store: Store, at: number, happens: () => Promise<unknown>) {
  let done = false;
  const told = (tx: Tx): Tx => {
    let operations = 0;
    let locked = false;
    const before = async (name: string, table: unknown): Promise<void> => {
      if (!done && !locked && operations++ === at) {
        done = true;
        await happens();
      }
      if (table === "claims" && (name === "update" || name === "upsert")) locked = true;
    };
    const named = Object.entries(tx) as [string, (...given: readonly unknown[]) => Promise<unknown>][];
    return Object.fromEntries(
      named.map(([name, run]) => [
        name,
        async (...given: readonly unknown[]) => {
          await before(name, given[0]);
          return run(...given);
        },
      ]),
    ) as unknown as Tx;
  };
  return {
    store: {
      ...store,
      transaction: <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction((tx) => work(told(tx))),
    },
    happened: () => done,
  };
}

const ready = (id: number): ReadyPass => readyPass(id, { key: keyOf(id), fence: FENCE });

const partsOf = (store: Store): RunnerParts =>
  ({
    store,
    queue: { send: () => Promise.resolve() },
    fleet: {
      clusters: { clusters: {}, vendors: {}, healthOwner: "hwh", breaker: { share: 1, atLeast: 1 } },
      ownerOf: () => "hwh",
      capabilities: new Map(),
      expectations: { resolve: () => ({ expect: {}, sources: {} }) },
    },
    adapters: new Map(),
    worker: { id: "test" },
    limits: DEFAULT_LIMITS,
    emit: () => undefined,
  }) as unknown as RunnerParts;

/** What is written under a claim, and whether it came to count. */
interface Write {
  readonly act?: string | undefined;
  readonly before?: Partial<Row<"validations">> | undefined;
  readonly write: (store: Store, id: number) => Promise<unknown>;
  readonly counted: (tx: Tx, id: number) => Promise<boolean>;
}

const WRITES: Readonly<Record<string, Write>> = {
  "a pass": {
    write: (store, id) => recordPasses(store, [ready(id)], { actor: "test", keepMs: null }),
    counted: async (tx, id) => (await tx.find("passes", { where: { validation: id } })).length > 0,
  },
  "an act's outcome": {
    act: "await-boot",
    write: async (store, id) => {
      const intent = await store.transaction((tx) => tx.get("intents", { key: keyOf(id) }));
      if (intent === undefined) throw new Error("it is there");
      const parts = partsOf(store);
      const observed = { state: "already" as const, facts: { bootId: "b" } };
      const act = { kind: validationKind(parts), intent };
      await writeOutcomes(engineOf(parts), [{ act, ended: { did: "done", already: false, observed } }]);
    },
    counted: async (tx, id) => (await tx.get("intents", { key: keyOf(id) }))?.outcome === "done",
  },
  "a release": {
    before: { acting: null, passes_required: 0 },
    write: (store, id) => tick(partsOf(store), [id]),
    counted: async (tx, id) => (await tx.find("releases", { where: { machine: id } })).length > 0,
  },
};

const STORES: Readonly<Record<string, () => Promise<{ store: Store; close: () => Promise<unknown> }>>> = {
  memory: async () => ({ store: memoryStore(), close: () => Promise.resolve() }),
  PostgreSQL: async () => {
    const database = await freshDatabase();
    await migrate(database.url);
    const store = await postgresStore({ url: database.url, max: 3 });
    return { store, close: () => store.close().then(() => database.drop()) };
  },
};

describe.each(Object.keys(STORES))("over %s", (adapter) => {
  let open: { store: Store; close: () => Promise<unknown> };
  let next = 0;
  beforeAll(async () => {
    open = (await STORES[adapter]?.()) ?? open;
  });
  afterAll(() => open.close());

  it.each(Object.entries(WRITES))(
    "%s under fence 5 counts while the claim is held, and never once fence 6 is held, wherever in between it was taken",
    async (_name, { act, before, write, counted }) => {
      const run = async (at: number): Promise<{ happened: boolean; counted: boolean }> => {
        const id = (next += 1);
        await claimed(open.store, id, { act, before });
        const other = interrupted(open.store, at, () => taken(open.store, id));
        await write(other.store, id);
        return { happened: other.happened(), counted: await open.store.transaction((tx) => counted(tx, id)) };
      };
      let at = 0;
      for (let ran = await run(at); ran.happened; ran = await run((at += 1)))
        expect(ran.counted, `taken before operation ${String(at)}`).toBe(false);
      expect(at).toBeGreaterThan(2);
      expect((await run(Infinity)).counted).toBe(true);
    },
  );
});
