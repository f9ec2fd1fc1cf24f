import type { Row } from "@slipway/store";
import type { MemoryStore } from "@slipway/store/memory";
import { passRow } from "@slipway/store/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { merge, moved, split, undo } from "./corrections.ts";
import { exportNodes, findNode } from "./nodes.ts";
import { gpus, living, NOW, placed, precedence, see, storeOf } from "./testing/sighted-store.ts";

const A = { system_serial: "2216A100", node_name: "n1", cluster: "c1", gpu_serials: gpus("a") };
const B = { system_serial: "2216B200", node_name: "n2", cluster: "c1", gpu_serials: gpus("b") };
const options = { by: "hwh", reason: "the chassis was replaced", precedence };

const idOf = async (store: MemoryStore, word: string): Promise<number> => (await findNode(store, word)).machine.id;
const exported = async (store: MemoryStore): Promise<string> => JSON.stringify(await exportNodes(store, precedence));

function pass(
  machine: number,
  validation: number,
  hardware: { readonly system_serial: string | null; readonly gpu_serials: readonly string[] },
): Row<"passes"> {
  return passRow(validation, { machine, node: "n", ...hardware, started_at: NOW, finished_at: NOW });
}
const earn = (store: MemoryStore, ...passes: Row<"passes">[]): Promise<unknown> =>
  store.transaction((tx) => tx.insert("passes", passes));

test("dates a correction by the database's clock, whatever the clock of whoever corrects says", async () => {
  const store = await storeOf(A, B, { ...A, node_name: "n5", hour: 2 });
  const [a, b] = [await idOf(store, A.system_serial), await idOf(store, B.system_serial)];
  const ahead = { ...options, now: NOW + 3_600_000 };
  const { event } = await merge(store, a, b, ahead);
  await undo(store, event, ahead);
  await split(store, a, { names: ["n5"] }, ahead);
  expect(store.snapshot("identity_events").map(({ at }) => at)).toEqual(
    store.snapshot("identity_events").map(() => NOW),
  );
  expect(store.snapshot("machines").map(({ created_at }) => created_at)).not.toContain(ahead.now);
});

test("merge then undo gives the same export byte for byte, and each pass to the machine whose serials its evidence shows", async () => {
  const store = await storeOf(A, B, { ...A, node_name: "n5", hour: 2 });
  const before = await exported(store);
  const [a, b] = [await idOf(store, A.system_serial), await idOf(store, B.system_serial)];
  await earn(store, pass(a, 1, A), pass(b, 2, B));
  const merged = await merge(store, a, b, options);
  expect(living(store).map(({ id }) => id)).toEqual([a]);
  expect(store.snapshot("passes").map(({ machine }) => machine)).toEqual([a, a]);
  await earn(
    store,
    pass(a, 3, B),
    pass(a, 4, A),
    pass(a, 5, { system_serial: null, gpu_serials: gpus("b", { 0: "16x99" }) }),
  );
  await undo(store, merged.event, { ...options, reason: "it was not" });
  expect(await exported(store)).toBe(before);
  expect(store.snapshot("passes").map(({ machine }) => machine)).toEqual([a, b, b, a, b]);
  expect(store.snapshot("audit").map(({ to_state, reason }) => [to_state, reason])).toEqual([
    ["merge", `m-${String(b)} merged into m-${String(a)} by hwh: the chassis was replaced`],
    ["undo", `event ${String(merged.event)} (merge) undone by hwh: it was not`],
  ]);
});

test("sightings between a merge and its undo go to the machine whose serials they show", async () => {
  const store = await storeOf(A, B);
  const [a, b] = [await idOf(store, A.system_serial), await idOf(store, B.system_serial)];
  const { event } = await merge(store, a, b, options);
  await see(store, { ...B, node_name: "n7", hour: 3 }, { ...A, node_name: "n8", hour: 3 });
  await undo(store, event, options);
  expect(placed(store)).toEqual(
    placed(await storeOf(A, B, { ...B, node_name: "n7", hour: 3 }, { ...A, node_name: "n8", hour: 3 })),
  );
});

test("any merge and its undo give the same machines as the sightings alone", async () => {
  const sight = fc.record({
    box: fc.constantFrom(A, B),
    name: fc.integer({ min: 1, max: 3 }),
    source: fc.constantFrom("vendor:oci", "cmdb"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sight, { maxLength: 5 }), fc.array(sight, { maxLength: 5 }), async (before, between) => {
      const [first, second] = [before, between].map((rows, part) =>
        rows.map(({ box, name, source }, index) => ({
          ...box,
          node_name: `n${String(name)}`,
          source,
          hour: 2 + 10 * part + index,
        })),
      );
      const store = await storeOf(A, B, ...(first ?? []));
      const { event } = await merge(store, await idOf(store, "m-1"), await idOf(store, B.system_serial), options);
      for (const one of second ?? []) await see(store, one);
      await undo(store, event, options);
      const plain = await storeOf(A, B, ...(first ?? []), ...(second ?? []));
      expect(await exported(store)).toBe(await exported(plain));
      expect(placed(store)).toEqual(placed(plain));
    }),
    { numRuns: 60 },
  );
});

test("a split gives a new machine the sightings and passes with its serials, and undoing it gives them back", async () => {
  const store = await storeOf(
    A,
    { ...A, node_name: "n5", hour: 1 },
    { ...A, gpu_serials: gpus("c"), node_name: "n6", hour: 2 },
  );
  const before = await exported(store);
  const a = await idOf(store, "m-1");
  await earn(store, pass(a, 1, A), pass(a, 2, { ...A, gpu_serials: gpus("c") }));
  const { event, machines } = await split(store, a, { names: ["n6"] }, options);
  expect(living(store).map(({ gpu_serials }) => gpu_serials)).toEqual([gpus("a"), gpus("c")]);
  expect(store.snapshot("passes").map(({ machine }) => machine)).toEqual([a, machines[0]]);
  await undo(store, event, options);
  expect(await exported(store)).toBe(before);
  expect(store.snapshot("passes").map(({ machine }) => machine)).toEqual([a, a]);
});

test("an automatic separation of two machines can be undone, and a doubt can be settled", async () => {
  const store = await storeOf(A, { ...A, node_name: "n2", gpu_serials: gpus("b"), hour: 1 }, { ...A, hour: 2 });
  const [separation] = store
    .snapshot("identity_events")
    .filter((event) => event.kind === "duplicate-serial" && moved(event));
  const [doubt] = store
    .snapshot("identity_events")
    .filter((event) => event.kind === "duplicate-serial" && !moved(event));
  await undo(store, doubt?.id ?? 0, options);
  expect(living(store)).toHaveLength(2);
  await undo(store, separation?.id ?? 0, options);
  expect(living(store)).toHaveLength(1);
  expect(
    store
      .snapshot("identity_events")
      .filter(({ kind, undone_by }) => kind === "duplicate-serial" && undone_by === null),
  ).toEqual([]);
});

test.each([
  ["itself", (store: MemoryStore) => merge(store, 1, 1, options), "m-1 cannot be merged with itself"],
  ["a machine that is not", (store: MemoryStore) => merge(store, 1, 99, options), "there is no machine m-99"],
  [
    "a split without sightings",
    (store: MemoryStore) => split(store, 1, { names: ["n9"] }, options),
    "no sighting of m-1 shows n9",
  ],
  [
    "a split of everything",
    (store: MemoryStore) => split(store, 1, { names: ["n1"] }, options),
    "every sighting of m-1 shows n1; there is nothing to split",
  ],
  ["an event that is not", (store: MemoryStore) => undo(store, 99, options), "there is no identity event 99"],
])("a correction is refused: %s", async (_, work, message) => {
  const store = await storeOf(A);
  await expect(work(store)).rejects.toThrow(message);
  expect(store.snapshot("audit")).toEqual([]);
});

test("an event is undone at most once, and only if it merged or split machines", async () => {
  const store = await storeOf(A, B);
  const [created] = store.snapshot("identity_events");
  await expect(undo(store, created?.id ?? 0, options)).rejects.toThrow(/is a new: it merged and split nothing/);
  const { event } = await merge(store, await idOf(store, A.system_serial), await idOf(store, B.system_serial), options);
  await undo(store, event, options);
  await expect(undo(store, event, options)).rejects.toThrow(/is undone already/);
});
