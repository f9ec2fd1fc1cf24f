import { banRow, freshDatabase, intentRow, machineRow, validationRow, vendorAccountRow } from "@slipway/store/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openDatabase } from "./open.ts";
import { fleetStatus } from "./status.ts";

let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  drop = () => database.drop();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await drop();
});

it("counts a machine that several senders banned once, by the cause that comes first", async () => {
  const database = await openDatabase({ start: true });
  await database.store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1, { account: "Banned" }), machineRow(2, { account: "Banned" })]);
    await tx.insert("bans", [
      banRow(1, { machine: 1, cause: "workload", source: "slurm" }),
      banRow(2, { machine: 1, cause: "fabric", source: "lab" }),
      banRow(3, { machine: 1, cause: "hardware", source: "validation", lifted_at: 5 }),
      banRow(4, { machine: 2, cause: "workload", source: "lab" }),
    ]);
  });
  expect((await fleetStatus(database)).bansByCause).toEqual({ fabric: 1, workload: 1 });
  await database.close();
});

it("names the polls of vendors, acts and looks that fail, the most tried first, and the validations that are parked for it", async () => {
  const database = await openDatabase({ start: true });
  await database.store.transaction(async (tx) => {
    const boot = { act: "boot", machine: 11, tries: 3, last_error: "429" };
    const parked = { status: "held" as const, reason_code: "ActFailing" as const, reason: "boot failed 12 times: 503" };
    await tx.insert("validations", [
      validationRow(11, { status: "running", acting: "validation/11/1/2/boot/7" }),
      validationRow(12, { failures: 2, last_error: "no such field", due_at: 1 }),
      validationRow(13, { ...parked, owner: "hwh" }),
    ]);
    await tx.insert("vendor_accounts", [
      vendorAccountRow("oci", { failed_looks: 4, look_error: "503 Service Unavailable" }),
      vendorAccountRow("lab"),
    ]);
    await tx.insert("intents", [
      intentRow("validation/11/1/2/boot/7", { ...boot, look_again_at: (await tx.now()) + 60_000 }),
      intentRow("validation/13/1/2/boot/7", { ...boot, tries: 12, outcome: "failed", outcome_at: 1 }),
    ]);
  });
  const { failing } = await fleetStatus(database);
  expect(failing.counts).toEqual({ acts: 1, ticks: 1, polls: 1, parked: 1 });
  expect(failing.failing).toMatchObject([
    { what: "poll", object: "vendor/oci", machine: null, tries: 4, lastError: "503 Service Unavailable" },
    { what: "act boot", object: "validation/11", machine: 11, tries: 3, lastError: "429" },
    { what: "tick", object: "validation/12", tries: 2, lastError: "no such field" },
  ]);
  expect(failing.failing[1]?.secondsToNextTry).toBeGreaterThan(0);
  expect(failing.parked).toEqual([
    { validation: 13, node: "n13", code: "ActFailing", owner: "hwh", reason: "boot failed 12 times: 503" },
  ]);
  await database.close();
});

it("says how many machines of each cluster bans took out of service within a day, of how many", async () => {
  const database = await openDatabase({ start: true });
  const now = await database.store.transaction((tx) => tx.now());
  await database.store.transaction(async (tx) => {
    await tx.insert("machines", [
      machineRow(11, { account: "Banned", cluster: "c1" }),
      machineRow(12, { account: "InPool", cluster: "c1" }),
      machineRow(13, { account: "Banned", cluster: "c1" }),
      machineRow(14, { account: "InPool", cluster: "c2" }),
    ]);
    await tx.insert("bans", [
      banRow(11, { cluster: "c1", from_service: true, at: now - 3_600_000 }),
      banRow(13, { cluster: "c1", from_service: true, at: now - 25 * 3_600_000 }),
    ]);
  });
  expect((await fleetStatus(database)).takenOut).toEqual([{ cluster: "c1", machines: 1, of: 2 }]);
  await database.close();
});
