import type { CodeMeaning } from "@slipway/plugin-sdk";

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
    meaning: "The driver lists the GPU with an error text for its name, serial or UUID: it has lost it (V2).",
    remedy: "Read the kernel log for its Xid, reset or power-cycle the node, then replace the board.",
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
