import { findingsOf, type CodeMeaning, type FindingOf } from "@slipway/plugin-sdk";

/** The evidence cannot tell whether a part, the fabric or the settings are at fault (rule G9); IMEX never reports hardware. */
const wide = ["configuration", "unknown"] as const;

export const codes = {
  "daemon-not-running": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "No daemon answers where IMEX should run (I8).",
    remedy:
      "Read `journalctl -u nvidia-imex` and /var/log/nvidia-imex.log; check that every name of the nodes file resolves, then start the service.",
  },
  "daemon-not-configured": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The daemon could not read its nodes file (I8).",
    remedy:
      "Write the rack's nodes file, byte-identical on all members, and start the service again: it is read only at start.",
  },
  "daemon-unavailable": {
    verdict: "fail",
    causes: wide,
    meaning: "The node's own daemon is UNAVAILABLE (I2).",
    remedy: "Read /var/log/nvidia-imex.log on the node.",
  },
  "daemon-not-ready": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The node's own daemon is on its way up or down, or in a state nobody knows (I2).",
    remedy: "Collect again when it has settled; a daemon that never does waits for its peers.",
  },
  "daemon-left-over": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "A daemon answers although no domain is active on this node (I1).",
    remedy: "Find the workload the domain was started for; stop the service if it is gone.",
  },
  "member-unresolved": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "A member's name does not resolve to exactly one IPv4 address outside 127.0.0.0/8 (I3).",
    remedy: "Correct DNS or /etc/hosts on this node, then restart IMEX on every member.",
  },
  "member-address-shared": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "Two members resolve to one address (I3).",
    remedy: "Correct the name that points at another machine.",
  },
  "member-address-differs": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "A member's name resolves to another address than the one the domain has for it (I3).",
    remedy: "Correct the name, or restart IMEX on every member if the machine has moved.",
  },
  "member-resolution-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The resolver says nothing readable about a member (I3).",
    remedy: "Collect imex-resolve again.",
  },
  "nodes-file-missing": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "There is no nodes file where IMEX should run (I4, I8).",
    remedy: "Write the rack's nodes file, byte-identical on all members.",
  },
  "nodes-entry-missing": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The nodes file lacks a member (I4).",
    remedy: "Write the rack's nodes file again on every member and restart IMEX there.",
  },
  "nodes-entry-surplus": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The nodes file names somebody who is no member (I4).",
    remedy: "Remove the entry on every member and restart IMEX there, or correct the expectation.",
  },
  "member-missing": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "An expected member is not in the domain (I2).",
    remedy: "Compare the nodes files of the rack; IMEX reads them only at start.",
  },
  "member-unidentified": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A member was not recognised among the nodes of the domain, and one of them may be it (I5).",
    remedy: "Collect imex-domain with -H and imex-resolve again.",
  },
  "member-surplus": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The domain has a node too many (I2).",
    remedy: "Remove it from the nodes file of every member and restart IMEX there, or correct the expectation.",
  },
  "member-unavailable": {
    verdict: "fail",
    causes: wide,
    meaning: "A member is UNAVAILABLE (I2).",
    remedy: "Judge that node: its daemon does not run, or this node cannot reach it.",
  },
  "member-not-ready": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "A member is on its way up or down, or its state or address cannot be read (I2, G5).",
    remedy: "Collect again when it has settled.",
  },
  "member-isolated": {
    verdict: "fail",
    causes: wide,
    meaning: "A member is connected with no other expected member (I7).",
    remedy: "Read /var/log/nvidia-imex.log on that node; check port 50000, version and nodes file there.",
  },
  "pair-not-connected": {
    verdict: "fail",
    causes: wide,
    meaning: "Two members are not connected (I7).",
    remedy: "Read /var/log/nvidia-imex.log on both; `!V!` is a version mismatch, `!M!` a nodes file that differs.",
  },
  "pair-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The domain does not say whether two members are connected, or says it in a word nobody knows (I2, G5).",
    remedy: "Collect imex-domain again.",
  },
  "domain-down": {
    verdict: "fail",
    causes: wide,
    meaning: "The domain is DOWN (I2).",
    remedy: "Look at the members that are named; without one, read /var/log/nvidia-imex.log.",
  },
  "domain-degraded": {
    verdict: "inconclusive",
    causes: ["unknown"],
    meaning: "The domain is DEGRADED while every expected member is READY and connected: a contradiction (I2).",
    remedy: "Collect again; if it stays, compare the nodes file with the domain's nodes.",
  },
  "domain-state-unknown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The domain's state is a word nobody knows (G5).",
    remedy: "Teach the check this version's word.",
  },
  "version-differs": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The members do not run one IMEX version; the minority is named, on a tie all (I6).",
    remedy: "Install one version on the whole rack.",
  },
  "version-unexpected": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "A member runs another IMEX version than expected (I6).",
    remedy: "Install the expected version, or correct the expectation.",
  },
  "version-not-shown": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A version is expected and the domain shows none for a member (I6).",
    remedy: "Collect imex-domain again; 570.00 shows no versions at all.",
  },
  "rack-nodes-file-differs": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "The nodes file is not byte-identical on all members of the rack (I9).",
    remedy: "Write one file on all members and restart IMEX there.",
  },
  "rack-version-differs": {
    verdict: "fail",
    causes: ["configuration"],
    meaning: "Members of the rack report different IMEX versions of themselves.",
    remedy: "Install one version on the whole rack.",
  },
  "rack-member-missing": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A member of the domain has no bundle in this rack.",
    remedy: "Collect from that node too.",
  },
} as const satisfies Record<string, CodeMeaning>;

/** A finding of this check. */
export type Found = FindingOf<keyof typeof codes>;

export const finding = findingsOf(codes);
