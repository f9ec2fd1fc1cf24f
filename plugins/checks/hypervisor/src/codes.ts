import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "virt-unexpected": {
    verdict: "fail",
    causes: ["platform"],
    meaning: "The node runs on another hypervisor than expected, or on none, or on one where none is expected (H2).",
    remedy: "Have the vendor check what the node was placed on; else correct `hypervisor.virt` for this SKU.",
  },
  "inside-container": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "The answer is a container's word, which tells nothing of the machine: it was collected inside a container (H2).",
    remedy:
      "Collect on the host; where the container is what is meant to be proven, list its word in `hypervisor.virt`.",
  },
  "kernel-arg-missing": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "An expected kernel argument is not on the command line (H1, H4).",
    remedy: "Add it to the boot configuration of the image and reboot.",
  },
  "physical-host-missing": {
    verdict: "fail",
    causes: ["platform"],
    meaning: "The Hyper-V host does not tell its name, without which the vendor's ticket cannot be filed (H3).",
    remedy: "Check that hv_kvp_daemon runs; else have the vendor check the host's data exchange service.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** Makes this check's findings. */
export const finding = findingsOf(codes);

export type Code = keyof typeof codes;
