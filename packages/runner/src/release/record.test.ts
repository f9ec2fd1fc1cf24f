import { expect, it } from "vitest";
import { recordOf } from "./record.ts";

it("reads a record of before GPU UUIDs and firmware were noted: they are unknown", () => {
  const old = {
    reason: "12 of 12 passes",
    lane: "slow",
    laneDigest: "d",
    laneReason: "new",
    bootId: "b",
    systemSerial: "S1",
    gpuSerials: ["g0", "g1"],
    ibkey: "k",
    image: "i",
    passesRequired: 12,
    passes: [{ attempt: 1, run_index: 1, try: 0, verdict: "pass" as const, kind: "required" as const }],
    coin: null,
  };
  expect(recordOf({ id: 7, record: old })).toEqual({ ...old, gpuUuids: [], firmware: null });
});

it("takes nothing for known where a record says nothing", () => {
  expect(recordOf({ id: 7, record: {} })).toEqual({
    reason: "",
    bootId: null,
    systemSerial: null,
    gpuSerials: [],
    gpuUuids: [],
    ibkey: null,
    image: null,
    firmware: null,
  });
});

it("names the release and the field that cannot be read", () => {
  expect(() => recordOf({ id: 7, record: { gpuSerials: "g0" as never } })).toThrow(
    "release 7: record.gpuSerials: Invalid input",
  );
});
