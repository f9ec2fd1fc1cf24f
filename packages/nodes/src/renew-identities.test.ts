import type { Row } from "@slipway/store";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { machineRow } from "@slipway/store/testing";
import { expect, test } from "vitest";
import { renewIdentities } from "./renew-identities.ts";
import { gpus, hour, living, NOW, placed, precedence, see, told } from "./testing/sighted-store.ts";

const options = { now: NOW, precedence };

/** A sighting as an earlier release kept it. */
const sighting = (id: number, machine: number, at: number, body: object): Row<"sightings"> => ({
  id,
  source: "vendor:oci",
  observed_at: hour(at),
  received_at: NOW,
  path: `fixture:${String(id)}`,
  body: { ...body },
  digest: `d${String(id)}`,
  machine,
});

/** Machines as an earlier release left them: folded by no rules that are known here. */
async function earlier(
  machines: readonly Partial<Row<"machines">>[],
  sightings: readonly Row<"sightings">[],
): Promise<MemoryStore> {
  const store = memoryStore();
  await store.transaction(async (tx) => {
    await tx.nextIds("object", 50);
    await tx.nextIds("event", 50);
    await tx.insert(
      "machines",
      machines.map((over, index) =>
        machineRow(index + 1, { system_serial: null, gpu_serials: [], identity_rules: 0, ...over }),
      ),
    );
    await tx.insert("sightings", sightings);
  });
  return store;
}

test("folds every machine again by the rules of this release, joins those that are one, and lists what it joined", async () => {
  const boards = ["16A", "16A", "16B", "16B"];
  const store = await earlier(
    [
      { gpu_serials: ["16A", "16B"] },
      { system_serial: "2216ab" },
      { system_serial: "2216AB", account: "InPool" },
      { system_serial: "2216CC" },
    ],
    [
      sighting(1, 1, 0, { node_name: "n1", gpu_serials: boards }),
      sighting(2, 2, 0, { node_name: "n2", system_serial: "2216ab" }),
      sighting(3, 3, 1, { node_name: "n2", system_serial: "2216AB" }),
      sighting(4, 4, 0, { node_name: "n4", system_serial: "2216CC", vendor: "OCI" }),
    ],
  );
  const joined = await renewIdentities(store, options);
  expect(joined).toEqual([
    { into: 2, from: 3, why: expect.stringMatching(/^m-3 is m-2: equal system serial/) as string },
  ]);
  expect(living(store)).toMatchObject([
    { id: 1, gpu_serials: boards },
    { id: 2, system_serial: "2216AB" },
    { id: 4, vendor: "oci" },
  ]);
  expect(placed(store)).toHaveLength(3);
  expect(told(store)).toEqual([expect.stringMatching(/^merge: m-3 is m-2/)]);
  expect(await renewIdentities(store, options)).toEqual([]);
});

test("joins no machines that a person or an overlap in time told apart", async () => {
  const body = { node_name: "n1", system_serial: "2216AB" };
  const store = await earlier(
    [{ system_serial: "2216AB" }, { system_serial: "2216AB" }],
    [sighting(1, 1, 0, body), sighting(2, 2, 1, { ...body, node_name: "n2" })],
  );
  await store.transaction((tx) =>
    tx.insert("identity_events", [
      {
        id: 40,
        at: NOW,
        kind: "split",
        machine: 2,
        other: 1,
        sighting: null,
        why: "",
        before: { sightings: [2], from: 1 },
        undone_by: null,
      },
    ]),
  );
  expect(await renewIdentities(store, options)).toEqual([]);
  expect(living(store)).toHaveLength(2);
});

test("a sighting that comes before anybody renewed the identities finds its machine all the same", async () => {
  const store = await earlier(
    [{ system_serial: "2216ab" }],
    [sighting(1, 1, 0, { node_name: "n1", system_serial: "2216ab" })],
  );
  await see(store, { system_serial: "2216AB", node_name: "n7", hour: 4, gpu_serials: gpus("z") });
  expect(living(store)).toMatchObject([{ id: 1, system_serial: "2216AB" }]);
});
