import { machineRow } from "@slipway/store/testing";
import { expect, test } from "vitest";
import { otherMachine } from "./other-machine.ts";

const BOARDS = ["1650A", "1650A", "1650B", "1650B"];
const UUIDS = ["GPU-a0", "GPU-a1", "GPU-b0", "GPU-b1"];
const tray = machineRow(7, { system_serial: null, gpu_serials: BOARDS, gpu_uuids: UUIDS });
const node = (serials: object): { name: string; serials: object } => ({ name: "n1", serials });

test("a node whose boards print each serial twice is its machine", () => {
  expect(otherMachine(tray, node({ gpus: BOARDS }), true)).toBeUndefined();
  expect(
    otherMachine({ ...tray, gpu_serials: ["1650A", "1650B"], gpu_uuids: [] }, node({ gpus: BOARDS }), true),
  ).toBeUndefined();
  expect(otherMachine({ ...tray, system_serial: "2216ab" }, node({ system: "2216AB " }), true)).toBeUndefined();
});

test("a node with other UUIDs or another serial is another machine, whatever else it prints", () => {
  expect(otherMachine(tray, node({ gpus: BOARDS, uuids: ["GPU-c0", "GPU-c1", "GPU-a0", "GPU-a1"] }), true)).toEqual({
    reason: "another machine answers as n1: 2 of 4 GPU UUIDs are those of m-7",
    again: false,
  });
  expect(otherMachine({ ...tray, system_serial: "2216AB" }, node({ system: "2216AC", gpus: BOARDS }), false)).toEqual({
    reason: "another machine answers as n1: its serial is 2216AC, not 2216AB",
    again: false,
  });
});

test("a pass that shows nothing to know the machine by is asked for again; a fail counts", () => {
  expect(otherMachine(tray, node({}), true)).toMatchObject({
    again: true,
    reason: expect.stringContaining("m-7") as string,
  });
  expect(otherMachine(tray, node({}), false)).toBeUndefined();
  expect(otherMachine({ ...tray, gpu_serials: [], gpu_uuids: [] }, node({}), true)).toBeUndefined();
});
