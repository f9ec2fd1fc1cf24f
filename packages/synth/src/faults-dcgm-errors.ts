import { dcgmWarning, UNTOLD_CAUSES, type DCGM_ERRORS, type DcgmWarning } from "./dcgm-tests.ts";
import { faultsOf, gpuScope, inconclusive, nodeScope, passes, type Conclusion, type FaultTable } from "./fault.ts";
import { markRow, rowOf, unlist } from "./faults-dcgm-rows.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";

const V4 = { dcgm: "4.x" } as const;

/** A Fail of one GPU by an error that is a fault of something. */
const failing =
  (error: keyof typeof DCGM_ERRORS, status = "Fail") =>
  (machine: Machine, rng: Prng): Conclusion =>
    markRow(machine, rng, { rule: "D0", status, warn: (gpu) => [dcgmWarning(error, gpu)] });

/** A Fail of one GPU of which nothing is proven, because its run was disturbed. */
const disturbed =
  (warn: (gpu: number, rng: Prng) => DcgmWarning, status = "Fail") =>
  (machine: Machine, rng: Prng): Conclusion =>
    inconclusive("D0", markRow(machine, rng, { rule: "D0", status, warn: (gpu) => [warn(gpu, rng)] }).scopes);

/** Ways in which DCGM's versions word an Xid. */
const SPELLINGS: readonly ((code: number, gpu: number) => string)[] = [
  (code, gpu) =>
    `Detected XID ${String(code)} for GPU ${String(gpu)} Please consult the documentation for details of this XID.`,
  (code, gpu) => `GPU ${String(gpu)}: Xid error: ${String(code)}`,
  (code, gpu) => `XID #${String(code)} was seen on GPU ${String(gpu)}`,
];

function xidWarning(code: number, causes: readonly string[] | null, gpu: number, rng: Prng): DcgmWarning {
  return { text: rng.pick(SPELLINGS)(code, gpu), errorId: 101, category: 5, severity: 4, causes };
}

const failingXid = (codes: readonly number[], causes: readonly string[]) => (machine: Machine, rng: Prng) =>
  markRow(machine, rng, { rule: "D0", status: "Fail", warn: (gpu) => [xidWarning(rng.pick(codes), causes, gpu, rng)] });

/** An error that the table of DCGM's errors does not hold, or no number at all. */
const unlisted = (change: Partial<DcgmWarning>, causes: readonly string[]) => (machine: Machine, rng: Prng) =>
  markRow(machine, rng, {
    rule: "D0",
    status: "Fail",
    warn: (gpu) => [{ text: `GPU ${String(gpu)} failed by an error of a newer DCGM.`, severity: 4, causes, ...change }],
  });

/** A pass of one GPU that carries a warning. */
const passing = (change: Partial<DcgmWarning>) => (machine: Machine, rng: Prng) =>
  markRow(machine, rng, {
    rule: "D13",
    status: "Pass",
    warn: (gpu) => [{ ...dcgmWarning("memoryNotAllocated", gpu), ...change }],
    names: ["memory"],
  }).scopes;

function warnInSummary(machine: Machine, rng: Prng, severity: number): void {
  const { test } = rowOf(machine, rng, []);
  test.summaryWarnings = [{ ...dcgmWarning("memoryNotAllocated", 0), severity }];
}

/** D0 and D13: what the number of an error says, in rows that fail and in rows that pass. */
export const DCGM_ERROR_FAULTS: FaultTable = faultsOf("dcdiag", {
  "dcgm-gpu-xid-triage": {
    describe: "A GPU fails by an Xid of broken hardware.",
    strike: failingXid([48, 63, 74, 95, 119], ["hardware", "fabric"]),
  },
  "dcgm-xid-off-the-bus": {
    describe: "A GPU fails by Xid 79.",
    needs: V4,
    strike: failingXid([79], ["hardware", "platform"]),
  },
  "dcgm-xid-of-a-job": {
    describe: "A test fails by an Xid that a job's own code causes.",
    needs: V4,
    strike: disturbed((gpu, rng) => xidWarning(rng.pick([13, 31, 43, 45, 69]), null, gpu, rng)),
  },
  "dcgm-xid-unlisted": {
    describe: "A GPU fails by an Xid of no list, or by one whose word DCGM does not give.",
    needs: V4,
    strike: failingXid([109, 171, 145, 149, 154], ["unknown"]),
  },
  "dcgm-pcie-narrow": {
    describe: "A PCIe link runs narrow, which DCGM calls CONFIG.",
    strike: failing("pcieNarrow"),
  },
  "dcgm-pcie-narrow-warned": {
    describe: "A PCIe link runs narrow, as a Warn.",
    needs: V4,
    strike: failing("pcieNarrow", "Warn"),
  },
  "dcgm-thermal": { describe: "A GPU got too hot.", strike: failing("thermal") },
  "dcgm-device-count": { describe: "DCGM and NVML count different GPUs.", strike: failing("deviceCount") },
  "dcgm-cuda-fault": { describe: "A CUDA call failed with no word of a busy device.", strike: failing("cudaFault") },
  "dcgm-device-busy": {
    describe: "A CUDA call failed because the device was busy.",
    needs: V4,
    strike: disturbed((gpu) => dcgmWarning("deviceBusy", gpu)),
  },
  "dcgm-graphics-process": {
    describe: "A process held the GPU, which DCGM calls RESET.",
    needs: V4,
    strike: disturbed((gpu) => dcgmWarning("graphicsProcess", gpu)),
  },
  "dcgm-graphics-process-warned": {
    describe: "A process held the GPU, as a Warn.",
    needs: V4,
    strike: disturbed((gpu) => dcgmWarning("graphicsProcess", gpu), "Warn"),
  },
  "dcgm-not-root": {
    describe: "A test could not run as this user, on every GPU.",
    needs: V4,
    strike: (machine, rng) => {
      const { test } = rowOf(machine, rng, []);
      for (const row of test.rows) {
        row.status = "Fail";
        row.warnings = [dcgmWarning("notRoot", row.entity ?? 0)];
      }
      return inconclusive(
        "D0",
        test.rows.map(({ entity }) => gpuScope(entity ?? 0)),
      );
    },
  },
  "dcgm-error-beside-disturbance": {
    describe: "One row fails by a disturbed run and by a double-bit ECC error.",
    needs: V4,
    strike: (machine, rng) =>
      markRow(machine, rng, {
        rule: "D0",
        status: "Fail",
        warn: (gpu) => [dcgmWarning("deviceBusy", gpu), dcgmWarning("doubleBitEcc", gpu)],
      }),
  },
  "dcgm-error-unlisted-memory": {
    describe: "A GPU fails by an error of no list, of the category of memory.",
    needs: V4,
    strike: unlisted({ errorId: 240, category: 10 }, ["hardware"]),
  },
  "dcgm-error-unlisted-nvlink": {
    describe: "A GPU fails by an error without a number, of the category of NVLink.",
    needs: V4,
    strike: unlisted({ category: 11 }, ["hardware", "fabric"]),
  },
  "dcgm-error-unlisted-software": {
    describe: "A GPU fails by an error of no list, of a category of software, with severity CONFIG.",
    needs: V4,
    strike: unlisted({ errorId: 240, category: 8, severity: 5 }, ["configuration"]),
  },
  "dcgm-error-unlisted-other": {
    describe: "A GPU fails by an error of no list, of a category of software.",
    needs: V4,
    strike: unlisted({ errorId: 240, category: 16 }, UNTOLD_CAUSES),
  },
  "dcgm-unlisted-test-disturbed": {
    describe: "A test that nobody asked for was disturbed, and nothing else explains exit 226.",
    needs: V4,
    strike: (machine, rng) => {
      markRow(machine, rng, {
        rule: "D9",
        status: "Fail",
        warn: (gpu) => [dcgmWarning("deviceBusy", gpu)],
        names: [unlist(machine, rng)],
      });
      return inconclusive("D9");
    },
  },
  "dcgm-pass-with-error": {
    describe: "A GPU passes the memory test and could not allocate its memory.",
    needs: V4,
    strike: (machine, rng) => inconclusive("D13", passing({ severity: rng.pick([1, 2, 3, 4, 5, 6]) })(machine, rng)),
  },
  "dcgm-pass-with-remark": {
    describe: "A GPU passes with a warning of severity NONE.",
    needs: V4,
    strike: (machine, rng) => {
      passing({ severity: 0 })(machine, rng);
      return passes("D13");
    },
  },
  "dcgm-pass-with-plain-text": {
    describe: "A GPU passes with a warning that is plain text.",
    needs: V4,
    strike: (machine, rng) => {
      passing({ plain: true })(machine, rng);
      return passes("D13");
    },
  },
  "dcgm-unlisted-pass-with-error": {
    describe: "A test that nobody asked for passes with an error.",
    needs: V4,
    strike: (machine, rng) => {
      markRow(machine, rng, {
        rule: "D13",
        status: "Pass",
        warn: (gpu) => [dcgmWarning("memoryNotAllocated", gpu)],
        names: [unlist(machine, rng)],
      });
      return passes("D13");
    },
  },
  "dcgm-summary-with-error": {
    describe: "A test whose rows all pass carries an error in its summary.",
    needs: V4,
    strike: (machine, rng) => {
      warnInSummary(machine, rng, 4);
      return inconclusive("D13", [nodeScope(machine)]);
    },
  },
  "dcgm-summary-with-remark": {
    describe: "A test whose rows all pass carries a remark in its summary.",
    needs: V4,
    strike: (machine, rng) => {
      warnInSummary(machine, rng, 0);
      return passes("D13");
    },
  },
});
