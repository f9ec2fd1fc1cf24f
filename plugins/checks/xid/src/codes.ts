import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "xid-hardware": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "An Xid that a sound GPU does not report, whatever runs on it (Y2).",
    remedy:
      "Take the GPU out, reset it, and open a ticket with the lines; 74 and 144-150 may come from the other end of the link, 79 from the slot.",
  },
  "off-the-bus": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The driver says without an Xid that a GPU has fallen off the bus (Y6); judged as Xid 79.",
    remedy: "Power-cycle the node; when it comes again, open a ticket for the GPU, its slot and its cables.",
  },
  "sxid-fatal": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "An NVSwitch error that the driver calls Fatal (Y5).",
    remedy: "Take the switch's tray out of service and open a ticket with the lines.",
  },
  "xid-workload": {
    verdict: "pass",
    causes: ["workload"],
    meaning: "An Xid of a job's own code (Y1).",
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
    meaning: "The GPU's last Xid 154 says that no recovery action is left to do (Y2).",
    remedy: "None.",
  },
  "recovery-replaced": {
    verdict: "pass",
    causes: ["unknown"],
    meaning: "An Xid 154 that a later one of the same GPU replaced (Y2): it is a state, and the last line decides.",
    remedy: "None; the last line of that GPU says what is left to do.",
  },
  "sxid-nonfatal": {
    verdict: "pass",
    causes: ["fabric"],
    meaning: "An NVSwitch error that the driver calls Non-fatal (Y5).",
    remedy: "None; a growing count is worth a look at the link.",
  },
  "xid-cause-absent": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An Xid 45 names an earlier Xid of broken hardware that the log does not hold of that GPU (Y1).",
    remedy: "Look for the earlier Xid in the log of the boot before, or in the collector's copy; run the diagnostic.",
  },
  "xid-undecided": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An Xid 144-150 with neither Fatal nor Nonfatal, or a last 154 whose action cannot be read (Y2, Y3).",
    remedy: "Read the line in NVIDIA's Xid catalogue and collect again after a reset.",
  },
  "xid-unknown": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An Xid whose code is in no list of this check (Y3).",
    remedy: "Look the code up in NVIDIA's Xid catalogue and propose a rule for it.",
  },
  "sxid-undecided": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An NVSwitch error with neither Fatal nor Non-fatal (Y5).",
    remedy: "Look the code up in the Fabric Manager guide.",
  },
  "adapter-failed": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The driver could not bring a GPU up (`RmInitAdapter failed`, `probe routine failed`) (Y6).",
    remedy: "Read the lines before it for the reason; reboot, and look at gpu-inventory.",
  },
  "gpu-lost": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The driver met a GPU that was lost from the bus, and no line says that it has fallen off (Y6).",
    remedy: "Look at gpu-inventory; collect again after a reboot.",
  },
  "gsp-timeout": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU's GSP did not answer or its heartbeat stopped, and no Xid 119 or 120 says so (Y6).",
    remedy: "Reset the GPU; when it comes again, update the driver or open a ticket with the lines.",
  },
  "event-quoted": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning:
      "A program's line quotes an Xid, an SXid or a driver's trouble: no event, and none that is ruled out (Y5).",
    remedy: "Find out which program printed it and where it has it from; collect the kernel's own log.",
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
    meaning: "The last line of the log has no end and may have been one that counts: the log was cut there (Y4).",
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

/** Makes this check's findings. */
export const finding = findingsOf(codes);
