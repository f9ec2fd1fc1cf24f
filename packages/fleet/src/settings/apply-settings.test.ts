import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { machineRow } from "@slipway/store/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { applyFirstSettings, applyNamed, applySettings, compareSettings } from "./apply-settings.ts";
import { decideSetting, REMOVED, type Setting } from "./settings.ts";

const lane = (name: string, passes: number): Setting => ({
  kind: "lane",
  name,
  version: "",
  digest: `${name}-${String(passes)}`,
  body: JSON.stringify({ lane: name, passes }),
});
const said = { by: "deployer", reason: "a deploy" };
const older = [lane("slow", 12), lane("fast", 1)];
const newer = [lane("slow", 13), lane("fast", 1)];

let store: MemoryStore;
beforeEach(async () => {
  store = memoryStore();
  await store.transaction((tx) => tx.insert("machines", [machineRow(1)]));
});
const states = () => Object.fromEntries(store.snapshot("builds").map(({ digest, state }) => [digest, state] as const));
const outcomes = (changes: readonly { readonly setting: Setting; readonly outcome: string }[]) =>
  changes.map(({ setting, outcome }) => `${setting.digest} ${outcome}`);

describe("applying a checkout's settings", () => {
  it("activates the first of each, stages what differs later, and counts releases up", async () => {
    expect((await applySettings(store, older, said)).release).toMatchObject({ release: 1, by: "deployer" });
    expect(states()).toEqual({ "slow-12": "active", "fast-1": "active" });
    const second = await applySettings(store, newer, said);
    expect(second.release?.release).toBe(2);
    expect(outcomes(second.changes)).toEqual(["slow-13 staged"]);
    expect(states()).toEqual({ "slow-12": "active", "slow-13": "staged", "fast-1": "active" });
  });

  it("does nothing, and takes no new number, for a checkout that is applied", async () => {
    await applySettings(store, older, said);
    const before = [store.snapshot("builds"), store.snapshot("audit"), store.snapshot("settings")];
    expect(await applySettings(store, older, said)).toMatchObject({ release: { release: 1 }, changes: [] });
    expect([store.snapshot("builds"), store.snapshot("audit"), store.snapshot("settings")]).toEqual(before);
  });

  it("refuses a release number below the last one, and the last one with other content", async () => {
    await applySettings(store, older, { ...said, release: 7 });
    const before = store.snapshot("builds");
    for (const [release, message] of [
      [6, "--release 6: release 7 was applied by deployer"],
      [7, "with other content"],
    ] as const)
      await expect(applySettings(store, newer, { ...said, release })).rejects.toMatchObject({
        kind: "input",
        message: expect.stringContaining(message) as string,
      });
    expect(store.snapshot("builds")).toEqual(before);
    expect((await applySettings(store, older, { ...said, release: 7 })).changes).toEqual([]);
    expect((await applySettings(store, newer, { ...said, release: 8 })).release?.release).toBe(8);
  });

  it("withdraws what is staged when a checkout without it is applied, and stages it again later", async () => {
    await applySettings(store, older, said);
    await applySettings(store, newer, said);
    expect(outcomes((await applySettings(store, older, said)).changes)).toEqual(["slow-12 withdrawn"]);
    expect(states()).toEqual({ "slow-12": "active", "slow-13": "retired", "fast-1": "active" });
    await applySettings(store, newer, said);
    expect(states()["slow-13"]).toBe("staged");
  });

  it("stages the removal of a lane, and does not stage content that a person rejected", async () => {
    await applySettings(store, older, said);
    expect(outcomes((await applySettings(store, [lane("slow", 12)], said)).changes)).toEqual([`${REMOVED} staged`]);
    await applySettings(store, newer, said);
    const refused = { kind: "lane", name: "slow", digest: "slow-13" } as const;
    await decideSetting(store, refused, "rejected", { by: "ada", reason: "too many" });
    expect((await applySettings(store, newer, said)).changes).toMatchObject([{ outcome: "rejected", why: "too many" }]);
    expect(states()["slow-13"]).toBe("rejected");
  });

  it("is recorded in the audit with who applied it", async () => {
    await applySettings(store, older, said);
    await applySettings(store, newer, { by: "ada", reason: "x" });
    expect(store.snapshot("audit").at(-1)).toMatchObject({
      actor: "ada",
      object: "build/lane/slow/slow-13",
      to_state: "staged",
    });
  });

  it("happens automatically only where the database holds no setting", async () => {
    expect((await applyFirstSettings(store, older, said))?.release?.release).toBe(1);
    expect(await applyFirstSettings(store, newer, said)).toBeUndefined();
    expect(states()).toEqual({ "slow-12": "active", "fast-1": "active" });
  });

  it("by a proposal touches the settings that it names, and keeps the release", async () => {
    await applySettings(store, older, said);
    const changed = [lane("slow", 13), lane("fast", 2)];
    expect(outcomes(await applyNamed(store, changed, [{ kind: "lane", name: "fast" }], said))).toEqual([
      "fast-2 staged",
    ]);
    expect(states()).toEqual({ "slow-12": "active", "fast-1": "active", "fast-2": "staged" });
    expect((await compareSettings(store, changed)).applied?.release).toBe(1);
  });
});

describe("comparing a checkout with what is applied", () => {
  it("names each difference with what applying would do, and writes nothing", async () => {
    expect(await compareSettings(store, older)).toMatchObject({ applied: null, empty: true });
    await applySettings(store, older, said);
    const before = store.snapshot("builds");
    const { applied, empty, changes } = await compareSettings(store, [...newer, lane("part", 2)]);
    expect({ release: applied?.release, empty }).toEqual({ release: 1, empty: false });
    expect(outcomes(changes)).toEqual(["slow-13 staged", "part-2 staged"]);
    expect(changes[0]?.active?.digest).toBe("slow-12");
    expect(store.snapshot("builds")).toEqual(before);
  });
});
