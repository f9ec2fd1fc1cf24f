import type { Row } from "@slipway/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exportNodes, findNode, listConflicts } from "./nodes.ts";
import { living, precedence, see, storeOf, told, type Sight } from "./testing/sighted-store.ts";

const BOARDS = ["1650A", "1650A", "1650B", "1650B"];
const UUIDS = ["GPU-a0", "GPU-a1", "GPU-b0", "GPU-b1"];
const TRAY = { node_name: "n1", cluster: "c1", gpu_serials: BOARDS, gpu_uuids: UUIDS };
const hardware = ({ system_serial, gpu_serials, gpu_uuids }: Row<"machines">): object => ({
  system_serial,
  gpu_serials,
  gpu_uuids,
});

test("keeps the serials of boards with two GPUs in their order with repeats, and the UUIDs", async () => {
  const store = await storeOf(TRAY);
  expect(living(store).map(hardware)).toEqual([{ system_serial: null, gpu_serials: BOARDS, gpu_uuids: UUIDS }]);
  expect(await exportNodes(store, precedence)).toMatchObject([{ gpu_serials: BOARDS, gpu_uuids: UUIDS }]);
  expect((await findNode(store, "gpu-B1")).machine.id).toBe(living(store)[0]?.id);
});

test("tells machines by more than half of the smaller list of GPUs, by UUID where both print them", async () => {
  const smaller = await storeOf(TRAY, { gpu_serials: ["1650A", "1650A"], hour: 1 });
  expect(living(smaller)).toHaveLength(1);
  const larger = await storeOf({ gpu_serials: ["1650A", "1650A"] }, { ...TRAY, hour: 1 });
  expect(living(larger).map(hardware)).toEqual([{ system_serial: null, gpu_serials: BOARDS, gpu_uuids: UUIDS }]);
  const others = await storeOf(TRAY, {
    ...TRAY,
    node_name: "n2",
    gpu_uuids: ["GPU-c", "GPU-d", "GPU-e", "GPU-f"],
    hour: 1,
  });
  expect(living(others)).toHaveLength(2);
});

test("compares serials without regard to case and surrounding blanks, and keeps each as it was spelt", async () => {
  const store = await storeOf(
    { system_serial: "2216ab7", node_name: "n1", source: "bmc" },
    { system_serial: " 2216AB7 ", node_name: "n1", source: "vendor:oci", hour: 1 },
  );
  expect(living(store)).toMatchObject([{ system_serial: "2216ab7" }]);
  expect((await listConflicts(store, precedence)).fields).toEqual([]);
  expect((await findNode(store, "2216AB7")).machine.id).toBe(living(store)[0]?.id);
});

test("a part swap names the serial that went of a board with two GPUs", async () => {
  const store = await storeOf(
    { ...TRAY, system_serial: "2216A1", gpu_uuids: null },
    { ...TRAY, system_serial: "2216A1", gpu_uuids: null, gpu_serials: ["1650A", "1650A", "1650B", "1650C"], hour: 1 },
  );
  expect(told(store)).toEqual([expect.stringContaining("part-swap: 1 of 4 GPUs changed: 1650B went, 1650C came")]);
});

test("takes the vendor OCI as oci, and says so once", async () => {
  const store = await storeOf({ ...TRAY, vendor: "oci", source: "cmdb" });
  const rows: Sight[] = [
    { ...TRAY, vendor: "OCI", hour: 1 },
    { ...TRAY, vendor: " Oci", hour: 2 },
    { ...TRAY, vendor: "OCI", hour: 3 },
  ];
  expect((await see(store, ...rows)).respelt).toEqual({ OCI: "oci", " Oci": "oci" });
  expect(living(store)).toMatchObject([{ vendor: "oci" }]);
  expect((await listConflicts(store, precedence)).fields).toEqual([]);
});

test("two names that one source gives one set of GPUs at one time are a doubt, in whatever order they come", async () => {
  const rows: Sight[] = [TRAY, { ...TRAY, node_name: "n2" }, { ...TRAY, node_name: "n2", hour: 2 }];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: 3 }), async (shuffled) => {
      const store = await storeOf(...shuffled);
      expect((await listConflicts(store, precedence)).identities.map(({ kind, why }) => [kind, why])).toEqual([
        ["duplicate-serial", expect.stringMatching(/vendor:oci names n1 and n2 at one time/)],
      ]);
    }),
    { numRuns: 12 },
  );
});

test("a node that moves away and comes back under its old name is in no doubt", async () => {
  const store = await storeOf(TRAY, { ...TRAY, node_name: "n2", hour: 1 }, { ...TRAY, hour: 2 });
  expect((await listConflicts(store, precedence)).identities).toEqual([]);
});
