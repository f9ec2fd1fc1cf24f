import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "row-remap-pending": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "A row of the GPU's memory waits to be remapped (M1).",
    remedy: "Drain the node and reset the GPU; the remap is done then. Replace the board when it comes back.",
  },
  "row-remap-failed": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "A row of the GPU's memory could not be remapped (M1).",
    remedy: "Replace the board: its spare rows are used up.",
  },
  "dram-uncorrectable": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The GPU's DRAM has had uncorrectable errors since the driver was loaded (M1).",
    remedy: "Reset the GPU, run dcgmi diag, and replace the board when errors return.",
  },
  "sram-uncorrectable": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The GPU's SRAM has had uncorrectable errors since the driver was loaded (M1).",
    remedy: "Reset the GPU, run dcgmi diag, and replace the board when errors return.",
  },
  "sram-worn": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The driver says that the GPU's SRAM has had more errors than it may have over its life (M1).",
    remedy: "Replace the board: a reset or reboot clears the counts, not the wear.",
  },
  "repair-pending": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "A memory channel or a TPC of the GPU waits to be repaired (M1).",
    remedy: "Drain the node and reset the GPU; the repair is done then. Replace the board when it comes back.",
  },
  "memory-unrepairable": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The driver says that memory of the GPU cannot be repaired (M1).",
    remedy: "Replace the board.",
  },
  "field-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "A reading of the GPU is no value anybody knows, or one of the four that every driver prints is N/A or absent (M1).",
    remedy: "Check that ECC is enabled and the driver is one that knows this GPU, then collect again.",
  },
  "gpu-not-listed": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU that the node should have is not listed, or is listed as lost, so its memory is not proven (F7).",
    remedy: "gpu-inventory judges the absence; once the GPU is back, collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;

/** Builds a finding of this check. */
export const finding = findingsOf(codes);
