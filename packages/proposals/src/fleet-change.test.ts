import { beforeEach, describe, expect, it } from "vitest";
import { checks, clusters, fleet, LANE, laneNow, newProposalFleet } from "../test/proposal-fleet.ts";
import { fleetChange } from "./fleet-change.ts";

beforeEach(newProposalFleet);

describe("a proposed change of fleet files", () => {
  const change = (path: string, content: string | null) => fleetChange(fleet, [{ path, content }], checks, []);

  it.each<[string, string, string | null, RegExp]>([
    [
      "a file that is wrong, with its line",
      "lanes/slow.yaml",
      LANE.replace("12", "many"),
      /lanes\/slow\.yaml:5:9: passes/,
    ],
    ["a lane of a check that nobody knows", "lanes/slow.yaml", LANE.replace("xid", "gone"), /there is no check gone/],
    ["nothing but a comment", "lanes/slow.yaml", LANE.replace("twelve", "12"), /say already/],
    ["what no canary node tries", "clusters.yaml", clusters("one").replace("fleet-infra", "other"), /only images/],
    ["the same lane twice", "lanes/other.yaml", LANE, /another file has the lane/],
  ])("is refused: %s", (_name, path, content, why) => {
    expect(() => change(path, content)).toThrow(why);
    expect(laneNow()).toBe(LANE);
  });

  it("may add a file, remove a file, or change an image", () => {
    expect(change("lanes/fast.yaml", LANE.replaceAll("slow", "fast")).change).toMatchObject({
      files: [{ before: null }],
      settings: [{ kind: "lane", name: "fast" }],
    });
    expect(change("lanes/slow.yaml", null).change).toMatchObject({
      files: [{ after: null }],
      relaxes: [expect.stringContaining("gone")],
    });
    expect(change("clusters.yaml", clusters("two"))).toMatchObject({
      change: { settings: [{ kind: "image", name: "a" }], relaxes: [] },
    });
  });
});
