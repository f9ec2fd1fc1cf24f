import { findingsOf, type CodeMeaning, type FindingOf } from "@slipway/plugin-sdk";

export const codes = {
  "test-failed": {
    verdict: "fail",
    causes: ["hardware", "fabric", "configuration", "unknown"],
    meaning:
      "A row of a test fails, by an error that is a fault: the cause is that of the error's number, " +
      "else of its category, else of its severity, one finding a warning (D0-D3, D5).",
    remedy:
      "hardware: reset the GPU, run the test again and hand the node to repair when it fails again. " +
      "fabric: look at the NVSwitch and at the link's other end too. " +
      "configuration: correct what the warning names; no ban. unknown: read the warning.",
  },
  "test-warned": {
    verdict: "fail",
    causes: ["hardware", "fabric", "configuration", "unknown"],
    meaning: "A row of a test reads Warn: a fail that DCGM wants watched, with the cause of its error (D0, D4).",
    remedy: "Watch the part: run the test again and compare the figures of the warning with its neighbours.",
  },
  "host-error": {
    verdict: "fail",
    causes: ["hardware", "fabric", "configuration", "unknown"],
    meaning: "A multi-node run reports a global error of this host, by an error that is a fault (D0, D12).",
    remedy: "Read the error; run the single-node diagnostic on this host.",
  },
  "run-disturbed": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "A Fail or Warn whose error tells that the diagnostic could not run or was disturbed, and nothing of the part (D0).",
    remedy:
      "Remove what the warning names (a process on the GPU, a job's Xid, missing rights or files) and run the diagnostic again.",
  },
  "pass-contradicted": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning:
      "A required test passes and carries an error all the same, in a row or in its own summary: it contradicts itself (D13).",
    remedy:
      "Read the error; run the test again. DCGM passes what it could not test, such as memory it could not allocate.",
  },
  "test-skipped": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A required test was skipped, or reads Not Run: the part was not validated (D5).",
    remedy: "Remove what made DCGM skip it (the warning says what), or do not ask for the test on this SKU.",
  },
  "test-absent": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "A required test is not in the document, or the document has no test of GPUs at all (D5, D6).",
    remedy: "Name the test as this version of DCGM prints it, or run a level that holds it.",
  },
  "gpu-not-tested": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU of the node has no row in a required test (D6).",
    remedy: "Compare with gpu-inventory: a GPU the driver lost, or one left out of DCGM's group.",
  },
  "status-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A row has no status, or a word that no version of DCGM is known to print (G5).",
    remedy: "Read the row; teach the check the new word.",
  },
  "level-too-low": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The diagnostic ran at a lower level than the expectations ask for (D7).",
    remedy: "Collect dcgm-diag again with the node's expectations.",
  },
  "serial-missing": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU the node should have is not in the document by its serial: it was swapped, or not tested (D10).",
    remedy: "Look at the machine's history in the node database; update the expectations after a known swap.",
  },
  "serials-not-shown": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "Serials are expected, and the document shows none of any GPU of the node (D10).",
    remedy:
      "Compare the serials by gpu-inventory, or use a DCGM that prints them; no GPU was swapped by this evidence.",
  },
  "exit-unexplained": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "dcgmi ended with 226 (a test failed) although no row tells of a fault, or with a code that is neither 0 nor 226 (D9).",
    remedy: "Read stderr and the log of nv-hostengine; run the diagnostic again.",
  },
  "run-error": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "DCGM says that the diagnostic could not run (D11).",
    remedy: "Repair what the error names: another run under way, nv-hostengine, the nvvs package.",
  },
  "host-not-listed": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A multi-node run does not list this node, by name or by serials, or lists it twice (D12).",
    remedy: "Run it again with this host in the host list, under the node's name.",
  },
  "error-unassigned": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A multi-node run has an error, or a failing row, of no host that it lists (D12).",
    remedy: "Repair the launcher (MPI, ssh, versions that differ) and run it again.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** A cause that this check gives a fault. */
export type GivenCause = (typeof codes)["test-failed"]["causes"][number];

/** A finding of this check. */
export type Found = FindingOf<keyof typeof codes>;

export const finding = findingsOf(codes);
