import type { DcgmRow, DcgmTest } from "./dcgm-run.ts";
import { dcgmWarning, UNTOLD_CAUSES, type DCGM_ERRORS, type DcgmWarning } from "./dcgm-tests.ts";
import {
  at,
  fails,
  faultsOf,
  gpuScope,
  inconclusive,
  nodeScope,
  passes,
  type Conclusion,
  type FaultTable,
} from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { DcgmVariant } from "./types.ts";

/** Causes that may be concluded of the warnings as the variant prints them: 2.x prints their text alone. */
function causesOf(variant: DcgmVariant, warnings: readonly DcgmWarning[]): string[] {
  const causes = warnings.flatMap(({ causes: told }) => (variant === "2.x" ? UNTOLD_CAUSES : (told ?? [])));
  return causes.length === 0 ? [...UNTOLD_CAUSES] : [...new Set(causes)];
}

export function rowOf(machine: Machine, rng: Prng, names: readonly string[]): { test: DcgmTest; row: DcgmRow } {
  const { tests } = machine.dcgm;
  const named = tests.filter((test) => names.includes(test.name));
  const perGpu = tests.filter((test) => test.category !== "Deployment" && test.rows.some((row) => row.group === "GPU"));
  const test = rng.pick(named.length > 0 ? named : perGpu);
  return { test, row: rng.pick(test.rows) };
}

/** Gives one row a status and warnings; the scope is its GPU, or the node for a row without one. */
export function markRow(
  machine: Machine,
  rng: Prng,
  {
    rule,
    status,
    warn,
    names = [],
  }: {
    readonly rule: string;
    readonly status: string;
    readonly warn: (gpu: number) => DcgmWarning[];
    readonly names?: readonly string[];
  },
): Conclusion {
  const { row } = rowOf(machine, rng, names);
  row.status = status;
  row.warnings = warn(row.entity ?? 0);
  const scopes = [row.entity === null || row.group === "CPU" ? nodeScope(machine) : gpuScope(row.entity)];
  const { variant } = machine.dcgm;
  return fails(variant === "2.x" ? "D2" : rule, causesOf(variant, row.warnings), scopes);
}

const failing =
  (rule: string, errors: readonly (keyof typeof DCGM_ERRORS)[], names: readonly string[] = []) =>
  (machine: Machine, rng: Prng): Conclusion =>
    markRow(machine, rng, {
      rule,
      status: "Fail",
      warn: (gpu) => errors.map((error) => dcgmWarning(error, gpu)),
      names,
    });

/** A failing row whose warning prints no number of an error and no severity, or one that tells nothing. */
const untold = (change: Partial<DcgmWarning>) => (machine: Machine, rng: Prng) =>
  markRow(machine, rng, {
    rule: "D2",
    status: "Fail",
    warn: (gpu) => [{ text: dcgmWarning("doubleBitEcc", gpu).text, causes: UNTOLD_CAUSES, ...change }],
  });

const withStatus =
  (rule: string, status: string, warn: (gpu: number) => DcgmWarning[] = () => []) =>
  (machine: Machine, rng: Prng): Conclusion =>
    inconclusive(rule, markRow(machine, rng, { rule, status, warn }).scopes);

/** The rows of one test that stand for no GPU. */
function cpuRow(machine: Machine): DcgmRow {
  const test = machine.dcgm.tests.find(({ name }) => name === "cpu_eud");
  return at(test?.rows ?? [], 1);
}

function forgetTests(machine: Machine): void {
  if (machine.expect.dcdiag !== undefined) machine.expect.dcdiag.tests = [];
}

/** Takes one test out of the expectation and returns it. */
export function unlist(machine: Machine, rng: Prng): string {
  const tests = machine.expect.dcdiag?.tests ?? [];
  const name = rng.pick(tests.filter((test) => test !== "software"));
  tests.splice(tests.indexOf(name), 1);
  return name;
}

const V4 = { dcgm: "4.x" } as const;
const PERSISTENCE = ["software", "Persistence Mode"];

/** D1-D6: what stands in the rows of a diagnostic. */
export const DCGM_ROW_FAULTS: FaultTable = faultsOf("dcdiag", {
  "dcgm-gpu-ecc-isolate": {
    describe: "A GPU fails with severity ISOLATE (double-bit ECC).",
    strike: failing("D0", ["doubleBitEcc"]),
  },
  "dcgm-gpu-stress-monitor": { describe: "A GPU fails with severity MONITOR.", strike: failing("D0", ["stressLevel"]) },
  "dcgm-gpu-needs-reset": { describe: "A GPU fails with severity RESET.", strike: failing("D0", ["recoveryReset"]) },
  "dcgm-nvlink-down": { describe: "A GPU fails with error 14, NVLINK_DOWN.", strike: failing("D0", ["nvlinkDown"]) },
  "dcgm-nvlink-bit-errors": {
    describe: "A GPU fails with error 119, NVLink bit error rate.",
    strike: failing("D0", ["nvlinkBitErrorRate"]),
  },
  "dcgm-fabric-probe": {
    describe: "A GPU fails with error 123, FABRIC_PROBE_STATE.",
    strike: failing("D0", ["fabricProbe"]),
  },
  "dcgm-severity-alone": {
    describe: "A GPU fails and its warning prints a severity and no number of an error.",
    strike: (machine, rng) =>
      markRow(machine, rng, {
        rule: "D3",
        status: "Fail",
        warn: () => [{ text: "The GPU failed.", severity: rng.pick([1, 2, 4, 6]), causes: ["hardware"] }],
      }),
  },
  "dcgm-severity-unknown": {
    describe: "A GPU fails with severity 3, UNKNOWN, and no number of an error.",
    strike: untold({ severity: 3 }),
  },
  "dcgm-severity-zero": {
    describe: "A GPU fails with severity 0, NONE, and no number of an error.",
    strike: untold({ severity: 0 }),
  },
  "dcgm-severity-unlisted": {
    describe: "A GPU fails with a severity of no list and no number of an error.",
    strike: untold({ severity: 9 }),
  },
  "dcgm-severity-absent": {
    describe: "A GPU fails and its warning has neither a severity nor a number of an error.",
    strike: untold({}),
  },
  "dcgm-warning-plain": {
    describe: "A GPU fails and its warning is a plain string.",
    strike: untold({ plain: true }),
  },
  "dcgm-warning-absent": {
    describe: "A GPU fails without any warning.",
    strike: (machine, rng) => markRow(machine, rng, { rule: "D2", status: "Fail", warn: () => [] }),
  },
  "dcgm-config-persistence": {
    describe: "Persistence mode is off: severity CONFIG.",
    strike: failing("D1", ["persistenceMode"], PERSISTENCE),
  },
  "dcgm-config-beside-ecc": {
    describe: "One row fails with a CONFIG and an ISOLATE warning.",
    strike: failing("D1", ["persistenceMode", "doubleBitEcc"]),
  },
  "dcgm-warn-monitor": {
    describe: "A GPU gets Warn with severity MONITOR.",
    strike: (machine, rng) =>
      markRow(machine, rng, { rule: "D4", status: "Warn", warn: (gpu) => [dcgmWarning("stressLevel", gpu)] }),
  },
  "dcgm-warn-config": {
    describe: "A GPU gets Warn with severity CONFIG.",
    strike: (machine, rng) =>
      markRow(machine, rng, { rule: "D4", status: "Warn", warn: (gpu) => [dcgmWarning("persistenceMode", gpu)] }),
  },
  "dcgm-test-skipped": { describe: "A required test was skipped on a GPU.", strike: withStatus("D5", "Skip") },
  "dcgm-test-skipped-with-warning": {
    describe: "A required test was skipped with a severe warning.",
    strike: withStatus("D5", "Skip", (gpu) => [
      {
        text: `ECC memory on GPU ${String(gpu)} is not currently active.`,
        errorId: 55,
        category: 10,
        severity: 2,
        causes: null,
      },
    ]),
  },
  "dcgm-test-not-run": { describe: "A required test reads Not Run on a GPU.", strike: withStatus("D5", "Not Run") },
  "dcgm-status-unknown": { describe: "A row has a status word of no list.", strike: withStatus("G5", "Indeterminate") },
  "dcgm-skip-without-test-list": {
    describe: "No tests are listed, so every test is required; one was skipped.",
    strike: (machine, rng) => {
      forgetTests(machine);
      return withStatus("D5", "Skip")(machine, rng);
    },
  },
  "dcgm-unlisted-test-skipped": {
    describe: "A test that nobody asked for was skipped.",
    needs: V4,
    strike: (machine, rng) => {
      markRow(machine, rng, { rule: "D5", status: "Skip", warn: () => [], names: [unlist(machine, rng)] });
      return passes("D5");
    },
  },
  "dcgm-unlisted-test-failed": {
    describe: "A test that nobody asked for fails.",
    needs: V4,
    strike: (machine, rng) =>
      markRow(machine, rng, {
        rule: "D5",
        status: "Fail",
        warn: (gpu) => [dcgmWarning("doubleBitEcc", gpu)],
        names: [unlist(machine, rng)],
      }),
  },
  "dcgm-required-test-absent": {
    describe: "A required test is not in the document.",
    strike: (machine, rng) => {
      const { test } = rowOf(machine, rng, []);
      machine.dcgm.tests = machine.dcgm.tests.filter((other) => other !== test);
      return inconclusive("D5");
    },
  },
  "dcgm-cpu-eud-failed": {
    describe: "The Grace CPU diagnostic fails.",
    profiles: ["gb300"],
    needs: V4,
    strike: (machine) => {
      forgetTests(machine);
      const row = cpuRow(machine);
      row.status = "Fail";
      const text = "CPU 1 failed the extended utility diagnostic.";
      row.warnings = [{ text, errorId: 95, category: 7, severity: 2, causes: ["hardware"] }];
      return fails("D5", ["hardware"], [nodeScope(machine)]);
    },
  },
  "dcgm-cpu-eud-skipped": {
    describe: "The Grace CPU diagnostic was skipped and no tests are listed.",
    profiles: ["gb300"],
    needs: V4,
    strike: (machine) => {
      forgetTests(machine);
      cpuRow(machine).status = "Skip";
      return passes("D5");
    },
  },
  "dcgm-gpu-without-result": {
    describe: "No test has a row for one GPU.",
    strike: (machine, rng) => {
      const gpu = rng.between(0, machine.identity.gpus.length - 1);
      for (const test of machine.dcgm.tests)
        test.rows = test.rows.filter((row) => row.group === "CPU" || row.entity !== gpu);
      return inconclusive("D6", [gpuScope(gpu)]);
    },
  },
  "dcgm-gpu-without-row": {
    describe: "One required test has no row for one GPU.",
    strike: (machine, rng) => {
      const { test, row } = rowOf(machine, rng, []);
      test.rows = test.rows.filter((other) => other !== row);
      return inconclusive("D6", [gpuScope(row.entity ?? 0)]);
    },
  },
  "dcgm-second-row-fails": {
    describe: "A GPU has two rows in one test; the second fails.",
    strike: (machine, rng) => {
      const { test, row } = rowOf(machine, rng, []);
      const gpu = row.entity ?? 0;
      const warnings = [dcgmWarning("doubleBitEcc", gpu)];
      test.rows.push({ group: "GPU", entity: gpu, status: "Fail", info: [], warnings });
      return fails("D6", causesOf(machine.dcgm.variant, warnings), [gpuScope(gpu)]);
    },
  },
  "dcgm-deployment-failed": {
    describe: "A deployment test, which names no GPU, fails.",
    needs: { dcgm: "3.x" },
    strike: (machine, rng) =>
      markRow(machine, rng, {
        rule: "D6",
        status: "Fail",
        warn: () => [{ text: "Graphics processes are running on the node.", plain: true, causes: UNTOLD_CAUSES }],
        names: ["Graphics Processes"],
      }),
  },
  "dcgm-summary-contradicts": {
    describe: "A test summary says Fail while every row passes.",
    needs: V4,
    strike: (machine, rng) => {
      rowOf(machine, rng, []).test.summary = "Fail";
      return passes("D6");
    },
  },
  "dcgm-row-without-entity-group": {
    describe: "Rows of one test have no entity group; they are GPUs.",
    needs: V4,
    strike: (machine, rng) => {
      for (const row of rowOf(machine, rng, []).test.rows) row.ungrouped = true;
      return passes("D6");
    },
  },
});
