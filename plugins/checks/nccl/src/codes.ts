import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "bandwidth-low": {
    verdict: "fail",
    causes: ["unknown"],
    meaning: "The out-of-place bus bandwidth of the row that counts is below the least (N1).",
    remedy:
      "Look at nvl-fabric, ib-xdr and gpu-memory of the nodes that took part, then halve the set of nodes to find the slow one.",
  },
  "values-wrong": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The sum came out wrong: `#wrong` above 0, or values out of bounds (N2).",
    remedy: "Silent corruption: take the nodes out, run the diagnostic at level 4 on each and the test in halves.",
  },
  "size-missing": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "The test did not run the size that counts (N1).",
    remedy: "Run it up to `nccl.size`, or correct the expectation.",
  },
  "bandwidth-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The bandwidth of the row that counts is no finite number (N4).",
    remedy: "Run the test again with more iterations.",
  },
  "errors-unchecked": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "The test ran without checking its results (N5).",
    remedy: "Run it with `-c 1`.",
  },
  "row-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A row, or the count of values out of bounds, cannot be read.",
    remedy: "Read the line; other output may have been mixed into it. Run the test again with NCCL_DEBUG_FILE set.",
  },
  "table-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The table is closed, and no row of it can be read (N6).",
    remedy:
      "Read the lines: output of several ranks may have broken them. Run the test again with the output of rank 0 alone.",
  },
  "columns-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "No header says which column is which; a pass cannot be taken from such rows.",
    remedy: "Keep the whole output of the test.",
  },
  "run-incomplete": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "A table is not closed by `Out of bounds values`: nothing of the run is judged; its own failure line is quoted (N3, N7).",
    remedy: "Read the line that is quoted, and the end of the output; run it again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;

/** Makes this check's findings. */
export const finding = findingsOf(codes);
