import { defineCheck, IbExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** The error counters of each rail that the expectations name rise no faster than they may. */
export default defineCheck({
  id: "ib-errors",
  version: "1.0.0",
  title: "No error counter of a rail rises faster than it may",
  probes: [{ probe: probes.ibCounters, why: "two readings of each port's counters, 30 s apart" }],
  sections: { ib: IbExpectations },
  needs: ["ib.rails", "ib.errors"],
  codes,
  judge,
});
