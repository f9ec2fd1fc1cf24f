import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "gpu-missing": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The driver lists fewer GPUs than the node must have (V1).",
    remedy:
      "Look for the GPU on the PCI bus (lspci) and in the kernel log (Xid 79), reset or power-cycle the node, then replace the board.",
  },
  "gpu-lost": {
    verdict: "fail",
    causes: ["hardware"],
    meaning:
      "The driver lists the GPU and has lost it: an error text stands for its name, serial or UUID, or none of its readings answers (V2).",
    remedy: "Read the kernel log for its Xid, reset or power-cycle the node, then replace the board.",
  },
  "gpu-handle-lost": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "nvidia-smi cannot determine the device handle of the GPU at this PCI address: it is gone (V4).",
    remedy: "Read the kernel log for its Xid, reset or power-cycle the node, then replace the board.",
  },
  "recovery-due": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "The driver asks for an action before the GPU can be used again, such as Reset or Reboot (V3).",
    remedy: "Drain the node, do what is asked, and collect again; replace the board when it comes back.",
  },
  "gpu-surplus": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The driver lists more GPUs than the node should have (V1).",
    remedy: "Correct `gpus.count` for this SKU, or find out which machine answers to this name.",
  },
  "serial-unexpected": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU carries a serial number that is not expected: a part was swapped (V1).",
    remedy: "Look up the machine's history; a known swap is recorded there, an unknown one is new hardware.",
  },
  "serial-absent": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "All GPUs are there and none carries a serial number that is expected (V1).",
    remedy: "Look up the machine's history; correct `gpus.serials` where the board was replaced.",
  },
  "recovery-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The driver prints a recovery action that nobody knows, or an error text in its place (V3).",
    remedy: "Run `nvidia-smi -q` on the node; send the word to us where a new driver prints it.",
  },
  "serial-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "Serial numbers are expected and the driver shows none for this GPU.",
    remedy: "Read the serial on the node (nvidia-smi, BMC) and collect again.",
  },
  "serials-incomplete": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "The expectations name another number of serials than of GPUs, so not every one can be judged.",
    remedy: "Correct `gpus.serials` or `gpus.count`.",
  },
  "gpu-unidentified": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The driver shows neither serial nor UUID of the GPU, so nothing tells whether it is there (V2).",
    remedy: "Run nvidia-smi on the node and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;

/** Builds a finding of this check. */
export const finding = findingsOf(codes);
