import type { CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "memory-low": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The kernel sees less memory than this SKU has.",
    remedy: "Look for a disabled or missing module in the firmware's log; reseat or replace it.",
  },
  "memory-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The `MemTotal` row is there, and its value cannot be read.",
    remedy: "Read /proc/meminfo on the node and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;
