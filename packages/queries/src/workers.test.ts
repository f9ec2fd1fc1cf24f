import { announce } from "@slipway/reconciler";
import { actQueueOf, migrate, postgresStore } from "@slipway/store";
import { freshDatabase, intentRow, validationRow, workerRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { readWorkers, uncovered } from "./workers.ts";

const needsOfPass = ({ adapter, address }: { adapter: string; address: { jump: string | null } }) => [
  `${adapter}:${address.jump ?? "direct"}`,
];

it("says what each living worker covers and what waits that none can do; while a lab's past is made, each worker lives", async () => {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 2 });
  const lab = { queue: actQueueOf(["vendor:lab"]), needs: ["vendor:lab"] };
  const jump = { queue: actQueueOf(["ssh:bastion-1"]), needs: ["ssh:bastion-1"] };
  await store.transaction(async (tx) => {
    const now = await tx.now();
    await tx.insert("workers", [
      workerRow("living", { beat_at: now, skew_ms: 1_500, covers: ["ssh:direct", "vendor:lab"] }),
      workerRow("dead", { beat_at: now - 3_600_000, covers: ["ssh:*"] }),
    ]);
    await tx.insert("act_queues", [{ name: lab.queue, needs: lab.needs }]);
    await tx.insert("intents", [
      intentRow("validation/1/a", { needs: lab.needs }),
      intentRow("validation/2/a", { needs: lab.needs, outcome: "done" }),
      intentRow("validation/3/a", { needs: jump.needs }),
    ]);
    const waits = { adapter: "ssh", reason_code: "NoWorkerFor" as const };
    await tx.insert("validations", [
      validationRow(4, { ...waits, address: { jump: "bastion-1" } }),
      validationRow(5, { ...waits, address: { jump: "bastion-1" } }),
      validationRow(6, { ...waits, address: { jump: "bastion-1" }, status: "cancelled" }),
      validationRow(7, { adapter: "ssh", address: { jump: "bastion-1" } }),
    ]);
  });
  const status = await readWorkers(store, { needsOfPass, past: null });
  expect(status.workers).toMatchObject([{ id: "living", skewSeconds: 1.5, covers: ["ssh:direct", "vendor:lab"] }]);
  const waiting = { ...jump, acts: 1, failing: 0, validations: 2, workers: [] };
  expect(status.needs).toEqual([waiting, { ...lab, acts: 1, failing: 0, validations: 0, workers: ["living"] }]);
  expect(uncovered(status)).toEqual([waiting]);

  const inThePast = await readWorkers(store, { needsOfPass, past: { day: 1, days: 2 } });
  expect(inThePast.workers.map(({ id }) => id)).toEqual(["dead", "living"]);
  expect(uncovered(inThePast)).toEqual([]);
  await store.close();
  await database.drop();
});

it("says of a worker that it starts until it has beaten once, and of no act that nobody can do it while one starts", async () => {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 2 });
  await store.transaction((tx) => tx.insert("intents", [intentRow("validation/1/a", { needs: ["vendor:lab"] })]));
  expect(uncovered(await readWorkers(store, { needsOfPass, past: null }))).toHaveLength(1);

  const worker = { id: "host/1", host: "host", pid: 1, release: "1" };
  const hand = ["validation/1/a"];
  await store.transaction((tx) => tx.insert("workers", [workerRow("host/1", { beat_at: 0, hand })]));
  await announce(store, worker);
  const status = await readWorkers(store, { needsOfPass, past: null });
  expect(status.workers).toMatchObject([{ id: "host/1", starting: true, covers: [] }]);
  expect(uncovered(status)).toEqual([]);
  // What its predecessor of the same name died with is counted by its first heartbeat.
  expect(await store.transaction((tx) => tx.get("workers", { id: "host/1" }))).toMatchObject({ hand });

  await store.transaction((tx) =>
    tx.update("workers", [{ key: { id: "host/1" }, set: { skew_ms: 0, covers: ["local"] } }]),
  );
  const begun = await readWorkers(store, { needsOfPass, past: null });
  expect(begun.workers).toMatchObject([{ id: "host/1", starting: false }]);
  expect(uncovered(begun)).toHaveLength(1);
  await store.close();
  await database.drop();
});
