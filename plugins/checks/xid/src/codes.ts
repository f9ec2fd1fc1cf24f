import type { CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "xid-hardware": {
    verdict: "fail",
    causes: ["hardware", "fabric", "platform"],
    meaning: "An Xid that a sound GPU does not report, whatever runs on it (Y2).",
    remedy:
      "Take the GPU out, reset it, and open a ticket with the lines; 74 and 144-150 may come from the other end of the link.",
  },
  "xid-workload": {
    verdict: "pass",
    causes: ["workload"],
    meaning: "An Xid that the job's own code causes (Y1).",
    remedy: "Nothing for the node; tell the owner of the job.",
  },
  "xid-nonfatal": {
    verdict: "pass",
    causes: ["fabric"],
    meaning: "An NVLink Xid (144-150) that the driver calls Nonfatal (Y2).",
    remedy: "None; a growing count is worth a look at the link.",
  },
  "xid-recovered": {
    verdict: "pass",
    causes: ["unknown"],
    meaning: "Xid 154 says that no recovery action is left to do (Y2).",
    remedy: "None.",
  },
  "xid-undecided": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An Xid 144-150 with neither Fatal nor Nonfatal, or a 154 whose action cannot be read (Y2, Y3).",
    remedy: "Read the line in NVIDIA's Xid catalogue and collect again after a reset.",
  },
  "xid-unknown": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An Xid whose code is in no list of this check (Y3).",
    remedy: "Look the code up in NVIDIA's Xid catalogue and propose a rule for it.",
  },
  "sxid-fatal": {
    verdict: "fail",
    causes: ["fabric", "hardware"],
    meaning: "An NVSwitch error that the driver calls Fatal (Y5).",
    remedy: "Take the switch's tray out of service and open a ticket with the lines.",
  },
  "sxid-nonfatal": {
    verdict: "pass",
    causes: ["fabric"],
    meaning: "An NVSwitch error that the driver calls Non-fatal (Y5).",
    remedy: "None; a growing count is worth a look at the link.",
  },
  "sxid-undecided": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An NVSwitch error with neither Fatal nor Non-fatal (Y5).",
    remedy: "Look the code up in the Fabric Manager guide.",
  },
  "line-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A line begins like an Xid or SXid and cannot be read (Y5).",
    remedy: "Read the line on the node; collect again when it was cut.",
  },
  "log-cut": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The last line of the log has no end and may have been an Xid: the log was cut there (Y4).",
    remedy: "Collect again.",
  },
  "log-incomplete": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The kernel's banner is missing: earlier messages of this boot are lost (Y4).",
    remedy:
      "Collect from the journal rather than from the ring buffer, make either larger, or reboot and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;
