import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const NODE = "gb300-r21-t02";
export const BANNER = "Linux version 6.8.0-1043-nvidia-64k (buildd@bos03) #46-Ubuntu SMP";
export const JOURNAL = `2026-06-02T04:20:00+00:00 ${NODE} kernel: `;

/** Asks the check about the text of a log, about how its collection ended, and beside other probes. */
export const judge = (
  stdout: string,
  run: Partial<ProbeSketch> = {},
  probes: Readonly<Record<string, ProbeSketch | string>> = {},
): Answer => answer(check, { probes: { "kernel-log": { stdout, ...run }, ...probes }, node: NODE });

/** Asks about whole lines behind a banner in dmesg's form, which is line 1. */
export const judgeLines = (...lines: readonly string[]): Answer =>
  judge([`[    0.000000] ${BANNER}`, ...lines].map((line) => `${line}\n`).join(""));

/** Asks about kernel messages in a journal that begins with the banner, which is line 1. */
export const judgeMessages = (...messages: readonly string[]): Answer =>
  judge([BANNER, ...messages].map((message) => `${JOURNAL}${message}\n`).join(""));

/** The findings of an answer in words, without the verdict before them. */
export const said = ({ said: [, ...findings] }: Answer): readonly string[] => findings;

export const GPU = "0008:01:00";
export const xid = (rest: string): string => `NVRM: Xid (PCI:${GPU}): ${rest}`;
export const sxid = (rest: string): string => `nvidia-nvswitch2: SXid (PCI:0000:c5:00.0): ${rest}`;

export const WORKLOAD = `xid-workload pass workload gpu ${GPU}`;
export const HARDWARE = `xid-hardware fail hardware gpu ${GPU}`;
export const NONFATAL = `xid-nonfatal pass fabric gpu ${GPU}`;
export const RECOVERED = `xid-recovered pass unknown gpu ${GPU}`;
export const REPLACED = `recovery-replaced pass unknown gpu ${GPU}`;
export const UNDECIDED = `xid-undecided inconclusive unknown gpu ${GPU}`;
export const CAUSE_ABSENT = `xid-cause-absent inconclusive unknown gpu ${GPU}`;
export const UNREADABLE = `line-unreadable inconclusive tool gpu ${GPU}`;
export const UNREADABLE_NODE = `line-unreadable inconclusive tool node ${NODE}`;
export const QUOTED = `event-quoted inconclusive unknown node ${NODE}`;
export const INCOMPLETE = `log-incomplete inconclusive tool node ${NODE}`;
export const CUT = `log-cut inconclusive tool node ${NODE}`;
