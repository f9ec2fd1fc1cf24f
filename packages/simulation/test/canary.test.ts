import { fileURLToPath } from "node:url";
import { loadChecks, loadVendor } from "@slipway/catalog";
import { inlineReader } from "@slipway/evidence";
import { defineCheck, type Check } from "@slipway/plugin-sdk";
import {
  activeWorld,
  decideSetting,
  judgingSet,
  readFleet,
  applySettings,
  knownSettings,
  sectionsOf,
  settingsOf,
  stagedChanges,
  statusOf,
  tryStored,
  type ChangeStatus,
  type FleetFiles,
  type Setting,
  type WorldParts,
} from "@slipway/fleet";
import type { Row } from "@slipway/store";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY, HOUR, simulatedWorld } from "../src/simulate.ts";

// Twenty days of a lab fleet of 40 machines, then changes of what it is judged by.

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
const own = await loadChecks();
const files = readFleet(fleetFolder);
const checkOf = (id: string): Check => {
  const check = own.get(id);
  if (check === undefined) throw new TypeError(`no check ${id}`);
  return check;
};
/** Reads what it should, and sees nothing in it. */
const blind = defineCheck({
  ...checkOf("gpu-memory"),
  judge(evidence, expected) {
    checkOf("gpu-memory").judge(evidence, expected);
    return [];
  },
});
const builds = new Map<string, Check>([["blind", blind]]);
const reader = inlineReader((name, digest) => builds.get(digest) ?? checkOf(name));

/** A node whose memory is bad from its first pass on, so that a fault is known which gpu-memory has to catch. */
const SICK = "oci-h100-a-r03-t07";

async function world() {
  const world = await simulatedWorld({
    seed: 3,
    fleetFolder,
    lab: { cells: { "oci-h100-a": 40 }, speed: 1, force: { [SICK]: "memory-dram-uncorrectable" } },
  });
  const { store, blobs } = world.parts;
  const checks = [...own.keys()].map((name): Setting => ({
    kind: "check",
    name,
    version: "1.0.0",
    digest: "own",
    body: null,
  }));
  const parts = async (changed: FleetFiles = files): Promise<WorldParts> => ({
    files: changed,
    vendors: [await loadVendor("lab")],
    loadCheck: (name, digest) => Promise.resolve(builds.get(digest) ?? checkOf(name)),
  });
  const open = async (
    offeredFiles: FleetFiles = files,
    digests: Readonly<Record<string, string>> = {},
    now = world.clock.now(),
  ) => {
    await applySettings(
      store,
      [
        ...checks.map((one) => ({ ...one, digest: digests[one.name] ?? one.digest })),
        ...settingsOf(offeredFiles, sectionsOf(own)),
      ],
      { by: "t", reason: "a test" },
    );
    const rows = await store.transaction(knownSettings);
    const active = await activeWorld(await parts(offeredFiles), rows);
    const staged = await stagedChanges(await parts(offeredFiles), rows, active);
    return {
      rows,
      active,
      staged,
      status: async (): Promise<ChangeStatus> => only(await statusOf(store, staged, active)),
      tryAll: () => tryStored(store, blobs, { changes: staged, active, reader, injected: () => [], now }),
    };
  };
  await open();
  const runner = await world.start();
  const run = async (days: number): Promise<void> => {
    const from = world.clock.now();
    for (let at = from; at < from + days * DAY; at += 6 * HOUR) {
      await world.look();
      await world.clock.runUntil(at + 6 * HOUR);
    }
  };
  await run(20);
  const failed = new Set(
    (world.memory?.snapshot("passes") ?? []).flatMap(({ machine, verdict }) => (verdict === "pass" ? [] : [machine])),
  );
  // Nodes that never failed: one that the lab made bad would be banned by a canary pass of its own.
  const inPool = (world.memory?.snapshot("machines") ?? [])
    .filter(({ id, account }) => account === "InPool" && !failed.has(id))
    .map(({ id }) => id);
  await store.transaction((tx) =>
    tx.insert(
      "canary_nodes",
      inPool.slice(0, 2).map((machine) => ({ machine, pool: "oci-h100-a", since: 0, by: "t", active: true })),
    ),
  );
  const snapshot = <K extends "builds" | "canary_trials" | "canary_nodes" | "validations" | "bans" | "passes">(
    table: K,
  ): readonly Row<K>[] => world.memory?.snapshot(table) as unknown as readonly Row<K>[];
  return { world, store, open, run, runner, inPool, snapshot };
}

function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new TypeError(`${String(list.length)} are staged`);
  return list[0] as T;
}

const withExpectation = (name: string, text: string): FleetFiles => ({
  ...files,
  expectations: files.expectations.map((one) => (`${one.layer}/${one.name}` === name ? { ...one, text } : one)),
});
const withLane = (name: string, change: object): FleetFiles => ({
  ...files,
  lanes: files.lanes.map(({ lane, file }) => ({ lane: lane.lane === name ? { ...lane, ...change } : lane, file })),
});

describe("what a fleet is judged by", () => {
  let fleet: Awaited<ReturnType<typeof world>>;
  beforeAll(async () => {
    fleet = await world();
  }, 120_000);

  it("keeps a changed check staged until canary nodes and known faults prove it, and one that passes everything for ever", async () => {
    const { open, store, snapshot } = fleet;
    const change = await open(files, { "gpu-memory": "blind" });
    expect(change.active.checks.get("gpu-memory")).toBe(own.get("gpu-memory"));
    await change.tryAll();
    const { gate, trials } = await change.status();
    expect(gate.open).toBe(false);
    expect(trials.filter(({ control, good }) => control === "positive" && good)).toHaveLength(2);
    expect(trials.some(({ control }) => control === "negative")).toBe(true);
    expect(trials.every(({ control, good }) => control === "positive" || !good)).toBe(true);
    expect(gate.missing.length).toBeGreaterThan(0);

    const same = await open(files, { "gpu-memory": "same" });
    expect(
      snapshot("builds")
        .filter(({ name }) => name === "gpu-memory")
        .map(({ digest, state }) => `${digest} ${state}`)
        .sort(),
    ).toEqual(["blind retired", "own active", "same staged"]);
    await same.tryAll();
    const status = await same.status();
    expect(status.gate.blamed).toBeUndefined();
    expect(status.gate.missing.every((line) => line.startsWith("no fault of the kind"))).toBe(true);
    expect(await decideSetting(store, status.change.build, "active", { by: "ada", reason: "proven" })).toBe(true);
    expect((await open(files, { "gpu-memory": "same" })).staged).toEqual([]);
  });

  it("stages an expectation that would fail proven machines, blames it, and goes on with the old one", async () => {
    const { open } = fleet;
    const sku = files.expectations.find(({ layer, name }) => layer === "sku" && name.includes("H100"));
    if (sku === undefined) throw new TypeError("no expectations of an H100");
    const wrong = await open(withExpectation(`sku/${sku.name}`, sku.text.replace(/count: 8/, "count: 9")), {
      "gpu-memory": "same",
    });
    const node = { sku: sku.name };
    expect(wrong.active.fleet.expectations.resolve(node).expect).toMatchObject({ gpus: { count: 8 } });
    expect(wrong.staged.map(({ build, problem }) => ({ name: build.name, problem }))).toEqual([
      { name: `sku/${sku.name}`, problem: undefined },
    ]);
    expect(wrong.staged[0]?.world?.fleet.expectations.resolve(node).expect).toMatchObject({ gpus: { count: 9 } });
    await wrong.tryAll();
    expect((await wrong.status()).gate).toMatchObject({
      open: false,
      blamed: expect.stringContaining("is fail under this one") as string,
    });
    // A comment is no change, and the old content withdraws the new one.
    expect(
      (await open(withExpectation(`sku/${sku.name}`, `# said again\n${sku.text}`), { "gpu-memory": "same" })).staged,
    ).toEqual([]);
  });

  it("stages a lane that asks for less, and opens its gate when canary nodes pass and faults are caught", async () => {
    const { open, snapshot } = fleet;
    const shorter = await open(withLane("fast", { checks: ["gpu-memory", "gpu-inventory"] }), { "gpu-memory": "same" });
    expect(shorter.active.fleet.lanes.find(({ lane }) => lane.lane === "fast")?.lane.checks.length).toBeGreaterThan(2);
    await shorter.tryAll();
    const { trials, gate } = await shorter.status();
    expect(trials.filter(({ control, good }) => control === "positive" && good)).toHaveLength(2);
    const caught = new Set(
      trials.filter(({ control, good }) => control === "negative" && good).map(({ subject }) => subject),
    );
    expect(gate.open).toBe(["gpu-memory", "gpu-inventory"].every((check) => caught.has(check)));
    expect(snapshot("bans").every(({ why }) => !why.includes("staged"))).toBe(true);
    const removed = await open(
      { ...files, lanes: files.lanes.filter(({ lane }) => lane.lane !== "fast") },
      { "gpu-memory": "same" },
    );
    expect(removed.staged.map(({ build }) => `${build.name} ${build.digest}`)).toEqual(["fast removed"]);
    expect(removed.active.fleet.lanes.some(({ lane }) => lane.lane === "fast")).toBe(true);
  });

  it("has canary nodes run one pass under what is staged, judges it by both, and counts the active verdict alone", async () => {
    const { open, world, run, snapshot } = fleet;
    const change = await open(files, { "gpu-memory": "blind" });
    const before = snapshot("canary_trials").length;
    Object.assign(world.parts, {
      judging: (
        (set) => () =>
          Promise.resolve(set)
      )(judgingSet(change.active, reader, { staged: change.staged })),
      reader,
    });
    await run(1);
    const fresh = snapshot("canary_trials").slice(before);
    expect(fresh.map(({ control, name, staged_verdict }) => `${control} ${name} ${staged_verdict}`)).toEqual([
      "positive gpu-memory pass",
      "positive gpu-memory pass",
    ]);
    expect(
      snapshot("validations")
        .filter(({ trigger }) => trigger === "canary")
        .map(({ status }) => status),
    ).toEqual(["released", "released"]);
  }, 60_000);
});
