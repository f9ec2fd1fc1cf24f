import { describe, expect, it } from "vitest";
import { Clusters, CLUSTERS_SCHEMA } from "./clusters.ts";
import { Lane, laneOf, LANE_SCHEMA, type LaneKind } from "./lane.ts";
import { choosePath, type MachineState, type PathFacts } from "./path.ts";

const lane = (name: string, kind: LaneKind, over: object = {}): Lane =>
  Lane.parse({
    schema: LANE_SCHEMA,
    lane: name,
    kind,
    passes: kind === "slow" ? 12 : 1,
    checks: ["dcdiag", "imex"],
    ...over,
  });
const lanes = [
  lane("slow", "slow"),
  lane("fast", "fast"),
  lane("cluster", "cluster", { checks: ["imex"] }),
  lane("part", "part", { passes: 12, parts: { gpu: ["dcdiag"], firmware: ["hypervisor"] } }),
  lane("post-repair", "post-repair", { passes: 12 }),
  lane("post-repair-cw", "post-repair", { for: { vendor: ["coreweave"] }, passes: 6 }),
];
const DAY = 86_400_000;
const machine: MachineState = {
  cluster: "a",
  ibkey: "k",
  image: "i",
  firmware: "f",
  systemSerial: "S1",
  gpuSerials: ["g0", "g1"],
  gpuUuids: [],
};
const facts = (over: Partial<PathFacts> = {}): PathFacts => ({
  now: 100 * DAY,
  subject: { vendor: "oci" },
  identity: "certain",
  lastHealthy: { ...machine, at: 99 * DAY },
  current: machine,
  setback: null,
  ...over,
});
const path = (over: Partial<PathFacts> = {}) => choosePath(facts(over), lanes);

describe("the path of a machine (maintenance.md, path decision)", () => {
  it.each<[string, Partial<PathFacts>, string]>([
    ["the same machine in the same place", {}, "fast"],
    ["another cluster", { current: { ...machine, cluster: "b" } }, "cluster"],
    ["another ibkey", { current: { ...machine, ibkey: "other" } }, "cluster"],
    ["a repaved image", { current: { ...machine, image: "other" } }, "cluster"],
    ["one GPU swapped", { current: { ...machine, gpuSerials: ["g0", "new"] } }, "part"],
    ["one GPU gone", { current: { ...machine, gpuSerials: ["g0"] } }, "part"],
    ["GPUs that no source names", { current: { ...machine, gpuSerials: [] } }, "fast"],
    ["another firmware", { current: { ...machine, firmware: "f2" } }, "part"],
    ["another chassis", { current: { ...machine, systemSerial: "S2" } }, "slow"],
    ["back from a ban", { setback: { kind: "ban", causes: ["hardware"], checks: ["dcdiag"] } }, "post-repair"],
    ["back from repair", { setback: { kind: "repair", causes: [], checks: [] } }, "post-repair"],
    [
      "back from repair, per vendor",
      { subject: { vendor: "coreweave" }, setback: { kind: "repair", causes: [], checks: [] } },
      "post-repair-cw",
    ],
    ["a configuration ban", { setback: { kind: "ban", causes: ["configuration"], checks: ["imex"] } }, "part"],
    ["let in as a canary after a fail", { setback: { kind: "canary", causes: [], checks: [] } }, "post-repair"],
    ["never proven", { lastHealthy: null }, "slow"],
    ["no serial", { identity: "incomplete" }, "slow"],
    ["contradictory serials", { identity: "contradictory" }, "slow"],
    ["proven too long ago", { lastHealthy: { ...machine, at: 10 * DAY } }, "slow"],
  ])("%s", (_name, over, expected) => {
    expect(path(over)?.lane.lane).toBe(expected);
    expect(path(over)?.reason).not.toBe("");
  });

  it("runs the checks of the part that changed, and after a configuration ban the checks that failed", () => {
    expect(path({ current: { ...machine, gpuSerials: ["g0", "new"] } })?.checks).toEqual(["dcdiag"]);
    expect(path({ setback: { kind: "ban", causes: ["configuration"], checks: ["imex"] } })?.checks).toEqual(["imex"]);
  });

  it("accepts only a release in the same cluster as proof where the lane requires it", () => {
    const scoped = lanes.map((one) => (one.kind === "fast" ? { ...one, history: "cluster" as const } : one));
    expect(choosePath(facts({ current: { ...machine, cluster: "b" } }), scoped)?.lane.lane).toBe("slow");
  });

  it("falls back to the slow lane, with a reason, where the chosen lane does not exist", () => {
    const slowOnly = lanes.filter(({ kind }) => kind === "slow");
    expect(choosePath(facts({ setback: { kind: "repair", causes: [], checks: [] } }), slowOnly)?.reason).toContain(
      "no post-repair lane",
    );
    expect(choosePath(facts(), [])).toBeUndefined();
  });
});

it("the lane whose selector names more fields of the node is preferred", () => {
  expect(laneOf(lanes, "post-repair", { vendor: "coreweave" })?.passes).toBe(6);
  expect(laneOf(lanes, "post-repair", { vendor: "azure" })?.passes).toBe(12);
});

it("lanes and clusters name a vendor by its id, however their files spell it", () => {
  expect(laneOf([lane("oci", "slow", { for: { vendor: ["OCI"] } })], "slow", { vendor: "oci" })?.lane).toBe("oci");
  const { clusters, vendors } = Clusters.parse({
    schema: CLUSTERS_SCHEMA,
    clusters: { a: { vendor: "Azure", segment: "fleet", owner: "o" } },
    vendors: { OCI: { repair: "automatic" } },
  });
  expect([clusters["a"]?.vendor, vendors["oci"]?.repair]).toEqual(["azure", "automatic"]);
});
