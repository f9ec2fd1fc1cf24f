import { describe, expect, it } from "vitest";
import { historyOf, type HistoryEvent } from "./history.ts";

const START = "2026-01-01T00:00:00Z";
const small = (seed: number): readonly HistoryEvent[] =>
  historyOf({ seed, start: START, cells: { "oci-h100-a": 60, "oci-h100-b": 30, "cwd-h100-a": 60 } }, 90);

describe("the lab's history without a control plane", () => {
  it("is the same for a seed, and another for another", () => {
    expect(small(1)).toEqual(small(1));
    expect(small(1)).not.toEqual(small(2));
  });

  it("lets a machine in before it is banned, moved, or let in again", () => {
    const inService = new Map<string, boolean>();
    for (const { machine, type, cause } of [...small(3)].sort((a, b) => a.at - b.at)) {
      if (type === "admit") {
        expect(inService.get(machine) ?? false).toBe(false);
        inService.set(machine, true);
      } else expect(inService.get(machine)).toBe(true);
      if (type === "leave" || (type === "ban" && cause !== "workload")) inService.set(machine, false);
    }
  });

  it("has new machines, moved ones and repaired ones, and lifts every workload ban after an hour or with the spell", () => {
    const events = [1, 2, 3].flatMap(small);
    expect(new Set(events.flatMap(({ entry }) => entry ?? []))).toEqual(new Set(["new", "ofr", "move"]));
    const workload = events.filter(({ type, cause }) => type === "ban" && cause === "workload").length;
    const lifted = events.filter(({ type }) => type === "unban").length;
    expect(lifted).toBeGreaterThan(0.95 * workload);
    expect(lifted).toBeLessThanOrEqual(workload);
  });

  it("bans OCI's machines again far more often than CoreWeave's", () => {
    const events = [1, 2, 3].flatMap(small);
    const share = (vendor: string): number => {
      const of = events.filter((event) => event.vendor === vendor);
      return (
        of.filter(({ type, cause }) => type === "ban" && cause !== "workload").length /
        of.filter(({ type }) => type === "admit").length
      );
    };
    expect(share("oci")).toBeGreaterThan(0.15);
    expect(share("coreweave")).toBeLessThan(0.06);
  });

  it("names a setting that is wrong", () => {
    expect(() => historyOf({ seed: 1, start: "yesterday" }, 1)).toThrow("lab: start");
  });
});
