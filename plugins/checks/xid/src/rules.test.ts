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

const WORKLOAD = "xid-workload pass workload gpu 0008:01:00";
const HARDWARE = "xid-hardware fail hardware gpu 0008:01:00";
const NONFATAL = "xid-nonfatal pass fabric gpu 0008:01:00";
const RECOVERED = "xid-recovered pass unknown gpu 0008:01:00";
const UNDECIDED = "xid-undecided inconclusive unknown gpu 0008:01:00";

describe("Y1 Xids of the job", () => {
  it.each([13, 31, 43, 45, 69])("Y1 code %i is a finding that passes with cause workload", (code) => {
    const judgement = judgeMessages(xid(`${String(code)}, pid=88121, name=python3, GPU has fallen off the bus`));
    expect(judgement.verdict).toBe("pass");
    expect(essences(judgement)).toEqual([WORKLOAD]);
  });

  it("Y1 stays beside a fault of Y2, and never reads as hardware", () => {
    const judgement = judgeMessages(xid("31, pid=1, name=a, MMU Fault"), xid("79, GPU has fallen off the bus."));
    expect(judgement.verdict).toBe("fail");
    expect(essences(judgement)).toEqual([WORKLOAD, HARDWARE]);
  });
});

describe("Y2 Xids of the hardware", () => {
  it.each([48, 62, 63, 64, 74, 79, 92, 94, 95, 119, 120, 140])("Y2 code %i is a fault of the GPU", (code) => {
    const judgement = judgeMessages(xid(`${String(code)}, pid='<unknown>', name=<unknown>, text`));
    expect(judgement.verdict).toBe("fail");
    expect(essences(judgement)).toEqual([HARDWARE]);
  });

  it("Y2 a code without text after it counts", () => {
    expect(essences(judgeMessages(xid("79")))).toEqual([HARDWARE]);
    expect(essences(judgeMessages(xid("064 ,")))).toEqual([HARDWARE]);
  });

  it.each([144, 145, 146, 147, 148, 149, 150])("Y2 code %i fails with Fatal and passes with Nonfatal", (code) => {
    const words = (severity: string) => xid(`${String(code)}, UNIT ${severity} XC0 i0 Link 03 (0x040868e2 0x00000008)`);
    expect(essences(judgeMessages(words("Fatal")))).toEqual([HARDWARE]);
    expect(essences(judgeMessages(words("Nonfatal")))).toEqual([NONFATAL]);
    expect(judgeMessages(words("Nonfatal")).verdict).toBe("pass");
  });

  it.each([
    ["NETIR_LINK_EVT  Fatal   XC0 i0 Link 14 (0x0215c5c6)", HARDWARE],
    ["NETIR Fatal XC0 i0 Link -1 (0x000fe406", HARDWARE],
    ["NETIR FATAL error", HARDWARE],
    ["pid=1, name=a, NETIR Fatal error", HARDWARE],
    ["Fatal", HARDWARE],
    ["NETIR Non-fatal error", NONFATAL],
    ["NETIR non fatal error", NONFATAL],
    ["NETIR NONFATAL XC0 i0", NONFATAL],
    ["pid=876767, name=Fatal, RLW_RXPIPE Nonfatal XC0 i0 Link 13 (0x0409a0c2)", NONFATAL],
    ["pid=876767, name=Fatal XC0, RLW_RXPIPE Nonfatal XC0 i0 Link 13 (0x0409a0c2)", NONFATAL],
    ["pid=876767, name=Fatal, RLW_RXPIPE Nonfatal event", NONFATAL],
    ["pid=876767, name=Nonfatal, RLW_RXPIPE Fatal XC0 i0 Link 13", HARDWARE],
    ["pid=876767, name=Fatal, Placeholder message", UNDECIDED],
    ["pid=876767, name=Nonfatal XC0, Placeholder message", UNDECIDED],
    ["pid=1, name=x, Fatal XC0, RLW_RXPIPE Nonfatal XC0 i0 Link 13", NONFATAL],
    ["pid=876767, name=Fatal", UNDECIDED],
    ["pid=876767, RLW_RXPIPE Fatal event", HARDWARE],
    ["Fatality of the event", UNDECIDED],
    ["Un-fatal", UNDECIDED],
    ["nonfatality", UNDECIDED],
    ["Placeholder message", UNDECIDED],
    ["", UNDECIDED],
  ])("Y2 Fatal counts as a whole word of the driver: %s", (text, expected) => {
    expect(essences(judgeMessages(xid(`149, ${text}`)))).toEqual([expected]);
  });

  it.each([143, 151])("Y2 the word decides for 144-150 alone: %i", (code) => {
    expect(essences(judgeMessages(xid(`${String(code)}, UNIT Fatal XC0 i0 Link 03`)))).toEqual([
      "xid-unknown inconclusive unknown gpu 0008:01:00",
    ]);
  });

  it.each([
    ["GPU recovery action changed from 0x0 (None) to 0x4 (Drain and Reset)", HARDWARE],
    ["GPU recovery action changed from 0x4 (Drain and Reset) to 0x1 (GPU Reset Required)", HARDWARE],
    ["GPU recovery action changed from 0x0 (None) to 0x2 (Node/OS Reboot)", HARDWARE],
    ["pid=1, name=to (None), GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset)", HARDWARE],
    ["gpu recovery action changed from (None) to (Reset)", HARDWARE],
    ["GPU recovery action changed from 0x4 (Drain and Reset) to 0x0 (None)", RECOVERED],
    ["GPU recovery action changed from 0x4 (Drain and Reset) to 0x0 ( NONE )", RECOVERED],
    ["pid=1, name=to (Reset), GPU recovery action changed from 0x4 (Reset) to 0x0 (None)", RECOVERED],
    ["GPU recovery action changed", UNDECIDED],
    ["GPU recovery action changed from 0x0 (None) to 0x4 (Drain and", UNDECIDED],
    ["pid=1, name=to (None), GPU recovery action changed from", UNDECIDED],
    ["something else went from (A) to (None)", UNDECIDED],
    ["", UNDECIDED],
    ["GPU recovery action changed from None to Drain P2P", HARDWARE],
    ["GPU recovery action changed from 0x1 (GPU Reset Required) to None", RECOVERED],
    ["GPU recovery action: none.", RECOVERED],
    ["GPU recovery action None", RECOVERED],
    ["GPU recovery action: Reset", HARDWARE],
    ["GPU recovery action changed", UNDECIDED],
    ["GPU recovery action changed from 0x0 (None)", UNDECIDED],
    ["GPU recovery action changed from 0x1 to 0x0", UNDECIDED],
    ["GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset", UNDECIDED],
  ])("Y2 154 counts by its new action: %s", (text, expected) => {
    expect(essences(judgeMessages(xid(`154, ${text}`)))).toEqual([expected]);
  });

  it("Y2 says what the line shows and what it means", () => {
    const [fault, recovery] = judgeMessages(
      xid("64, pid='<unknown>', Row Remapper Error"),
      xid("64, again"),
      xid("154, GPU recovery action changed from 0x0 (None) to 0x4 (Drain and Reset)"),
    ).findings;
    expect(fault).toEqual({
      code: "xid-hardware",
      verdict: "fail",
      cause: "hardware",
      scope: { kind: "gpu", id: "0008:01:00" },
      message: "Xid 64 on GPU 0008:01:00: row remapping failed.",
      expected: "no such line since the boot",
      observed: "2 lines: pid='<unknown>', Row Remapper Error",
      evidence: [{ probe: "kernel-log", line: 2 }],
    });
    expect(recovery?.message).toBe("Xid 154 on GPU 0008:01:00: the GPU needs: Drain and Reset.");
  });
});

describe("Y3 codes in no list", () => {
  it.each([0, 8, 14, 61, 65, 68, 78, 93, 96, 102, 118, 121, 139, 141, 153, 155, 99_999])(
    "Y3 code %i is inconclusive",
    (code) => {
      const judgement = judgeMessages(xid(`${String(code)}, unknown error`));
      expect(judgement.verdict).toBe("inconclusive");
      expect(judgement.findings).toEqual([
        {
          code: "xid-unknown",
          verdict: "inconclusive",
          cause: "unknown",
          scope: { kind: "gpu", id: "0008:01:00" },
          message: `Xid ${String(code)} on GPU 0008:01:00: a code this check does not know.`,
          expected: "no such line since the boot",
          observed: "1 line: unknown error",
          evidence: [{ probe: "kernel-log", line: 2 }],
        },
      ]);
    },
  );

  it("Y3 144-150 with neither word is inconclusive", () => {
    const judgement = judgeMessages(xid("149, Placeholder message"));
    expect(judgement.verdict).toBe("inconclusive");
    expect(essences(judgement)).toEqual([UNDECIDED]);
  });
});

describe("Y4 a complete log", () => {
  it("Y4 passes with the banner and without an Xid", () => {
    expect(judgeMessages("NVRM: loading NVIDIA UNIX Open Kernel Module").findings).toEqual([]);
    expect(judgeMessages("usb 1-1: new device").verdict).toBe("pass");
  });

  it.each([
    ["no banner", `${JOURNAL}usb 1-1: new device\n`],
    ["a banner inside another message", `${JOURNAL}Kernel is Linux version 6.8\n`],
    ["another program's banner", `2026-06-02T04:20:00+00:00 h installer[4]: ${BANNER}\n`],
    ["no entries", "-- No entries --\n"],
  ])("Y4 %s: inconclusive", (_, text) => {
    const judgement = judge(text);
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.findings).toEqual([
      {
        code: "log-incomplete",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "gb300-r21-t02" },
        message: "The kernel log does not reach back to the start of this boot.",
        expected: "a line `Linux version …`",
        evidence: [],
      },
    ]);
  });

  it("Y4 an incomplete log fails by Y2 and by Y5 all the same", () => {
    const faulty = judge(`${JOURNAL}${xid("79, off the bus")}\n`);
    expect(faulty.verdict).toBe("fail");
    expect(essences(faulty)).toEqual([HARDWARE, "log-incomplete inconclusive tool node gb300-r21-t02"]);
    expect(judge(`${JOURNAL}${sxid("24007, Fatal, Link 28")}\n`).verdict).toBe("fail");
    expect(judge(`${JOURNAL}${xid("31, MMU Fault")}\n`).verdict).toBe("inconclusive");
  });

  it("Y4 a last line without its end that is ordinary hides nothing", () => {
    for (const text of [
      "mlx5_core 0002:03:00.0: firmware ver",
      "NVRM: loading NVIDIA UNIX Open",
      "nvidia-nvswitch2: using MSI",
      "Linuxx",
      "e",
    ]) {
      expect(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${text}`)).toMatchObject({ verdict: "pass", findings: [] });
      expect(judge(`[    0.000000] ${BANNER}\n[   12.345678] ${text}`).verdict).toBe("pass");
    }
    expect(essences(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${xid("79, off the bus")}\n${JOURNAL}mlx5_core 00`))).toEqual(
      [HARDWARE],
    );
    expect(essences(judge(`${JOURNAL}mlx5_core 00`))).toEqual(["log-incomplete inconclusive tool node gb300-r21-t02"]);
  });

  it.each([
    "N",
    "nvrm: X",
    "NVRM: Xid",
    "NVRM: Xid (PCI:0008:01",
    xid("13"),
    xid("79, GPU has"),
    "nvidia-nvs",
    "nvidia-nvswitch",
    "nvidia-nvswitch2: SX",
    sxid("24007, F"),
    "Linux ver",
    BANNER,
    "[   12.34",
    "<4",
    "12,",
    "",
  ])("Y4 a last line without its end that may have been more is inconclusive: %j", (text) => {
    expect(essences(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${text}`))).toEqual([
      "log-cut inconclusive tool node gb300-r21-t02",
    ]);
  });

  it.each([
    "2026-06-02T04:20",
    "2026-06-02T04:20:00+00:00 gb300-r21-t02 ker",
    "[   12.34",
    "Jun  2 04:20:00 gb300-r21-t02 k",
  ])("Y4 a last line that ends before its message is inconclusive: %j", (text) => {
    expect(essences(judge(`${JOURNAL}${BANNER}\n${text}`))).toEqual(["log-cut inconclusive tool node gb300-r21-t02"]);
    expect(judge(`${JOURNAL}${BANNER}\n${JOURNAL}mlx5\uFFFD`, { stdoutDamaged: true }).verdict).toBe("inconclusive");
  });

  it("Y4 a last line without its end is cut: not read, and inconclusive", () => {
    const cut = judge(`${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}`);
    expect(cut.findings).toEqual([
      {
        code: "log-cut",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "gb300-r21-t02" },
        message: "Line 2 of the kernel log has no end: the log was cut there.",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
    expect(essences(judge(`${JOURNAL}${xid("79")}\n${JOURNAL}${BANNER}`))).toEqual([
      HARDWARE,
      "log-cut inconclusive tool node gb300-r21-t02",
      "log-incomplete inconclusive tool node gb300-r21-t02",
    ]);
  });

  it.each([
    ["absent", undefined, { startError: "not-found" }],
    ["timed out", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { timedOut: true }],
    ["ended with 1", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { exitCode: 1 }],
    ["truncated", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { truncated: true }],
    ["empty", "", {}],
    ["with NUL", `${JOURNAL}${BANNER}\n\u0000\n`, {}],
  ])("Y4 a probe that is %s is unusable as a whole (G3)", (_, stdout, run) => {
    const judgement = runCheck(check, evidenceOf({ probes: { "kernel-log": { stdout, ...run } } }), {});
    expect(judgement.verdict).toBe("inconclusive");
    expect(essences(judgement)).toEqual(["evidence-unusable inconclusive tool node node-1"]);
  });

  it("Y4 a probe that was not collected is inconclusive", () => {
    expect(essences(runCheck(check, evidenceOf({ probes: {} }), {}))).toEqual([
      "evidence-missing inconclusive tool node node-1",
    ]);
  });
});
