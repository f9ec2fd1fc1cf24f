import { describe, expect, it } from "vitest";
import { FLEET_CELLS, type FleetCell } from "./cells.ts";
import { truthOf } from "./truth.ts";

const named = (cluster: string): FleetCell => {
  const found = FLEET_CELLS.find((cell) => cell.cluster === cluster);
  if (found === undefined) throw new Error(cluster);
  return found;
};
const within = (value: number, published: number, by: number): void =>
  expect(Math.abs(value - published), `${String(value)} against ${String(published)}`).toBeLessThanOrEqual(by);

describe("truthOf, against the published true values (statistics.md 4)", () => {
  it.each([
    ["az-gb300-a", 0.15, 0.833],
    ["oci-h100-a", 0.3, 0.734],
    ["oci-h100-b", 0.27, 0.752],
    ["oci-gb200-a", 0.34, 0.711],
    ["cwd-h100-a", 0.01, 0.952],
    ["cwd-gb200-a", 0.012, 0.95],
    ["cwg-h200-a", 0.009, 0.953],
  ])("%s has its calibrated rate and share of admitted", (cluster, rate, admitted) => {
    const truth = truthOf(named(cluster));
    within(truth.rate().hardware, rate, 0.001);
    within(1 - truth.additional(0).share, admitted, 0.001);
  });

  it.each([
    ["oci-h100-a", [0.107, 0.0115, 0.0105, 0.0091], 0.78, 0.431, 0.014, 0.415, [0.3, 0.302, 0.309, 0.321]],
    ["az-gb300-a", [0.061, 0.0077, 0.0072, 0.0065], 0.56, 0.311, 0.0112, 0.289, [0.15, 0.152, 0.158, 0.167]],
    ["cwd-h100-a", [0.0045, 0.004, 0.004, 0.004], 0.007, 0.013, 0.0077, 0.012, [0.01, 0.01, 0.0101, 0.0102]],
  ])(
    "%s has the true answers of the simulator's questions",
    (cluster, hazards, trueShare, rebanRate, share, added, rates) => {
      const truth = truthOf(named(cluster));
      for (const [at, run] of [1, 9, 10, 12].entries())
        within(truth.run(run).hazard, hazards[at] ?? Number.NaN, 0.0005);
      within(truth.run(10).trueShare, trueShare, 0.01);
      within(truth.run(10).rebanRate, rebanRate, 0.001);
      within(truth.additional(10).share, share, 0.0001);
      within(truth.additional(10).hardware, added, 0.001);
      for (const [at, passes] of [12, 10, 6, 3].entries())
        within(truth.rate(passes).hardware, rates[at] ?? Number.NaN, 0.001);
    },
  );

  it("gives the whole to the parts: classes add to any, competing bans take from hardware", () => {
    for (const variant of ["base", "competing"] as const) {
      const { any, by_cause } = truthOf(named("oci-gb200-a"), { variant }).rate();
      expect(Object.values(by_cause).reduce((total, rate) => total + rate, 0)).toBeCloseTo(any, 12);
    }
    const base = truthOf(named("oci-gb200-a")).rate();
    const competing = truthOf(named("oci-gb200-a"), { variant: "competing" }).rate();
    expect(base.by_cause.workload).toBeCloseTo(0, 12);
    expect(competing.hardware).toBeLessThan(base.hardware);
    expect(competing.any).toBeGreaterThan(base.any);
  });

  it("integrates the competing rate of an even hazard as its closed form", () => {
    const { hardware } = truthOf(named("cwg-h200-a"), { variant: "competing" }).rate();
    const own = 0.009 / 30;
    const workload = 0.002;
    expect(hardware).toBeCloseTo((own / (own + workload)) * (1 - Math.exp(-(own + workload) * 30)), 9);
  });
});
