import { memoryStore } from "@slipway/store/memory";
import { describe, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import { gpus, living, NOW, placed, precedence, see, sightingOf, storeOf, told } from "./testing/sighted-store.ts";

const A = { system_serial: "2216A100", node_name: "n1", cluster: "c1", gpu_serials: gpus("a") };
const B = { system_serial: "2216B200", node_name: "n2", cluster: "c1", gpu_serials: gpus("b") };

describe("identity", () => {
  test("a rename keeps the machine", async () => {
    const store = await storeOf(A, { ...A, node_name: "n9", hour: 1 });
    expect(living(store)).toHaveLength(1);
    expect(placed(store)).toEqual(['["2216A100","c1","n1",null,0,1]', '["2216A100","c1","n9",null,1,null]']);
    expect(told(store)).toEqual([
      "rename: same machine by system serial 2216A100: node_name n1 is now n9 (vendor:oci, 2026-01-01T01:00:00.000Z)",
    ]);
  });

  test("a re-image is the same machine with another instance and image", async () => {
    const store = await storeOf(
      { ...A, vendor_instance_id: "ocid1.a", image: "v1" },
      { ...A, vendor_instance_id: "ocid1.b", image: "v2", hour: 1 },
    );
    expect(living(store)).toHaveLength(1);
    expect(told(store)).toEqual([
      'reimage: same machine by system serial 2216A100: image "v1" is now "v2", vendor_instance_id ocid1.a is now ' +
        "ocid1.b (vendor:oci, 2026-01-01T01:00:00.000Z)",
    ]);
  });

  test("a move of cluster keeps the machine", async () => {
    const store = await storeOf(A, { ...A, cluster: "c2", hour: 1 });
    expect(living(store)).toHaveLength(1);
    expect(told(store)).toEqual([
      "move: same machine by system serial 2216A100: cluster c1 is now c2 (vendor:oci, 2026-01-01T01:00:00.000Z)",
    ]);
  });

  test("a VM on another host is another machine: the instance stays, the hardware does not", async () => {
    const store = await storeOf(
      { ...A, vendor_instance_id: "vm-1", host_id: "h1" },
      { ...A, system_serial: "2216C300", gpu_serials: gpus("c"), vendor_instance_id: "vm-1", host_id: "h2", hour: 1 },
    );
    expect(living(store).map(({ system_serial, account }) => [system_serial, account])).toEqual([
      ["2216A100", "Lost"],
      ["2216C300", "Spare"],
    ]);
    expect(told(store)).toEqual([
      expect.stringMatching(
        /^rehost: instance vm-1 n1 in c1 now stands on m-\d+ \(system serial 2216C300\), before on m-\d+ \(system serial 2216A100\)/,
      ),
    ]);
  });

  test("one GPU swapped is the same machine", async () => {
    const store = await storeOf(A, { ...A, gpu_serials: gpus("a", { 2: "16x99" }), hour: 1 });
    expect(living(store).map(({ gpu_serials }) => gpu_serials)).toEqual([gpus("a", { 2: "16x99" })]);
    expect(told(store)).toEqual([
      "part-swap: 1 of 4 GPUs changed: 16a02 went, 16x99 came (vendor:oci, 2026-01-01T01:00:00.000Z)",
    ]);
  });

  test("a whole tray swapped under the old name is a new machine; the old one keeps its past and is Lost until seen", async () => {
    const store = await storeOf(A, { ...A, system_serial: "2216C300", gpu_serials: gpus("c"), hour: 1 });
    expect(placed(store)).toEqual(['["2216A100","c1","n1",null,0,1]', '["2216C300","c1","n1",null,1,null]']);
    expect(told(store)).toEqual([
      expect.stringMatching(/^tray-swap: the name n1 in c1 now stands on m-\d+ \(system serial 2216C300\)/),
    ]);
    expect(store.snapshot("ledger").map(({ from_account, to_account }) => [from_account, to_account])).toEqual([
      [null, "Spare"],
      ["Spare", "Lost"],
      [null, "Spare"],
    ]);
    await see(store, { ...A, node_name: "n7", hour: 2 });
    expect(living(store).map(({ account }) => account)).toEqual(["Spare", "Spare"]);
  });

  test.each(["Not Specified", "None", "0", "To Be Filled By O.E.M.", "Default string"])(
    "a system serial of %j is a placeholder, so the majority of GPU serials decides",
    async (system_serial) => {
      const store = await storeOf(
        { ...A, system_serial },
        { ...B, system_serial },
        { ...A, system_serial, node_name: "n5", gpu_serials: gpus("a", { 0: "16x99" }), hour: 1 },
        { ...A, node_name: "n6", system_serial, gpu_serials: gpus("a", { 0: "16y1", 1: "16y2", 2: "16y3" }), hour: 2 },
      );
      expect(living(store).map((row) => [row.system_serial, row.gpu_serials[0], row.gpu_serials[3]])).toEqual([
        [null, "16x99", "16a03"],
        [null, "16b00", "16b03"],
        [null, "16y1", "16a03"],
      ]);
      expect(told(store)).toHaveLength(2);
    },
  );

  test("two machines with one serial at overlapping times are told apart by their GPUs, and both are in doubt", async () => {
    const store = await storeOf(A, { ...B, system_serial: A.system_serial, hour: 1 }, { ...A, hour: 2 });
    expect(living(store).map((row) => [row.system_serial, row.gpu_serials])).toEqual([
      ["2216A100", gpus("a")],
      ["2216A100", gpus("b")],
    ]);
    const doubts = store.snapshot("identity_events").filter(({ kind }) => kind === "duplicate-serial");
    expect(new Set(doubts.map(({ machine }) => machine))).toEqual(new Set(living(store).map(({ id }) => id)));
    expect(doubts[0]?.why).toMatch(
      /^system serial 2216A100 is claimed by two machines at overlapping times: n1 with 4 GPU serials and n2 with 4 GPU serials/,
    );
    await see(store, { ...B, system_serial: A.system_serial, hour: 3 }, { ...A, hour: 4 });
    expect(living(store)).toHaveLength(2);
    expect(placed(store)).toHaveLength(2);
  });

  test("two nodes claiming one serial in one listing, without GPU serials, are one machine in doubt", async () => {
    const store = memoryStore();
    await see(
      store,
      { system_serial: "2216A100", node_name: "n1", cluster: "c1" },
      { system_serial: "2216A100", node_name: "n2", cluster: "c1" },
    );
    expect(living(store)).toHaveLength(1);
    expect(
      store
        .snapshot("identity_events")
        .filter(({ kind }) => kind === "duplicate-serial")
        .map(({ why }) => why),
    ).toEqual([
      "two nodes claim system serial 2216A100: vendor:oci names n1 and n2 at overlapping times, and no GPU serials tell them apart",
    ]);
  });

  test("a serial of one machine with most GPUs of another merges nothing, and both are in doubt", async () => {
    const store = await storeOf(A, B, { ...A, gpu_serials: gpus("b", { 0: "16a00" }), hour: 1 });
    expect(living(store)).toHaveLength(2);
    const doubts = store.snapshot("identity_events").filter(({ kind }) => kind === "contradiction");
    expect(doubts.map(({ machine, other }) => [machine, other])).toEqual([
      living(store).map(({ id }) => id),
      living(store)
        .map(({ id }) => id)
        .reverse(),
    ]);
    expect(doubts[0]?.why).toMatch(
      /^system serial 2216A100 says m-\d+, but 3 of 4 GPU serials are m-\d+'s \(system serial 2216B200\)$/,
    );
  });

  test("a sighting with only a name is credited to the machine placed under it, and makes one only where none is", async () => {
    const store = await storeOf(
      A,
      { source: "kubernetes", node_name: "n1", cluster: "c1", ibkey: "0x8001", hour: 1 },
      { source: "kubernetes", node_name: "n8", cluster: "c1", hour: 1 },
    );
    expect(living(store).map(({ system_serial }) => system_serial)).toEqual(["2216A100", null]);
    await see(store, { system_serial: "2216D400", node_name: "n8", cluster: "c1", gpu_serials: gpus("d"), hour: 2 });
    expect(living(store).map(({ system_serial }) => system_serial)).toEqual(["2216A100", "2216D400"]);
  });

  test("a machine known by name only is merged into the known hardware that is later seen under it", async () => {
    const store = await storeOf(
      A,
      { source: "kubernetes", node_name: "n8", cluster: "c1", hour: 1 },
      { ...A, node_name: "n8", hour: 2 },
    );
    expect(living(store).map(({ system_serial }) => system_serial)).toEqual(["2216A100"]);
    expect(told(store).map((line) => line.split(":")[0])).toEqual(expect.arrayContaining(["merge"]));
  });
});

describe("ingest", () => {
  test("stores a repeated sighting once, and counts it as a duplicate", async () => {
    const store = memoryStore();
    await see(store, A, B);
    const before = store.snapshot("placements");
    expect(await see(store, B, A, A)).toEqual({
      sightings: 3,
      duplicates: 3,
      machines: { new: 0, known: 0 },
      events: {},
      conflicts: 0,
    });
    expect(store.snapshot("placements")).toEqual(before);
  });

  test("two concurrent ingests create no machine twice", async () => {
    const store = memoryStore();
    await Promise.all([see(store, A, B), see(store, { ...A, source: "cmdb" }, { ...B, source: "cmdb" })]);
    expect(living(store)).toHaveLength(2);
    expect(store.snapshot("sightings")).toHaveLength(4);
  });

  test("a late sighting does not move a machine back to an older place", async () => {
    const store = await storeOf(A, { ...A, node_name: "n3", hour: 3 }, { ...A, node_name: "n2", hour: 2 });
    expect(placed(store)).toEqual([
      '["2216A100","c1","n1",null,0,2]',
      '["2216A100","c1","n2",null,2,3]',
      '["2216A100","c1","n3",null,3,null]',
    ]);
  });

  test("a lower-ranked source fills a gap and overwrites nothing; sources that disagree are a conflict", async () => {
    const store = await storeOf({ ...A, rack: "r1" });
    const { conflicts } = await see(store, {
      source: "cmdb",
      system_serial: A.system_serial,
      rack: "r2",
      tray: "4",
      hour: 5,
    });
    expect(conflicts).toBe(1);
    expect(store.snapshot("placements").map(({ rack, tray }) => [rack, tray])).toEqual([["r1", "4"]]);
  });

  test("every machine is in one account, and its ledger ends in that account", async () => {
    const store = await storeOf(A, B, { ...A, node_name: "n2", hour: 1 }, { ...B, node_name: "n1", hour: 2 });
    for (const { id, account } of living(store))
      expect(
        store
          .snapshot("ledger")
          .filter(({ machine }) => machine === id)
          .at(-1)?.to_account,
      ).toBe(account);
  });

  test("the number of SQL statements does not grow with the batch", async () => {
    const count = async (size: number): Promise<number> => {
      let statements = 0;
      const store = memoryStore({ faults: () => void (statements += 1) });
      await see(
        store,
        ...Array.from({ length: size }, (_, index) => ({
          system_serial: `S-${String(1000 + index)}`,
          node_name: `n${String(index)}`,
          gpu_serials: gpus(`k${String(index)}-`),
        })),
      );
      return statements;
    };
    expect(await count(400)).toBe(await count(4));
  });
});

test("a load that was interrupted is completed by loading the same file again", async () => {
  const sightings = Array.from({ length: 2_500 }, (_, index) => ({
    sighting: sightingOf({ system_serial: `22${String(index)}A`, node_name: `n${String(index)}`, hour: index % 7 }),
    path: "fixture",
  }));
  const whole = memoryStore();
  await ingest(whole, sightings, { now: NOW, precedence });
  const store = memoryStore();
  await expect(
    ingest(store, sightings, {
      now: NOW,
      precedence,
      progress: () => {
        throw new Error("killed");
      },
    }),
  ).rejects.toThrow("killed");
  expect(living(store)).toHaveLength(2_000);
  expect(await ingest(store, sightings, { now: NOW, precedence })).toMatchObject({
    duplicates: 2_000,
    machines: { new: 500 },
  });
  expect([living(store).length, placed(store), told(store)]).toEqual([2_500, placed(whole), told(whole)]);
});
