import { defineCheck } from "@slipway/plugin-sdk";
import { Clusters, CLUSTERS_SCHEMA, Lane, LANE_SCHEMA } from "@slipway/policy";
import { expect, it } from "vitest";
import { sectionsOf, type FleetFiles } from "../files/fleet.ts";
import { settingsOf, type Build } from "./settings.ts";
import { activeWorld, stagedChanges, type WorldParts } from "./worlds.ts";

const counts = defineCheck({
  id: "counts",
  version: "1.0.0",
  title: "counts",
  probes: [],
  sections: {},
  needs: ["gpus.count"],
  codes: {},
  judge: () => [],
});
const lane = {
  lane: Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 1, checks: ["counts"] }),
  file: "slow.yaml",
};
const files = (skus: Readonly<Record<string, string>>): FleetFiles => ({
  lanes: [lane],
  clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }),
  expectations: Object.entries(skus).map(([name, text]) => ({ layer: "sku", name, path: `${name}.yaml`, text })),
});
const rows = (of: FleetFiles, state: Build["state"], names: readonly string[]): Build[] =>
  settingsOf(of, sectionsOf(new Map([[counts.id, counts]])))
    .filter(({ name }) => names.includes(name))
    .map((setting) => ({ ...setting, state, first_seen: 0, since: 0, why: "" }));
const CHECK: Build = {
  kind: "check",
  name: "counts",
  version: "1.0.0",
  digest: "own",
  body: null,
  state: "active",
  first_seen: 0,
  since: 0,
  why: "",
};
const NOTHING = "nvlink: { links: 0 }";
const COUNT = "gpus: { count: 8 }";

async function changes(active: FleetFiles, staged: FleetFiles, name: string) {
  const builds = [CHECK, ...rows(active, "active", ["slow", "sku/a", "sku/b"]), ...rows(staged, "staged", [name])];
  const parts: WorldParts = { files: staged, vendors: [], loadCheck: () => Promise.resolve(counts) };
  return stagedChanges(parts, builds, await activeWorld(parts, builds));
}

it("a staged change that does not fit the active settings is reported as a problem", async () => {
  const [change] = await changes(files({ a: COUNT, b: COUNT }), files({ a: COUNT, b: NOTHING }), "sku/b");
  expect(change).toMatchObject({
    world: undefined,
    problem: expect.stringContaining("counts needs gpus.count") as string,
  });
});

it("active settings that a newer rule refuses stay in force, and each fix can be staged alone", async () => {
  const [change] = await changes(files({ a: NOTHING, b: NOTHING }), files({ a: COUNT, b: COUNT }), "sku/b");
  expect(change?.problem).toBeUndefined();
  expect(change?.world?.fleet.expectations.resolve({ sku: "b" }).expect).toEqual({ gpus: { count: 8 } });
});
