import type { CheckJudgement } from "@slipway/domain";
import type { Store, Tx } from "@slipway/store";
import { memoryQueue, memoryStore, virtualClock } from "@slipway/store/memory";
import { machineRow, validationRow, workerRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { breakerFor } from "./breaker-facts.ts";
import { DEFAULT_LIMITS, type RunnerParts, type Validation } from "../worker/parts.ts";
import { tick } from "./tick.ts";
import { takeTurn } from "../worker/turn.ts";

const MANY = 400;

/** A store that counts the rows that it hands out. */
function counting() {
  const store = memoryStore();
  const read = { rows: 0 };
  const counted = (tx: Tx): Tx => {
    const find = tx.find.bind(tx);
    return Object.assign(tx, {
      find: (async (table, query) => {
        const rows = await find(table, query);
        read.rows += rows.length;
        return rows;
      }) satisfies Tx["find"],
    });
  };
  return {
    store,
    read,
    counted: {
      ...store,
      transaction: <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction((tx) => work(counted(tx))),
    } as Store,
  };
}

const partsOf = (store: Store): RunnerParts =>
  ({
    store,
    queue: memoryQueue({ clock: virtualClock(0) }),
    fleet: {
      clusters: {
        clusters: { c: { limits: { cluster: MANY * 2 } } },
        vendors: {},
        healthOwner: "hwh",
        breaker: { share: 0.9, atLeast: 1 },
      },
      ownerOf: () => "hwh",
      ownerOfCheck: () => "hwh",
      capabilities: new Map(),
    },
    judging: () => Promise.resolve({ checks: new Map() }),
    adapters: new Map(),
    worker: { id: "test" },
    limits: DEFAULT_LIMITS,
    emit: () => undefined,
  }) as unknown as RunnerParts;

it("a tick under a limit does not read every validation that runs", async () => {
  const { store, counted, read } = counting();
  const rows = Array.from({ length: MANY }, (_, index) => validationRow(index + 1, { status: "running" }));
  await store.transaction(async (tx) => {
    await tx.insert("validations", [...rows, validationRow(MANY + 1, { due_at: 1 })]);
    await tx.insert("machines", [machineRow(MANY + 1)]);
  });
  await tick(partsOf(counted), [MANY + 1]);
  if (store.snapshot("validations").at(-1)?.reason_code === "Queued") throw new Error("it was not looked at");
  expect(read.rows).toBeLessThan(MANY / 4);
});

it("a look that finds no room locks no limit, and one that takes a place locks it", async () => {
  const { store } = counting();
  const parts = partsOf(store);
  const limits = { c: { limits: { cluster: 1 } } } as unknown as typeof parts.fleet.clusters.clusters;
  const limited = {
    ...parts,
    fleet: { ...parts.fleet, clusters: { ...parts.fleet.clusters, clusters: limits } },
  };
  await store.transaction(async (tx) => {
    await tx.insert("validations", [
      validationRow(1, { status: "running" }),
      validationRow(2, { due_at: 1, adapter: "x" }),
    ]);
    await tx.insert("machines", [machineRow(1), machineRow(2)]);
    await tx.insert("workers", [workerRow("w", { beat_at: 0, covers: ["vendor:x"] })]);
  });
  await tick(limited, [2]);
  expect(store.snapshot("validations").at(-1)?.reason).toContain("which is its limit");
  expect(store.snapshot("gates")).toEqual([]);
  await store.transaction((tx) => tx.update("validations", [{ key: { id: 1 }, set: { status: "cancelled" } }]));
  await tick(limited, [2]);
  expect(store.snapshot("validations").at(-1)?.status).toBe("running");
  expect(store.snapshot("gates").map(({ name }) => name)).toEqual(["cluster c"]);
});

const failing: CheckJudgement = {
  check: "ports",
  version: "2.0.0",
  verdict: "fail",
  findings: [
    {
      code: "port-missing",
      verdict: "fail",
      cause: "hardware",
      scope: { kind: "port", id: "mlx5_0/1" },
      message: "The port mlx5_0/1 is gone.",
      evidence: [],
    },
  ],
};
const validation = { id: 1, machine: 1, rack: null, cluster: null, sku: "h100" } as Validation;

it("the breaker does not read every machine of a SKU for each failure", async () => {
  const { store, counted, read } = counting();
  const machines = Array.from({ length: MANY }, (_, index) => machineRow(index + 1, { sku: "h100" }));
  await store.transaction((tx) => tx.insert("machines", machines));
  const stopped = await takeTurn(partsOf(counted), (turn) => breakerFor(turn, validation, [failing]));
  if (stopped !== undefined) throw new Error("one failure in so many machines stops no bans");
  expect(read.rows).toBeLessThan(MANY / 4);
});

it("opens one item for a group and a code, whoever asks at once", async () => {
  const { store } = counting();
  await store.transaction((tx) => tx.insert("machines", [machineRow(1, { sku: "h100" })]));
  const ask = (): Promise<unknown> => takeTurn(partsOf(store), (turn) => breakerFor(turn, validation, [failing]));
  const asked = await Promise.allSettled([ask(), ask()]);
  expect(store.snapshot("items").map(({ subject }) => subject)).toEqual(["sku h100: port-missing"]);
  expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
});
