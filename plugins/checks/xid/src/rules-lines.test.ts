import { runCheck, type Finding } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const BANNER = "Linux version 6.8.0-1043-nvidia-64k (buildd@bos03) #46-Ubuntu SMP";
const JOURNAL = "2026-06-02T04:20:00+00:00 gb300-r21-t02 kernel: ";

function judge(stdout: string, run: Record<string, unknown> = {}) {
  return runCheck(
    check,
    evidenceOf({ probes: { "kernel-log": { stdout, ...run } }, node: { name: "gb300-r21-t02" } }),
    {},
  );
}

/** Judges kernel messages in a journal that begins with the banner, which is line 1. */
function judgeMessages(...messages: readonly string[]) {
  return judge([BANNER, ...messages].map((message) => `${JOURNAL}${message}\n`).join(""));
}

const essence = ({ code, verdict, cause, scope }: Finding) => `${code} ${verdict} ${cause} ${scope.kind} ${scope.id}`;
const essences = (judgement: { findings: readonly Finding[] }) => judgement.findings.map(essence);
const xid = (rest: string) => `NVRM: Xid (PCI:0008:01:00): ${rest}`;
const sxid = (rest: string) => `nvidia-nvswitch2: SXid (PCI:0000:c5:00.0): ${rest}`;

const HARDWARE = "xid-hardware fail hardware gpu 0008:01:00";
const UNREADABLE_NODE = "line-unreadable inconclusive tool node gb300-r21-t02";

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
    expect(essences(judgement)).toEqual([expected]);
    expect(judgement.verdict).toBe(expected.split(" ")[1]);
  });

  it("Y5 a message that begins with the address's own words is an event without its module's name", () => {
    expect(essences(judgeMessages("SXid (PCI:0000:c5:00.0): 24007, Fatal, Link 28"))).toEqual([
      "sxid-fatal fail fabric fabric 0000:c5:00.0",
    ]);
    expect(essences(judgeMessages("Xid (PCI:0008:01:00): 79, off the bus"))).toEqual([
      "xid-hardware fail hardware gpu 0008:01:00",
    ]);
    expect(essences(judgeMessages("Xid (PCI:0008:01:00"))).toEqual([UNREADABLE_NODE]);
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

  it("Y5 further lines of an SXid belong to the line with its word", () => {
    const further = [
      sxid("12028, Severity 0 Engine instance 32 Sub-engine instance 00"),
      sxid("12028, Data {0x00140004, 0x00000000}"),
    ];
    expect(essences(judgeMessages(sxid("12028, Non-fatal, Link 32"), ...further))).toEqual([
      "sxid-nonfatal pass fabric fabric 0000:c5:00.0",
    ]);
    expect(essences(judgeMessages(sxid("12028, Fatal, Link 32"), ...further))).toEqual([
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

  const readableSoFar = "line-unreadable inconclusive tool gpu 0008:01:00";
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
    ["NVRM: Xid (0008:01:00): 79, off the bus", UNREADABLE_NODE],
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
    expect(essences(judgement)).toEqual([expected]);
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
    'audit: comm="NVRM: Xid (PCI:0008:01:00): 79" res=success',
    "python3[812]: segfault, name='NVRM: Xid (PCI:0008:01:00): 79, GPU has fallen off the bus.'",
    "nvidia-peermem nv_get_p2p_free_callback:127 ERROR detected invalid context",
    "foo kernel: NVRM: Xid (PCI:0008:01:00): 79",
  ])("Y5 what does not begin like one is none: %s", (message) => {
    expect(judgeMessages(message).findings).toEqual([]);
  });

  it("Y5 a damaged line is not read, and is not skipped where it may be an Xid", () => {
    const damaged = (message: string) =>
      essences(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${message}\n`, { stdoutDamaged: true }));
    expect(damaged(xid("79, name=\uFFFD, off the bus"))).toEqual([UNREADABLE_NODE]);
    expect(damaged("NVRM: X\uFFFDd (PCI:0008:01:00): 79")).toEqual([UNREADABLE_NODE]);
    expect(damaged("NV\uFFFDM: Xid (PCI:0008:01:00): 79")).toEqual([UNREADABLE_NODE]);
    expect(damaged("NVRM: loading the module \uFFFD")).toEqual([]);
    expect(damaged("usb 1-1: product \uFFFD")).toEqual([]);
    expect(damaged(xid("79, off the bus"))).toEqual([HARDWARE]);
    expect(essences(judge(`${JOURNAL}${BANNER} \uFFFD\n`, { stdoutDamaged: true }))).toEqual([]);
  });
});

describe("G8 scopes", () => {
  it("G8 a GPU is its PCI address as printed, in one spelling whatever the case", () => {
    const [first, second, third] = ["000A:01:00", "000a:01:00", "000b:01:00"].map(
      (address) => `NVRM: Xid (PCI:${address}): 79, off the bus`,
    );
    const judgement = judgeMessages(third ?? "", second ?? "", first ?? "", "NVRM: Xid (PCI:000a:01:00): 48, DBE");
    expect(essences(judgement)).toEqual([
      "xid-hardware fail hardware gpu 000A:01:00",
      "xid-hardware fail hardware gpu 000A:01:00",
      "xid-hardware fail hardware gpu 000b:01:00",
    ]);
    expect(judgement.findings.map((finding) => finding.observed)).toEqual([
      "1 line: DBE",
      "2 lines: off the bus",
      "1 line: off the bus",
    ]);
  });

  it.each([
    ["0000:3b:00 GPU-I:05", "0000:3b:00"],
    ["0000:3b:00 GPU-I:00 GPU-CI:01", "0000:3b:00"],
    ["0000:3b:00.0", "0000:3b:00.0"],
    ["00000008:01:00", "00000008:01:00"],
  ])("G8 reads the address out of (PCI:%s)", (printed, id) => {
    expect(
      judgeMessages(`NVRM: Xid (PCI:${printed}): 94, pid=7194, Contained: CE User Channel`).findings,
    ).toMatchObject([{ code: "xid-hardware", scope: { kind: "gpu", id } }]);
  });

  it("G10 repeats what the line says, up to a length", () => {
    const [finding] = judgeMessages(xid(`79, ${"x".repeat(400)}`)).findings;
    expect(finding?.observed).toBe(`1 line: ${"x".repeat(300)}`);
  });
});
