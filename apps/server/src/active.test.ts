import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "@slipway/store/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { applyFirstSettings } from "@slipway/fleet";
import { openActive, readCheckout } from "./active.ts";
import { openDatabase } from "./open.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-active-"));
const fleet = join(home, "fleet");
const slow = join(fleet, "lanes/slow.yaml");
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  drop = () => database.drop();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", join(home, "data"));
  cpSync(join(import.meta.dirname, "../../../fleet"), fleet, { recursive: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await drop();
  rmSync(home, { recursive: true });
});

it("reading the settings of another checkout changes none that are applied", async () => {
  const database = await openDatabase({ start: true });
  const known = () => database.store.transaction((tx) => tx.find("builds", { orderBy: ["kind", "name", "digest"] }));
  const right = readFileSync(slow, "utf8");
  try {
    const own = await openActive(database, await readCheckout(fleet));
    expect(await known()).toEqual([]);
    expect(own.current().fleet.lanes.map(({ lane }) => lane.lane)).toContain("slow");
    await applyFirstSettings(database.store, own.checkout.offered, { by: "deployer", reason: "first" });
    expect(await own.refresh()).toBe(false);
    const before = await known();
    writeFileSync(slow, right.replace("passes: 12", "passes: 11"));
    const other = await openActive(database, await readCheckout(fleet));
    expect(await known()).toEqual(before);
    expect(other.current().fleet.lanes.find(({ lane }) => lane.lane === "slow")?.lane.passes).toBe(12);
    expect((await other.difference()).changes).toMatchObject([{ setting: { kind: "lane", name: "slow" } }]);
  } finally {
    writeFileSync(slow, right);
    await database.close();
  }
}, 60_000);

it("an invalid change of a lane file is refused before it is registered, and the active lane stays", async () => {
  const database = await openDatabase({ start: true });
  const known = () => database.store.transaction((tx) => tx.find("builds", { orderBy: ["kind", "name", "digest"] }));
  try {
    const { offered } = await readCheckout(fleet);
    await applyFirstSettings(database.store, offered, { by: "deployer", reason: "first" });
    const before = await known();
    const right = readFileSync(slow, "utf8");
    for (const [field, text] of [
      ["checks", right.replace("[dcdiag,", "[nosuchcheck,")],
      ["parts.gpu", `${right}\nparts: { gpu: [nosuch] }\n`],
    ] as const) {
      writeFileSync(slow, text);
      await expect(readCheckout(fleet)).rejects.toMatchObject({
        kind: "config",
        message: expect.stringContaining(`slow.yaml: ${field}: there is no check nosuch`) as string,
      });
      expect(await known()).toEqual(before);
    }
  } finally {
    await database.close();
  }
}, 60_000);
