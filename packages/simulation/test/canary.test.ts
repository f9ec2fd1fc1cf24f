import { fileURLToPath } from "node:url";
import { defineCheck, type Check } from "@slipway/plugin-sdk";
import { decideBuild, registerBuilds, stagedBuilds, tryBuild, type StagedBuild } from "@slipway/runner";
import { loadChecks } from "@slipway/catalog";
import { expect, it } from "vitest";
import { DAY, HOUR, simulatedWorld, START } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
const offer = (digest: string): { name: string; version: string; digest: string } => ({ name: "gpu-memory", version: "1.0.0", digest });

it("keeps a changed check staged until canary nodes and known faults have proven it, and never lets one through that passes everything", async () => {
  const world = await simulatedWorld({ seed: 2, fleetFolder, lab: { cells: { "oci-h100-a": 40 }, speed: 1 } });
  const { store, blobs } = world.parts;
  const runner = await world.start();
  for (let at = START; at < START + 20 * DAY; at += 6 * HOUR) {
    await world.look();
    await world.clock.runUntil(at + 6 * HOUR);
  }
  await runner.stop();
  const active = (await loadChecks()).get("gpu-memory");
  if (active === undefined) throw new TypeError("no check");
  expect((await registerBuilds(store, [offer("one")], 1)).get("gpu-memory")).toBe("one");
  expect((await registerBuilds(store, [offer("two")], 2)).get("gpu-memory")).toBe("one");
  const released = (world.memory?.snapshot("machines") ?? []).filter(({ account }) => account === "InPool").slice(0, 2);
  await store.transaction((tx) => tx.insert("canary_nodes", released.map(({ id }) => ({ machine: id, pool: "p", since: 0, by: "t", active: true }))));
  const caught = new Set((world.memory?.snapshot("results") ?? []).filter(({ check }) => check === "gpu-memory").flatMap(({ findings }) => (findings ?? []).filter(({ verdict }) => verdict === "fail").map(({ code }) => code)));
  expect(caught.size).toBeGreaterThan(0);
  const codes = (): readonly string[] => [...caught];
  const stagedAs = async (digest: string): Promise<StagedBuild> => {
    const found = (await stagedBuilds(store, codes)).find(({ build }) => build.digest === digest);
    if (found === undefined) throw new TypeError("it is not staged");
    return found;
  };
  expect((await stagedAs("two")).gate.open).toBe(false);

  const blind: Check = defineCheck({ ...active, needs: [], judge: () => [] });
  await tryBuild(store, blobs, { build: (await stagedAs("two")).build, active, staged: blind }, 3);
  const { gate } = await stagedAs("two");
  expect(gate.open).toBe(false);
  expect(gate.missing.filter((line) => line.startsWith("no fault with the code"))).toHaveLength(caught.size);

  await registerBuilds(store, [offer("three")], 4);
  await tryBuild(store, blobs, { build: (await stagedAs("three")).build, active, staged: active }, 4);
  expect((await stagedAs("three")).gate).toMatchObject({ open: true, missing: [] });
  expect(await decideBuild(store, "gpu-memory", "three", "active", { by: "ada", reason: "proven", now: 5 })).toBe(true);
  expect((await registerBuilds(store, [offer("three")], 6)).get("gpu-memory")).toBe("three");
  expect(world.memory?.snapshot("builds").map(({ digest, state }) => `${digest} ${state}`).sort()).toEqual(["one retired", "three active", "two staged"]);
}, 60_000);
