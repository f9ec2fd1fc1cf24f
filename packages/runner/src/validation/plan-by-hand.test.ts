import { Lane, LANE_SCHEMA } from "@slipway/policy";
import { expect, it } from "vitest";
import { refuseLane } from "./plan-by-hand.ts";

const lane = Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 12, checks: ["imex"] });
const fleet = { lanes: [{ lane, digest: "d", file: "lanes/slow.yaml" }] };

it("takes a lane by name with a reason, and no lane without one", () => {
  expect(() => refuseLane(fleet, { lane: "slow", reason: "it was moved by hand" })).not.toThrow();
  expect(() => refuseLane(fleet, { reason: "a look" })).not.toThrow();
});

it("refuses a lane that there is not, naming those that there are, and a lane without a reason", () => {
  expect(() => refuseLane(fleet, { lane: "fast", reason: "x" })).toThrow("there is no lane fast");
  expect(() => refuseLane(fleet, { lane: "slow" })).toThrow("so it needs a reason");
});
