import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "firmware-wrong": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The tool prints another firmware version than the expected one.",
    remedy: "Update the firmware, or correct the expectation.",
  },
  "firmware-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A word stands where the firmware version belongs.",
    remedy: "Read the version on the node and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;

/** A finding by its code; the compiler knows which causes it may have. */
export const finding = findingsOf(codes);
