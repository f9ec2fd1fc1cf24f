import { banRow, freshDatabase, machineRow } from "@slipway/store/testing";
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
