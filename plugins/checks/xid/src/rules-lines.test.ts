import { describe, expect, it } from "vitest";
import {
  BANNER,
  HARDWARE,
  RECOVERED,
  UNDECIDED,
  JOURNAL,
  judge,
  judgeLines,
  judgeMessages,
  said,
  sxid,
  UNREADABLE,
  UNREADABLE_NODE,
  xid,
} from "../test/log-text.ts";

describe("Y5 SXids and lines that cannot be read", () => {
  it.each([
    ["24007, Fatal, Link 28 sourcetrack timeout error (First)", "sxid-fatal fail fabric fabric 0000:c5:00.0"],
    ["24007, FATAL, Link 28", "sxid-fatal fail fabric fabric 0000:c5:00.0"],
    ["24007, Link 28 sourcetrack error, Fatal", "sxid-fatal fail fabric fabric 0000:c5:00.0"],
    ["12028, Non-fatal, Link 32 egress error", "sxid-nonfatal pass fabric fabric 0000:c5:00.0"],
    ["12028, Nonfatal, Link 32 egress error", "sxid-nonfatal pass fabric fabric 0000:c5:00.0"],
    ["12028, Non-fatal, Link 32 after a Fatal one", "sxid-nonfatal pass fabric fabric 0000:c5:00.0"],
    ["26007, SOE EXTERR", "sxid-undecided inconclusive unknown fabric 0000:c5:00.0"],
    ["26007", "sxid-undecided inconclusive unknown fabric 0000:c5:00.0"],
    [
      "12033, Severity 1 Engine instance 00 Sub-engine instance 00",
      "sxid-undecided inconclusive unknown fabric 0000:c5:00.0",
    ],
    ["79, Non-fatal, Link 3", "sxid-nonfatal pass fabric fabric 0000:c5:00.0"],
  ])("Y5 an SXid counts by its word: %s", (text, expected) => {
    const judgement = judgeMessages(sxid(text));
    expect(said(judgement)).toEqual([expected]);
    expect(judgement.verdict).toBe(expected.split(" ")[1]);
  });

  it("Y5 a message that begins with the address's own words is an event without its module's name", () => {
    expect(said(judgeMessages("SXid (PCI:0000:c5:00.0): 24007, Fatal, Link 28"))).toEqual([
      "sxid-fatal fail fabric fabric 0000:c5:00.0",
    ]);
    expect(said(judgeMessages("Xid (PCI:0008:01:00): 79, off the bus"))).toEqual([
      "xid-hardware fail hardware gpu 0008:01:00",
    ]);
    expect(said(judgeMessages("Xid (PCI:0008:01:00"))).toEqual([UNREADABLE_NODE]);
    expect(judgeMessages("Xid handling is on", "SXid handling is on")).toMatchObject({ verdict: "pass", findings: [] });
  });

  it("Y5 names the switch and the line", () => {
    expect(judgeMessages(sxid("24007, Fatal, Link 28")).findings).toMatchObject([
      {
        message: "SXid 24007 on NVSwitch 0000:c5:00.0: fatal NVSwitch error.",
        observed: "1 line: Fatal, Link 28",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
    expect(judgeMessages(sxid("12028, Non-fatal, Link 3")).findings).toMatchObject([
      { message: "SXid 12028 on NVSwitch 0000:c5:00.0: NVSwitch error that is not fatal." },
    ]);
    expect(judgeMessages(sxid("26007")).findings).toMatchObject([
      {
        message: "SXid 26007 on NVSwitch 0000:c5:00.0: NVSwitch error with neither Fatal nor Non-fatal.",
        observed: "1 line",
      },
    ]);
  });

  it("Y5 further lines of an SXid count with the nearest line of that switch and code", () => {
    const link = (number: number, word: string) =>
      sxid(`22013, ${word}, Link ${String(number)} Minion Link DLREQ interrupt`);
    const data = sxid("22013, Data {0x0000002c, 0x00000019}");
    const severity = sxid("22013, Severity 0 Engine instance 44 Sub-engine instance 00");
    const judgement = judgeMessages(
      data,
      link(44, "Non-fatal"),
      severity,
      data,
      severity,
      severity,
      data,
      data,
      link(45, "Fatal"),
    );
    expect(judgement.findings.map(({ code, observed }) => `${code}: ${observed ?? ""}`)).toEqual([
      "sxid-fatal: 4 lines: Fatal, Link 45 Minion Link DLREQ interrupt",
      "sxid-nonfatal: 5 lines: Non-fatal, Link 44 Minion Link DLREQ interrupt",
    ]);
  });

  it("Y5 further lines of an SXid belong to the line with its word", () => {
    const further = [
      sxid("12028, Severity 0 Engine instance 32 Sub-engine instance 00"),
      sxid("12028, Data {0x00140004, 0x00000000}"),
    ];
    expect(said(judgeMessages(sxid("12028, Non-fatal, Link 32"), ...further))).toEqual([
      "sxid-nonfatal pass fabric fabric 0000:c5:00.0",
    ]);
    expect(said(judgeMessages(sxid("12028, Fatal, Link 32"), ...further))).toEqual([
      "sxid-fatal fail fabric fabric 0000:c5:00.0",
    ]);
    const stranger = sxid("12028, Severity 0 Engine instance 32").replace("c5", "c7");
    expect(judgeMessages(sxid("12028, Non-fatal, Link 32"), stranger).verdict).toBe("inconclusive");
    expect(judgeMessages(sxid("12028, Non-fatal, Link 32"), sxid("12029, Data {0x0}")).verdict).toBe("inconclusive");
    expect(judgeMessages(sxid("12028, Non-fatal, Link 32"), sxid("12028, Link 33 something else")).verdict).toBe(
      "inconclusive",
    );
    expect(judgeMessages(sxid("12028, Non-fatal, Link 32"), sxid("12028, other Data {0x0}")).verdict).toBe(
      "inconclusive",
    );
  });

  const readableSoFar = UNREADABLE;
  it.each([
    [xid("garbled"), readableSoFar],
    [xid(""), readableSoFar],
    [xid("79x"), readableSoFar],
    [xid("1234567890, too long"), readableSoFar],
    ["NVRM: Xid (PCI:0008:01:00)", readableSoFar],
    ["NVRM: Xid (PCI:0008:01:00) 79, off the bus", readableSoFar],
    ["NVRM: Xid (PCI:0008:01:0", UNREADABLE_NODE],
    ["NVRM: Xid (PCI:", UNREADABLE_NODE],
    ["NVRM: Xid (PCI:garbage!): 79, off the bus", UNREADABLE_NODE],
    ["NVRM: Xid (0008:01:00) 79, off the bus", readableSoFar],
    ["NVRM: Xid (garbage): 79, off the bus", UNREADABLE_NODE],
    ["NVRM: Xid 79", UNREADABLE_NODE],
    ["NVRM: Xid 79, GPU has fallen off the bus", UNREADABLE_NODE],
    ["NVRM: Xid: 46, marker", UNREADABLE_NODE],
    ["NVRM: Xid", UNREADABLE_NODE],
    ["NVRM: XID 79: GPU-Reset Required.", UNREADABLE_NODE],
    [
      "nvidia-nvswitch2: SXid (PCI:0000:c5:00.0): garbled, Fatal",
      "line-unreadable inconclusive tool fabric 0000:c5:00.0",
    ],
    ["nvidia-nvswitch2: SXid", UNREADABLE_NODE],
  ])("Y5 a line that begins like one and cannot be read is never skipped: %s", (message, expected) => {
    const judgement = judgeMessages(message);
    expect(judgement.verdict).toBe("inconclusive");
    expect(said(judgement)).toEqual([expected]);
    expect(judgement.findings).toMatchObject([
      {
        observed: `1 line: ${message.trim()}`,
        expected: "no such line since the boot",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
  });

  it("Y5 says how many lines of one kind cannot be read", () => {
    const [gpu, none] = judgeMessages("NVRM: Xid 79", xid("?"), "NVRM: Xid 48").findings.reverse();
    expect(none).toMatchObject({
      message: "Xid: the line cannot be read.",
      observed: "2 lines: NVRM: Xid 79",
      evidence: [{ line: 2 }],
    });
    expect(gpu).toMatchObject({ message: "Xid on GPU 0008:01:00: the line cannot be read." });
    expect(judgeMessages("nvidia-nvswitch2: SXid").findings).toMatchObject([
      { message: "SXid: the line cannot be read." },
    ]);
  });

  it.each([
    "NVRM: GPU at PCI:0008:01:00: GPU-8f3e2d1c-77aa-4b0e-9f61-2c4d5e6f7a8b",
    "NVRM: Xidentity check passed",
    "NVRM: nvidia_open: Xid table loaded",
    "nvidia-nvswitch2: using MSI",
    "nvidia-nvswitch2: SXidentity",
    "nvidia-nvlink: SXid handler registered",
    "nvidia-peermem nv_get_p2p_free_callback:127 ERROR detected invalid context",
    "watcher saw NVRM: Xid 79 once",
    "watcher saw Xid (PCI:0008:01:00): 79",
    "watcher saw NVRM: Xid 79 (PCI:0008:01:00): off",
    "watcher saw SXid (PCI:0000:c5:00.0): 24007, Fatal",
    "nfs: server vault not responding, oldest xid is 79",
  ])("Y5 what does not begin like one is none: %s", (message) => {
    expect(judgeMessages(message).findings).toEqual([]);
  });

  it("Y5 an SXid in the middle of a line without a known form is not skipped, other words about one are", () => {
    expect(said(judgeLines("node7 switch2 SXid (PCI:0000:c5:00.0): 24007, Fatal, Link 28"))).toEqual([
      "line-unreadable inconclusive tool fabric 0000:c5:00.0",
    ]);
    for (const line of [
      "agent: saw SXid (PCI:0000:c5:00.0): 24007, Fatal",
      "node7 saw the SXid handler",
      "node7 saw Xid (PCI:0008:01:00): 79",
    ])
      expect(said(judgeLines(line))).toEqual([]);
  });

  it("Y5 a line that cannot be read names its part as printed, in any case", () => {
    expect(said(judgeMessages("NVRM: Xid (PCI:000A:01:00) ?"))).toEqual([
      "line-unreadable inconclusive tool gpu 000A:01:00",
    ]);
  });

  it("Y5 a further line between two that have the word counts with the one above it", () => {
    const [nonfatal, fatal] = [sxid("22013, Non-fatal, Link 44"), sxid("22013, Fatal, Link 45")];
    const further = sxid("22013, Severity 12 Engine instance 44 Sub-engine instance 00");
    expect(judgeMessages(nonfatal, further, fatal).findings.map(({ observed }) => observed)).toEqual([
      "1 line: Fatal, Link 45",
      "2 lines: Non-fatal, Link 44",
    ]);
    expect(judgeMessages(sxid("22013, Data {0x1}, Fatal"), fatal).findings).toMatchObject([
      { observed: "2 lines: Data {0x1}, Fatal" },
    ]);
  });

  it.each([
    ["NVRM: X\uFFFDd (PCI:0008:01:00): 79 ", "Xid"],
    ["NVRM:  X\uFFFDd (PCI:0008:01:00): 79", "Xid"],
    ["\uFFFD\uFFFD\uFFFD\uFFFD: Xid (PCI:0008:01:00): 79", "Xid"],
    [": SX\uFFFDd (PCI:0000:c5:00.0): 24007, Fatal", "SXid"],
    ["NVRM: GPU 0000:61:00.0: GPU has fall\uFFFDn off the bus.", "Xid"],
    ["nvrm: gpu 0000:61:00.0: gpu has FALL\uFFFDN off the bus.", "Xid"],
  ])("G3 damaged words are shown as they stand in the line: %j", (message, name) => {
    const judgement = judge(`${JOURNAL}${BANNER}\n${JOURNAL}switch2${message}\n`, { stdoutDamaged: true });
    expect(judgement.findings).toMatchObject([
      { code: "line-unreadable", message: `${name}: the line cannot be read.`, observed: `1 line: ${message.trim()}` },
    ]);
  });

  it.each(["\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD Xid (PCI:0008:01:00): 79", "fall\uFFFDn off the bus, said NVRM: loading"])(
    "G3 words of which too little is left, or that stand elsewhere, are nothing: %j",
    (message) => {
      expect(said(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${message}\n`, { stdoutDamaged: true }))).toEqual([]);
    },
  );

  it("G3 a damaged line is read where no rule reads the damage, and is not skipped where it may be an Xid", () => {
    const damaged = (message: string) =>
      said(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${message}\n`, { stdoutDamaged: true }));
    expect(damaged(xid("79, pid=1, name=\uFFFD\uFFFD, off the bus"))).toEqual([HARDWARE]);
    expect(damaged(xid("149, pid=1, name=\uFFFD, NETIR Fatal XC0 i0 Link 03 (0x04\uFFFD)"))).toEqual([HARDWARE]);
    expect(damaged(xid("149, NETIR \uFFFDatal XC0 i0 Link 03"))).toEqual([UNDECIDED]);
    expect(damaged(xid("149, NETIR Non\uFFFDfatal XC0 i0 Link 03"))).toEqual([UNDECIDED]);
    expect(damaged(xid("149, NETIR \uFFFDfatal event"))).toEqual([UNDECIDED]);
    expect(damaged(xid("154, GPU recovery action changed from 0x0 (N\uFFFD) to 0x0 (None)"))).toEqual([RECOVERED]);
    expect(damaged(xid("154, GPU recovery action changed from 0x0 (None) to 0x1 (\uFFFD)"))).toEqual([UNDECIDED]);
    expect(damaged(xid("7\uFFFD, off the bus"))).toEqual([UNREADABLE]);
    expect(damaged("NVRM: Xid (PCI:0008:\uFFFD1:00): 79, off the bus")).toEqual([UNREADABLE_NODE]);
    expect(damaged("nvidia-nvswitch2: SX\uFFFDd (PCI:0000:c5:00.0): 24007, Fatal")).toEqual([UNREADABLE_NODE]);
    expect(damaged("NVRM: GPU 0000:61:00.0: GPU has fall\uFFFDn off the bus.")).toEqual([UNREADABLE_NODE]);
    expect(damaged("N\uFFFDRM: GPU 0000:61:00.0: GPU has fallen off the bus.")).toEqual([UNREADABLE_NODE]);
    expect(damaged('agent "NVRM: X\uFFFDd (PCI:0008:01:00): 79"')).toEqual([]);
    expect(damaged("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")).toEqual([]);
    expect(damaged("nfs: server \uFFFD not responding, oldest xid is 79")).toEqual([]);
    expect(damaged("NVRM: X\uFFFDd (PCI:0008:01:00): 79")).toEqual([UNREADABLE_NODE]);
    expect(damaged("NV\uFFFDM: Xid (PCI:0008:01:00): 79")).toEqual([UNREADABLE_NODE]);
    expect(damaged("NVRM: loading the module \uFFFD")).toEqual([]);
    expect(damaged("usb 1-1: product \uFFFD")).toEqual([]);
    expect(damaged(xid("79, off the bus"))).toEqual([HARDWARE]);
    expect(said(judge(`${JOURNAL}${BANNER} \uFFFD\n`, { stdoutDamaged: true }))).toEqual([]);
  });
});
