import { dcgmWarning } from "./dcgm-tests.ts";
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
import { testSpecs } from "./dcgm-tests.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { Json } from "./styled-json.ts";

const V4 = { dcgm: "4.x" } as const;

export function failOneRow(machine: Machine, rng: Prng): number {
  const test = rng.pick(
    machine.dcgm.tests.filter(
      ({ category, rows }) => category !== "Deployment" && rows.some((row) => row.group === "GPU"),
    ),
  );
  const row = rng.pick(test.rows);
  row.status = "Fail";
  row.warnings = [dcgmWarning("doubleBitEcc", row.entity ?? 0)];
  return row.entity ?? 0;
}

/** One failing row under an exit code that dcgmi does not give for it. */
const failUnder =
  (exitCode: (rng: Prng) => number) =>
  (machine: Machine, rng: Prng): Conclusion => {
    const gpu = failOneRow(machine, rng);
    machine.dcgm.exitCode = exitCode(rng);
    return fails("D9", machine.dcgm.variant === "2.x" ? ["unknown", "hardware"] : ["hardware"], [gpuScope(gpu)]);
  };

function replaceSerials(machine: Machine, rng: Prng, count: number): number[] {
  const own =
    machine.dcgm.variant === "mndiag" ? at(machine.dcgm.hosts, machine.dcgm.ownHost).serials : machine.dcgm.serials;
  const first = rng.between(0, own.length - count);
  const gpus = Array.from({ length: count }, (_, step) => first + step);
  for (const gpu of gpus) own[gpu] = `190${rng.digits(10)}`;
  machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
  return gpus;
}

function printNoSerials(machine: Machine, rng: Prng): string[] {
  const word = rng.pick(["<<<NOT_SUPPORTED>>>", "N/A", "[N/A]", "[Unknown Error]"]);
  return machine.dcgm.serials.map(() => word);
}

const spoken =
  (rule: string, argv: (rng: Prng) => string[]) =>
  (machine: Machine, rng: Prng): Conclusion => {
    machine.dcgm.argv = argv(rng);
    return passes(rule);
  };

/** The results of the first test that has some. */
function replaceFirstRow(machine: Machine, change: (row: Record<string, Json>) => Json): void {
  machine.dcgm.reshape.push((document) => {
    const copy = structuredClone(document) as {
      "DCGM Diagnostic": { test_categories: { tests: { results: Json[] }[] }[] };
    };
    const results = at(at(copy["DCGM Diagnostic"].test_categories, 0).tests, 0).results;
    results[0] = change(results[0] as Record<string, Json>);
    return copy;
  });
}

/** D7-D11: the run as a whole. */
export const DCGM_DOCUMENT_FAULTS: FaultTable = faultsOf("dcdiag", {
  "dcgm-level-too-low": {
    describe: "Level 2 was run where level 3 is expected.",
    needs: V4,
    strike: (machine, rng) => {
      const { dcgm, expect, settings } = machine;
      dcgm.argv = rng.pick([
        ["dcgmi", "diag", "-r", "2", "-j"],
        ["dcgmi", "diag", "-r2", "-j"],
        ["dcgmi", "diag", "--run=2", "-j"],
      ]);
      const names = testSpecs(dcgm.variant, settings.profile)
        .filter((spec) => spec.level <= 2)
        .map((spec) => spec.name);
      dcgm.tests = dcgm.tests.filter((test) => names.includes(test.name));
      if (expect.dcdiag !== undefined) expect.dcdiag.tests = names;
      return inconclusive("D7");
    },
  },
  "dcgm-level-spelled-together": {
    describe: "The level is given as -r3 or --run=3.",
    needs: V4,
    strike: spoken("D7", (rng) =>
      rng.pick([
        ["dcgmi", "diag", "-r3", "-j"],
        ["dcgmi", "diag", "--run=3", "-j"],
      ]),
    ),
  },
  "dcgm-tests-named": {
    describe: "Tests were asked for by name, so no level is compared.",
    needs: V4,
    strike: spoken("D7", () => [
      "dcgmi",
      "diag",
      "-r",
      "memory,diagnostic,pcie,memory_bandwidth,targeted_stress,targeted_power,nvbandwidth",
      "-j",
    ]),
  },
  "dcgm-lines-before": {
    describe: "Lines stand before the document.",
    strike: (machine) => {
      machine.dcgm.before =
        "Warning: the host engine is running in debug mode.\nSuccessfully started the diagnostic.\n";
      return passes("D8");
    },
  },
  "dcgm-blank-lines-behind": {
    describe: "Blank lines stand behind the document.",
    strike: (machine) => {
      machine.dcgm.after = "\n\n \n";
      return passes("D8");
    },
  },
  "dcgm-text-behind": {
    describe: "Text stands behind the document.",
    strike: (machine) => {
      machine.dcgm.after = "Error: the connection to the host engine was lost.\n";
      return inconclusive("D8");
    },
  },
  "dcgm-exit-226-all-pass": {
    describe: "Exit 226 although no row fails.",
    strike: (machine) => {
      machine.dcgm.exitCode = 226;
      return inconclusive("D9");
    },
  },
  "dcgm-exit-0-with-fail": { describe: "Exit 0 although a row fails.", strike: failUnder(() => 0) },
  "dcgm-exit-other-with-fail": {
    describe: "Another exit code, and a row fails.",
    strike: failUnder((rng) => rng.pick([1, 205, 255])),
  },
  "dcgm-exit-other-all-pass": {
    describe: "Another exit code although no row fails.",
    strike: (machine, rng) => {
      machine.dcgm.exitCode = rng.pick([1, 205, 255]);
      return inconclusive("D9");
    },
  },
  "dcgm-serial-unexpected": {
    describe: "One GPU of the document carries an unexpected serial.",
    needs: V4,
    strike: (machine, rng) => inconclusive("D10", replaceSerials(machine, rng, 1).map(gpuScope)),
  },
  "dcgm-two-serials-unexpected": {
    describe: "Two GPUs of the document carry unexpected serials.",
    needs: V4,
    strike: (machine, rng) => {
      replaceSerials(machine, rng, 2);
      return inconclusive("D10", [nodeScope(machine)]);
    },
  },
  "dcgm-serials-not-shown": {
    describe: "Serials are expected of a variant that prints none.",
    needs: { dcgm: "2.x" },
    strike: (machine) => {
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      return inconclusive("D10", [nodeScope(machine)]);
    },
  },
  "dcgm-serials-no-value": {
    describe: "DCGM prints a word that stands for no serial of each GPU, and serials are expected.",
    needs: V4,
    strike: (machine, rng) => {
      machine.dcgm.serials = printNoSerials(machine, rng);
      machine.expect.gpus = { ...machine.expect.gpus, serials: machine.identity.gpus.map((gpu) => gpu.serial) };
      return inconclusive("D10", [nodeScope(machine)]);
    },
  },
  "dcgm-serials-no-value-unasked": {
    describe: "DCGM prints a word that stands for no serial of each GPU, and none is expected.",
    needs: V4,
    strike: (machine, rng) => {
      machine.dcgm.serials = printNoSerials(machine, rng);
      if (machine.expect.gpus !== undefined) delete machine.expect.gpus.serials;
      return passes("G8");
    },
  },
  "dcgm-runtime-error": {
    describe: "The diagnostic could not run.",
    needs: V4,
    strike: (machine, rng) => {
      machine.dcgm.runtimeError = rng.pick([
        "Unable to launch the diagnostic: another instance is running.",
        "The NVVS binary was not found in the specified location.",
      ]);
      machine.dcgm.exitCode = rng.pick([0, 1, 226]);
      return inconclusive("D11");
    },
  },
  "dcgm-root-unknown": {
    describe: "The document has a root key of no known variant.",
    strike: (machine) => {
      machine.dcgm.reshape.push((document) => ({ "DCGM Diagnostics Report": document }));
      return inconclusive("D11");
    },
  },
  "dcgm-category-list": {
    describe: "The categories stand as a list directly under the root.",
    needs: { dcgm: "3.x" },
    strike: (machine) => {
      machine.dcgm.reshape.push((document) => {
        const root = document["DCGM GPU Diagnostic"] as { test_categories: Json };
        return { ...document, "DCGM GPU Diagnostic": root.test_categories };
      });
      return passes("D11");
    },
  },
  "dcgm-row-not-an-object": {
    describe: "A result is a string where an object belongs.",
    needs: V4,
    strike: (machine) => {
      replaceFirstRow(machine, () => "Pass");
      return inconclusive("G3");
    },
  },
  "dcgm-status-elsewhere": {
    describe: "A row has its status under another name.",
    needs: V4,
    strike: (machine) => {
      replaceFirstRow(machine, ({ status, ...row }) => ({ ...row, outcome: status ?? "Pass" }));
      return inconclusive("G5", [gpuScope(0)]);
    },
  },
});
