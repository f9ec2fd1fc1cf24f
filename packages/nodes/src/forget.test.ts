import type { MemoryStore } from "@slipway/store/memory";
import fc from "fast-check";
import { expect, test } from "vitest";
import { forgetSighting } from "./forget.ts";
import { undo } from "./corrections.ts";
import { exportNodes, listConflicts } from "./nodes.ts";
import { gpus, living, NOW, placed, precedence, see, storeOf, type Sight } from "./testing/sighted-store.ts";

const A = { system_serial: "2216A100", node_name: "n1", cluster: "c1", gpu_serials: gpus("a") };
const B = { system_serial: "2216B200", node_name: "n2", cluster: "c1", gpu_serials: gpus("b") };
const FAR = (Date.UTC(2099, 0, 1) - Date.UTC(2026, 0, 1)) / 3_600_000;
const options = { by: "hwh", reason: "a clock was wrong", precedence };

const sightingOf = (
  store: MemoryStore,
  has: (body: Readonly<Record<string, unknown>>, at: number) => boolean,
): number => store.snapshot("sightings").find(({ body, observed_at }) => has(body, observed_at))?.id ?? 0;
const farOf = (store: MemoryStore): number => sightingOf(store, (_, at) => at > NOW);
const exported = async (store: MemoryStore): Promise<string> => JSON.stringify(await exportNodes(store, precedence));

test("a sighting with a time in 2099 decides a machine's place until it is forgotten; then later sightings do", async () => {
  const store = await storeOf(A, { ...A, node_name: "n9", hour: FAR }, { ...A, node_name: "n5", hour: 3 });
  expect(placed(store).at(-1)).toContain("n9");
  const done = await forgetSighting(store, farOf(store), options);
  expect(placed(store)).toEqual(['["2216A100","c1","n1",null,0,3]', '["2216A100","c1","n5",null,3,null]']);
  expect(done.why).toMatch(
    /^sighting \d+ \(vendor:oci, 2099-01-01T00:00:00.000Z, fixture:1\) forgotten by hwh: a clock was wrong$/,
  );
  expect(store.snapshot("sightings")).toHaveLength(3);
  expect(store.snapshot("audit").at(-1)).toMatchObject({ actor: "hwh", to_state: "forget", reason: done.why });
});

test("forgetting gives a name back to the machine that the sighting displaced, with what was said of that name since", async () => {
  const store = await storeOf(
    A,
    B,
    { ...A, node_name: "n2", hour: 2 },
    { source: "kubernetes", node_name: "n2", cluster: "c1", ibkey: "0x8001", hour: 3 },
  );
  const wrong = sightingOf(store, (body) => body["node_name"] === "n2" && body["system_serial"] === "2216A100");
  await forgetSighting(store, wrong, options);
  expect(placed(store)).toEqual(['["2216A100","c1","n1",null,0,null]', '["2216B200","c1","n2",null,0,null]']);
  const [, b] = living(store);
  expect(store.snapshot("placements").find(({ machine }) => machine === b?.id)?.ibkey).toBe("0x8001");
});

test("a forgotten sighting that is sent again stays forgotten, and undoing restores what it decided", async () => {
  const far = { ...A, node_name: "n9", hour: FAR };
  const store = await storeOf(A, far, { ...A, node_name: "n5", hour: 3 });
  const before = await exported(store);
  const { event } = await forgetSighting(store, farOf(store), options);
  await see(store, far);
  expect(placed(store).join()).not.toContain("n9");
  await undo(store, event, options);
  expect(await exported(store)).toBe(before);
  await expect(undo(store, event, options)).rejects.toThrow("is undone already");
});

test("forgetting settles the doubt that the sighting raised, and separates what it merged", async () => {
  const doubt = await storeOf(A, B, { system_serial: A.system_serial, gpu_serials: B.gpu_serials, hour: 1 });
  expect((await listConflicts(doubt, precedence)).identities).toHaveLength(2);
  const raised = sightingOf(doubt, (body) => body["node_name"] === undefined);
  await forgetSighting(doubt, raised, options);
  expect((await listConflicts(doubt, precedence)).identities).toEqual([]);
  const named = { source: "kubernetes", node_name: "n9", cluster: "c1" };
  const merged = await storeOf(A, named, { ...A, node_name: "n9", hour: 1 });
  expect(living(merged)).toHaveLength(1);
  await forgetSighting(
    merged,
    sightingOf(merged, (body, at) => body["node_name"] === "n9" && at > Date.UTC(2026, 0, 1)),
    options,
  );
  expect(living(merged)).toHaveLength(2);
  expect(placed(merged)).toEqual(['["","c1","n9",null,0,null]', '["2216A100","c1","n1",null,0,null]']);
});

test("a machine whose only sighting is forgotten is not counted as capacity: it is booked as Lost", async () => {
  const store = await storeOf(A);
  await forgetSighting(
    store,
    sightingOf(store, () => true),
    options,
  );
  expect(placed(store)).toEqual([]);
  expect(store.snapshot("machines")).toMatchObject([{ account: "Lost", system_serial: null }]);
});

test("a sighting that is not there or was forgotten is refused by its number", async () => {
  const store = await storeOf(A);
  await expect(forgetSighting(store, 999_999, options)).rejects.toThrow("there is no sighting 999999");
  const id = sightingOf(store, () => true);
  await forgetSighting(store, id, options);
  await expect(forgetSighting(store, id, options)).rejects.toThrow(`sighting ${String(id)} is forgotten already`);
});

test("forgetting a sighting that names hardware gives the same machines as if it had never been taken in", async () => {
  const sight = fc.record({
    hour: fc.integer({ min: 0, max: 5 }),
    system_serial: fc.constantFrom(A.system_serial, B.system_serial),
    node_name: fc.constantFrom("n1", "n2", "n3"),
    cluster: fc.constant("c1"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(sight, { minLength: 2, maxLength: 6, selector: ({ hour }) => hour }),
      fc.nat(),
      async (sights, pick) => {
        const out: Sight | undefined = sights[pick % sights.length];
        const store = await storeOf(...sights);
        await forgetSighting(
          store,
          sightingOf(store, (_, at) => at === Date.UTC(2026, 0, 1) + (out?.hour ?? 0) * 3_600_000),
          options,
        );
        const without = await storeOf(...sights.filter((one) => one !== out));
        expect(placed(store)).toEqual(placed(without));
      },
    ),
    { numRuns: 60 },
  );
});
