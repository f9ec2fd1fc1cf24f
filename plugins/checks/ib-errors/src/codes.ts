import { findingsOf, type CodeMeaning, type FindingOf } from "@slipway/plugin-sdk";

export const codes = {
  "counter-rising": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "Between the two readings a counter rose faster than it may (E2).",
    remedy: "Clean or replace the cable, then the transceivers and the switch port; read the counters again after it.",
  },
  "rate-unproven": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A counter rose by one where some are allowed: one event proves no rate (E2).",
    remedy: "Collect again; a second rise shows the rate.",
  },
  "counter-unread": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A counter that is expected of the rail was not read, or its value is no number (E1).",
    remedy: "List the port's `counters` and `hw_counters` on the node, then correct `ib.errors` or collect again.",
  },
  "readings-unusable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "There is one reading alone, or the counter or the clock went back between the two (E3).",
    remedy: "Collect again, while nobody resets counters or the node.",
  },
  "counter-at-end": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The counter stands at the end of its width and counts no further (E4).",
    remedy: "Reset the port's counters (`perfquery -R`) and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** A finding of this check. */
export type Found = FindingOf<keyof typeof codes>;

export const finding = findingsOf(codes);
