import { findingsOf, type CodeMeaning } from "@slipway/plugin-sdk";

export const codes = {
  "fabric-status-failed": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The GPU's registration with the NVLink fabric has ended, and not with Success (F3).",
    remedy: "Read the fabric manager's (or NMX controller's) log for this GPU; reset the GPU, then the tray.",
  },
  "cluster-missing": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The GPU's clusterUuid is zero where a clique is required: it has joined no NVLink domain (F3).",
    remedy: "Check the rack's NVLink partition and its switch trays, then reset the GPU.",
  },
  "clique-missing": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The GPU has no clique id where one is required (F3).",
    remedy: "Check the rack's NVLink partition and its switch trays, then reset the GPU.",
  },
  "fabric-unhealthy": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The driver's summary of the GPU's fabric health is not Healthy (F4).",
    remedy:
      "The observed health fields say what is degraded (bandwidth, routes, access); check switch trays and cables.",
  },
  "clique-differs": {
    verdict: "fail",
    causes: ["fabric"],
    meaning:
      "The GPUs of the node are not all in one clique of one cluster; the minority is named, on a tie the node (F6).",
    remedy: "Check the rack's NVLink partition; reset the GPUs that are in the wrong clique.",
  },
  "link-inactive": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "An NVLink is inactive (F5).",
    remedy: "Reset the GPU; if the link stays down, check the cable cartridge and the switch tray, then the board.",
  },
  "link-slow": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "An NVLink runs slower than expected (F5).",
    remedy: "Reset the GPU; if the link stays slow, check the cable cartridge and the switch tray, then the board.",
  },
  "links-all-inactive": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The tool says that all links are inactive, of the GPU under whose heading it stands or of the node (F5).",
    remedy: "Check that the fabric is up (fabric manager or NMX controller), then reset the GPU.",
  },
  "mig-links-inactive": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "Links are inactive while MIG is enabled on their GPU, which turns its NVLinks off (F5).",
    remedy:
      "Turn MIG off where jobs need NVLink (`nvidia-smi -mig 0`); a node that is meant to run with MIG belongs to a SKU with `nvlink.links: 0`.",
  },
  "fabric-not-completed": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The GPU's fabric state is not Completed, so nothing else of its fabric is judged (F2).",
    remedy:
      "Wait for the registration to end and collect again; N/A on a GPU that has NVLink means an old driver, " +
      "no fabric manager, or a SKU whose `nvlink.fabric` is false.",
  },
  "fabric-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A fabric field that decides is absent, N/A, Not Supported or no value anybody knows (F3, F4).",
    remedy:
      "Collect again with a driver that prints the field; `nvlink.health` is false for SKUs that have no summary.",
  },
  "gpu-not-listed": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A GPU that the node should have is not listed, or is listed as lost, so its fabric is not proven (F7).",
    remedy: "gpu-inventory judges the absence; once the GPU is back, collect again.",
  },
  "gpu-without-links": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "`nvidia-smi nvlink -s` has no heading for a GPU that the node should have (F5).",
    remedy: "Once the driver lists the GPU, collect again.",
  },
  "link-not-listed": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "An expected link is not listed under its GPU (F5).",
    remedy: "Collect again; if the link stays away, compare `nvlink.links` with the SKU.",
  },
  "link-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "What is printed of a link is damaged, contradictory or no speed anybody knows (F5, G5).",
    remedy: "Run `nvidia-smi nvlink -s` on the node and collect again.",
  },
  "rack-cluster-differs": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The nodes of the rack are not all in one NVLink cluster; the minority is named, on a tie all.",
    remedy: "Check the partition of the rack's NVLink domain and the node's cable cartridge.",
  },
  "rack-member-unreadable": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The cluster of a node of the rack is not proven, so it cannot be compared with the others.",
    remedy: "See the node's own findings; repair what hides its fabric and collect again.",
  },
} as const satisfies Record<string, CodeMeaning>;

export type Code = keyof typeof codes;

/** Builds a finding of this check. */
export const finding = findingsOf(codes);
