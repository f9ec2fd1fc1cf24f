import { describe, expect, it } from "vitest";
import { GPU, HARDWARE, judgeLines, NODE, QUOTED, said, UNREADABLE_NODE, WORKLOAD, xid } from "../test/log-text.ts";

const XID = xid("79, pid=0, name=, GPU has fallen off the bus.");
const SWITCH = "nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 24007, Fatal, Link 28";
const FATAL = "sxid-fatal fail fabric fabric 0000:c3:00.0";
const NOTICE = "NVRM: GPU 0000:d1:00.0: GPU has fallen off the bus.";
const TEXTS = [XID, SWITCH, NOTICE] as const;
/** The same texts with bodies that nobody knows. */
const PATTERNS = [
  "NVRM: Xid (PCI:<address>): <code>",
  "nvidia-nvswitch<n>: SXid (PCI:<address>): <code>",
  "NVRM: <words>",
];

const AT_ONCE = [
  '[   12.3] gpu-agent: saw "',
  "[   12.3] gpu-agent: saw '",
  "[   12.3] gpu-agent: saw `",
  "[   12.3] gpu-agent: saw “",
  "[   12.3] gpu-agent: saw „",
  "[   12.3] gpu-agent: saw «",
  "[   12.3] gpu-agent: saw ‘",
  "[   12.3] gpu-agent: saw 「",
  "[   12.3] audit: type=1326 msg=",
  '[   12.3] audit: type=1326 msg="',
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 kernel: comm=",
  '{"log":"',
  '{"message": "',
  "MESSAGE2=",
  "[   12.3] MESSAGE=",
  'level=info msg="',
  "10.1.2.3: kern: info: [2026-05-28T01:14:02Z]: echo '",
  'SYSLOG_IDENTIFIER=kernel MESSAGE="',
] as const;

const TAGGED = [
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 python3[88121]: ",
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 python3[88121]: saw ",
  "2026-05-28T01:14:02.000000+00:00 gb300-r01-t11 trainer: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: kernel: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: [   12.345678] ",
  "May 28 01:14:02  gb300-r01-t11  trainer: ",
  "May 28 01:14:02 gb300-r01-t11 kernel-watcher: ",
  "May 28 01:14:02 gb300-r01-t11 mykernel: ",
  "May 28 01:14:02 gb300-r01-t11 user.notice trainer: ",
  "May 28 01:14:02 gb300-r01-t11 local7.info  trainer: ",
  "10.1.2.3:514 trainer[812]: ",
  "2026-05-28 01:14:02 +0000 gb300-r01-t11 trainer: ",
  "мая 28 01:14:02 gb300-r01-t11 trainer: ",
  "<13>May 28 01:14:02 trainer: ",
  "<13>May 28 01:14:02 gb300-r01-t11 trainer[812]: ",
  "Thu 2026-05-28 01:14:02 UTC gb300-r01-t11 (udev-worker)[55]: ",
  "1748394842.123456 gb300-r01-t11 audit[812]: ",
  "<13>Thu May 28 01:14:02 2026 gb300-r01-t11 trainer: ",
  "<13>Thu 2026-05-28 01:14:02 UTC gb300-r01-t11 trainer: ",
  "[   12.345678] gb300-r01-t11 trainer[812]: ",
  "[   12.345678] gpu-agent[812]: ",
  "[    0.000000 <    0.000000 >] gb300-r01-t11 trainer[812]: ",
  "kern.log:12:May 28 01:14:02 gb300-r01-t11 trainer: ",
  "\u001B[32m[   12.345678] \u001B[0m\u001B[33mgpu-agent[812]: \u001B[0m",
  "6,3973,227996636,-;gpu-agent[812]: ",
  "trainer[5]: ",
  "trainer[5]: [   12.345678] ",
  "gpu agent[5]: ",
  "<13>1 2026-05-28T01:14:02Z gb300-r01-t11 trainer 812 - - ",
  '<13>1 2026-05-28T01:14:02Z gb300-r01-t11 trainer 812 ID47 [a x="y"] ',
  "1 2026-05-28T01:14:02Z gb300-r01-t11 trainer - - - ",
  "2026-05-28T01:14:02.123456789Z stdout F gpu-agent[812]: ",
  "[pod/tail-x7k2p/tail] May 28 01:14:02 gb300-r01-t11 trainer: ",
  "gb300-r01-t11: May 28 01:14:02 gb300-r01-t11 trainer: ",
] as const;

describe("Y5 quotations", () => {
  it.each([...AT_ONCE, ...TAGGED])("Y5 Y6 what stands behind %j is no event, and rules none out", (prefix) => {
    for (const text of TEXTS) {
      const judgement = judgeLines(`${prefix}${text}`);
      expect(judgement.verdict).toBe("inconclusive");
      expect(said(judgement)).toEqual([QUOTED]);
    }
  });

  it.each(["May 28 01:14:02 gb300-r01-t11 trainer:", "the gpu agent[5]:"])(
    "Y5 a tag needs no blank behind it: %j",
    (tag) => {
      for (const text of TEXTS) expect(said(judgeLines(`${tag}${text}`))).toEqual([QUOTED]);
    },
  );

  it.each([...AT_ONCE, ...TAGGED])("Y5 a quotation whose body is no known one is nothing behind %j", (prefix) => {
    for (const pattern of PATTERNS)
      expect(judgeLines(`${prefix}${pattern}`)).toMatchObject({ verdict: "pass", findings: [] });
  });

  it("Y5 quotations do not hide an event beside them, nor one that holds them", () => {
    expect(said(judgeLines(`gpu-agent[812]: ${XID}`, `[   12.3] ${XID}`))).toEqual([QUOTED, HARDWARE]);
    const named = xid(`79, pid='<unknown>', name="trainer --tag='a=b'", GPU has fallen off the bus.`);
    expect(said(judgeLines(`[   12.3] ${named}`))).toEqual([HARDWARE]);
  });

  it("Y5 an indented line goes on with the message of the line before it", () => {
    const indented = `          ${XID}`;
    expect(said(judgeLines("May 28 01:14:02 h trainer[812]: saw", indented))).toEqual([QUOTED]);
    expect(said(judgeLines("May 28 01:14:02 h trainer[812]: saw", "          twice", indented))).toEqual([QUOTED]);
    expect(said(judgeLines("May 28 01:14:02 h kernel: usb", indented))).toEqual([HARDWARE]);
    expect(said(judgeLines("[   12.345678] NVRM: The NVIDIA GPU", indented))).toEqual([HARDWARE]);
    expect(said(judgeLines('{"MESSAGE":"saw","SYSLOG_IDENTIFIER":"trainer"}', indented))).toEqual([QUOTED]);
    expect(said(judgeLines('{"MESSAGE":"usb","SYSLOG_IDENTIFIER":"kernel"}', indented))).toEqual([HARDWARE]);
  });

  it("Y5 an indented line begins a sentence of its own, which is never skipped", () => {
    expect(said(judgeLines("[   12.3] usb 1-1", `          Xid (PCI:${GPU}): 79, off`))).toEqual([HARDWARE]);
    expect(said(judgeLines("[   12.3] usb 1-1", "          NVRM: Xid 79"))).toEqual([UNREADABLE_NODE]);
    expect(said(judgeLines("[   12.3] usb 1-1", `          trainer[812]: ${XID}`))).toEqual([QUOTED]);
  });

  it.each([
    ["a mark before other words of the line", `[   12.3] agent "watcher: ${XID}`, HARDWARE],
    ["a mark before other words, of an SXid with its device", `[   12.3] agent "link: ${SWITCH}`, FATAL],
    [
      "a program's tag behind the text",
      "NVRM: fifo[812]: GPU lost from the bus",
      `gpu-lost inconclusive unknown node ${NODE}`,
    ],
    [
      "a tag more than 512 characters behind the line's beginning",
      `${"x ".repeat(300)}<13>May 28 01:14:02 h trainer: ${XID}`,
      HARDWARE,
    ],
  ])("Y5 %s makes no quotation", (_, line, expected) => {
    expect(said(judgeLines(line))).toEqual([expected]);
  });

  it("Y5 several texts far behind the beginning of one line are all read", () => {
    const far = `[   12.3] ${"x ".repeat(300)}`;
    expect(said(judgeLines(`${far}${xid("13, a")} ${XID}`))).toEqual([WORKLOAD, HARDWARE]);
    expect(said(judgeLines(`trainer[812]: ${far}${xid("13, a")} ${XID}`))).toEqual([QUOTED, QUOTED]);
  });

  it("Y5 says which text was quoted, and where", () => {
    expect(judgeLines(`trainer[5]: ${XID}`).findings).toMatchObject([
      {
        message: "Xid 79 on GPU 0008:01:00: a quotation in another message: no event, and none ruled out.",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
  });
});
