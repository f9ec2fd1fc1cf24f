import { at, fails, faultsOf, inconclusive, nodeScope, passes, WIDE, type FaultTable } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { slowDown, type NcclMeasure } from "./nccl.ts";

const CORRUPTION = ["hardware", "fabric", "unknown"];

/** The out-of-place half of the row that is judged. */
function judged(machine: Machine): NcclMeasure {
  const { rows } = machine.nccl;
  return at(rows, rows.length - 1).outOfPlace;
}

const wrongValues = (half: "outOfPlace" | "inPlace") => (machine: Machine) => {
  const { nccl } = machine;
  at(nccl.rows, 4)[half].wrong = "128";
  nccl.outOfBounds = "1 FAILED";
  nccl.exitCode = 1;
  return fails("N2", CORRUPTION, [nodeScope(machine)]);
};

const PREFIXES = [
  "[0] ",
  "[1,0]<stdout>:",
  "[prterun-t16-4117@1,0]<stdout>: ",
  " 0: ",
  "2026-05-28T01:14:02Z [pod/allreduce-x7k2p/mpi] ",
];

const notFinite = (text: string) => (machine: Machine) => {
  judged(machine).busbw = text;
  return inconclusive("N4");
};

/** N1-N7. */
export const NCCL_FAULTS: FaultTable = faultsOf("nccl", {
  "nccl-slow": {
    describe: "The judged row is below the expectation.",
    strike: (machine) => {
      slowDown(machine.nccl, 0.62);
      return fails("N1", WIDE, [nodeScope(machine)]);
    },
  },
  "nccl-judged-row-slow": {
    describe: "Only the out-of-place half of the judged row is below the expectation.",
    strike: (machine) => {
      judged(machine).busbw = (Number(judged(machine).busbw) * 0.6).toFixed(2);
      return fails("N1", WIDE, [nodeScope(machine)]);
    },
  },
  "nccl-smaller-sizes-slow": {
    describe: "Only the rows of other sizes are slow, and with them the average.",
    strike: (machine) => {
      const judgedRow = machine.nccl.rows.splice(-1);
      slowDown(machine.nccl, 0.4);
      machine.nccl.rows.push(...judgedRow);
      return passes("N1");
    },
  },
  "nccl-size-absent": {
    describe: "The run ended at half the size that is judged.",
    strike: (machine) => {
      machine.nccl.rows.pop();
      return inconclusive("N1");
    },
  },
  "nccl-wrong-values": { describe: "A row has wrong values out of place.", strike: wrongValues("outOfPlace") },
  "nccl-wrong-values-in-place": { describe: "A row has wrong values in place.", strike: wrongValues("inPlace") },
  "nccl-out-of-bounds": {
    describe: "Values are out of bounds although no row counts a wrong one.",
    strike: (machine) => {
      machine.nccl.outOfBounds = "3 FAILED";
      machine.nccl.exitCode = 1;
      return fails("N2", CORRUPTION, [nodeScope(machine)]);
    },
  },
  "nccl-busbw-not-a-number": { describe: "The judged bandwidth is nan.", strike: notFinite("nan") },
  "nccl-busbw-infinite": { describe: "The judged bandwidth is inf.", strike: notFinite("inf") },
  "nccl-unchecked": {
    describe: "Checking was off, and the bandwidth is right.",
    strike: (machine) => {
      machine.nccl.checked = false;
      return inconclusive("N5");
    },
  },
  "nccl-unchecked-slow": {
    describe: "Checking was off, and the bandwidth is too low.",
    strike: (machine) => {
      machine.nccl.checked = false;
      slowDown(machine.nccl, 0.62);
      return fails("N5", WIDE, [nodeScope(machine)]);
    },
  },
  "nccl-launcher-prefix": {
    describe: "A launcher's prefix stands before every line, and the bandwidth is right.",
    strike: (machine, rng) => {
      machine.nccl.prefix = rng.pick(PREFIXES);
      return passes("N6");
    },
  },
  "nccl-launcher-prefix-slow": {
    describe: "A launcher's prefix stands before every line, and the bandwidth is too low.",
    strike: (machine, rng) => {
      machine.nccl.prefix = rng.pick(PREFIXES);
      slowDown(machine.nccl, 0.62);
      return fails("N6", WIDE, [nodeScope(machine)]);
    },
  },
  "nccl-rows-broken": {
    describe: "Every row is broken in two, and the table is closed.",
    strike: (machine) => {
      machine.nccl.broken = true;
      return inconclusive("N6");
    },
  },
  "nccl-run-failed": {
    describe: "The run failed before its closing line and says why.",
    strike: (machine) => {
      machine.nccl.failure = `${machine.identity.node.name}: Test NCCL failure common.cu:1187 'unhandled cuda error / '`;
      machine.nccl.exitCode = 3;
      return inconclusive("N7");
    },
  },
  "nccl-exit-non-zero": {
    describe: "A complete log with a non-zero exit code.",
    strike: (machine) => {
      machine.nccl.exitCode = 134;
      return passes("G4");
    },
  },
});
