import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freshDatabase } from "@slipway/store/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { fleetStatus } from "./status.ts";
import { up, type ControlPlane } from "./up.ts";

const data = mkdtempSync(join(tmpdir(), "slipway-up-"));
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  drop = () => database.drop();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", data);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await drop();
  rmSync(data, { recursive: true });
});

const start = (): Promise<ControlPlane> =>
  up({
    fleetFolder: fileURLToPath(new URL("../../../fleet", import.meta.url)),
    release: "0",
    port: 0,
    lab: { seed: 3, share: 0.01, historyDays: 0 },
    log: { info: () => undefined, warn: () => undefined },
  });

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300 && !(await condition()); tries += 1) await sleep(100);
  expect(await condition()).toBe(true);
}

it("up runs passes over PostgreSQL, serves its status, and continues after a restart", async () => {
  const first = await start();
  await until(async () => (await fleetStatus(first.database)).passes >= 3);
  const text = await (await fetch(`${first.http?.url ?? ""}/metrics`)).text();
  expect(text).toContain("slipway_passes_total");
  expect(text).toMatch(/slipway_machines\{account="Validating"\} \d/);
  expect(text).toContain("# TYPE slipway_no_worker_for gauge");
  expect((await fetch(`${first.http?.url ?? ""}/readyz`)).status).toBe(200);
  expect((await fetch(`${first.http?.url ?? ""}/etc/passwd`)).status).toBe(404);
  const before = await fleetStatus(first.database);
  await first.stop();
  const second = await start();
  const starting = await fleetStatus(second.database);
  expect(starting.workers).toMatchObject([{ starting: true }]);
  expect(starting.uncovered).toEqual([]);
  await until(async () => (await fleetStatus(second.database)).passes > before.passes + 2);
  const after = await fleetStatus(second.database);
  expect(after.machines).toBeGreaterThanOrEqual(before.machines);
  await second.stop();
}, 90_000);
