import { findingsOf, type CodeMeaning, type FindingOf } from "@slipway/plugin-sdk";

export const codes = {
  "rail-missing": {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "An expected device or port is gone while others of the node are there (X1).",
    remedy: "Look for the adapter on the PCI bus (lspci) and in the kernel log; reseat or replace it.",
  },
  "rail-not-up": {
    verdict: "fail",
    causes: ["fabric"],
    meaning: "The port is not `4: ACTIVE` and `5: LinkUp` (X4).",
    remedy: "Check cable, switch port and subnet manager; a Disabled port was switched off on purpose.",
  },
  "speed-wrong": {
    verdict: "fail",
    causes: ["fabric"],
    meaning:
      "Rate, label or width differ from the rail's (X4), by mlxlink where the kernel does not know the speed or the rail is Ethernet (X3).",
    remedy: "Reseat or replace the cable, check the switch port's speed, then the expectation of this SKU.",
  },
  "link-layer-wrong": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The port runs Ethernet where InfiniBand is expected, or the reverse (X4).",
    remedy: "Set LINK_TYPE with mlxconfig and reboot.",
  },
  "pkey-missing": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The rail is no full member of the pool's partition (X4).",
    remedy: "Add the port's GUID to the partition in the subnet manager.",
  },
  "speed-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning:
      "The kernel does not show the real speed, as SDR or on an Ethernet rail, and mlxlink does not tell it (X3).",
    remedy: "Collect mlxlink for this device, or run a kernel that knows the speed.",
  },
  "rail-unreadable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A value of the port is absent, damaged, contradictory or a word nobody knows (G5, X2).",
    remedy: "Read the port's files on the node and collect again.",
  },
  "devices-unknown": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "None of the expected devices exists: the names do not fit this machine (X1).",
    remedy: "Correct the device names in the expectations of this SKU.",
  },
  "ibstat-failed": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "ibstat ended abnormally at a rail, or names no device, as ibpanic does after valid text (X5).",
    remedy: "Run ibstat on the node and read its message; check the user-space InfiniBand stack.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** A finding of this check. */
export type Found = FindingOf<keyof typeof codes>;

export const finding = findingsOf(codes);
