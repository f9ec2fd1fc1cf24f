import { describe, expect, it } from "vitest";
import {
  CAUSE_ABSENT,
  GPU,
  HARDWARE,
  judgeLines,
  judgeMessages,
  NONFATAL,
  QUOTED,
  RECOVERED,
  REPLACED,
  said,
  UNDECIDED,
  WORKLOAD,
  xid,
} from "../test/log-text.ts";

describe("Y1 Xids of the job", () => {
  it.each([13, 31, 43, 45, 69])("Y1 code %i is a finding that passes with cause workload", (code) => {
    const judgement = judgeMessages(xid(`${String(code)}, pid=88121, name=python3, GPU has fallen off the bus`));
    expect(judgement.verdict).toBe("pass");
    expect(said(judgement)).toEqual([WORKLOAD]);
  });

  it("Y1 stays beside a fault of Y2, and never reads as hardware", () => {
    const judgement = judgeMessages(xid("31, pid=1, name=a, MMU Fault"), xid("79, GPU has fallen off the bus."));
    expect(judgement.verdict).toBe("fail");
    expect(said(judgement)).toEqual([WORKLOAD, HARDWARE]);
  });
});

describe("Y1 an Xid 45 that names an earlier Xid", () => {
  const cleanup = (rest: string) => xid(`45, pid=14520, name=trainer, Ch 00000014${rest}`);

  it.each([48, 79, 144, 149, 150, 154])("Y1 45 that names Xid %i, which the log lacks, is inconclusive", (code) => {
    const judgement = judgeMessages(cleanup(` caused by previous Xid ${String(code)}`));
    expect(judgement.verdict).toBe("inconclusive");
    expect(said(judgement)).toEqual([CAUSE_ABSENT]);
    expect(judgement.findings[0]?.message).toBe(
      `Xid 45 on GPU ${GPU}: it names an earlier Xid ${String(code)}, which the log does not hold of this GPU.`,
    );
  });

  it.each([
    ["names nothing", "", WORKLOAD],
    ["names another of a job's own", " caused by previous Xid 31", WORKLOAD],
    ["names one of no list", " caused by previous Xid 109", WORKLOAD],
    ["names it in other words", ", due to XID: 79", CAUSE_ABSENT],
    ["names it with #", ", previous xid error #79", CAUSE_ABSENT],
    ["names it with blanks between", ", previous xid  error 79", CAUSE_ABSENT],
    ["names it in parentheses", ", caused by Xid (79)", CAUSE_ABSENT],
    ["names one whose digits are damaged", " caused by previous Xid 7\uFFFD", CAUSE_ABSENT],
    ["names one that cannot be read", " caused by previous Xid \uFFFD", CAUSE_ABSENT],
    ["speaks of Xids without a number", " caused by a previous Xid", WORKLOAD],
    ["holds a word that ends so", " of taxid 79", WORKLOAD],
  ])("Y1 45 that %s: %s", (_, rest, expected) => {
    expect(said(judgeMessages(cleanup(rest)))).toEqual([expected]);
  });

  it("Y1 45 whose earlier Xid cannot be read says so", () => {
    expect(judgeMessages(cleanup(" caused by previous Xid 7\uFFFD")).findings).toMatchObject([
      { message: `Xid 45 on GPU ${GPU}: it names an earlier Xid whose number cannot be read.` },
    ]);
  });

  it("Y1 no other code of a job is doubted for the Xid it names", () => {
    expect(said(judgeMessages(xid("31, MMU Fault after previous Xid 79")))).toEqual([WORKLOAD]);
  });

  it("Y1 the name of a process names no Xid", () => {
    expect(said(judgeMessages(xid("45, pid=1, name=xid 79, Ch 00000010")))).toEqual([WORKLOAD]);
  });

  it("Y1 45 whose Xid the log holds adds a note to it, wherever it stands", () => {
    const held = [xid("79, off the bus"), cleanup(" caused by previous Xid 79")];
    for (const messages of [held, held.toReversed()]) {
      const judgement = judgeMessages(...messages);
      expect(said(judgement)).toEqual([WORKLOAD, HARDWARE]);
      expect(judgement.findings[0]?.message).toBe(
        `Xid 45 on GPU ${GPU}: channels were torn down after Xid 79, which the log holds.`,
      );
    }
    const both = judgeMessages(xid("79, off"), xid("48, DBE"), cleanup(" after Xid 79 and Xid 48"));
    expect(both.findings[0]?.message).toBe(
      `Xid 45 on GPU ${GPU}: channels were torn down after Xid 79, 48, which the log holds.`,
    );
    const nonfatal = judgeMessages(xid("149, NETIR Nonfatal XC0"), cleanup(" caused by previous Xid 149"));
    expect(said(nonfatal)).toEqual([WORKLOAD, NONFATAL]);
  });

  it("Y1 the earlier Xid has to be of the same GPU, however its address is spelled", () => {
    const other = judgeMessages("NVRM: Xid (PCI:0009:01:00): 79", cleanup(" caused by previous Xid 79"));
    expect(said(other)).toContain(CAUSE_ABSENT);
    const spelled = judgeMessages("NVRM: Xid (PCI:00000008:01:00): 79", cleanup(" caused by previous Xid 79"));
    expect(spelled.findings.map(({ code }) => code)).toEqual(["xid-workload", "xid-hardware"]);
  });

  it("Y1 a quotation of the earlier Xid does not count", () => {
    const judgement = judgeMessages(`agent: "${xid("79, off")}"`, cleanup(" caused by previous Xid 79"));
    expect(said(judgement)).toEqual([CAUSE_ABSENT, QUOTED]);
  });

  it.each([13, 31, 43, 45, 69])("Y1 the message about code %i claims no cause that the line does not name", (code) => {
    const [finding] = judgeMessages(xid(`${String(code)}, pid=1, name=a`)).findings;
    expect(finding?.message).not.toMatch(/caused|because/);
  });
});

describe("Y2 Xids of the hardware", () => {
  it.each([48, 62, 63, 64, 74, 79, 92, 94, 95, 119, 120, 140])("Y2 code %i is a fault of the GPU", (code) => {
    const judgement = judgeMessages(xid(`${String(code)}, pid='<unknown>', name=<unknown>, text`));
    expect(judgement.verdict).toBe("fail");
    expect(said(judgement)).toEqual([HARDWARE]);
  });

  it("Y2 a code without text after it counts", () => {
    expect(said(judgeMessages(xid("79")))).toEqual([HARDWARE]);
    expect(said(judgeMessages(xid("064 ,")))).toEqual([HARDWARE]);
  });

  it.each([144, 145, 146, 147, 148, 149, 150])("Y2 code %i fails with Fatal and passes with Nonfatal", (code) => {
    const words = (severity: string) => xid(`${String(code)}, UNIT ${severity} XC0 i0 Link 03 (0x040868e2 0x00000008)`);
    expect(said(judgeMessages(words("Fatal")))).toEqual([HARDWARE]);
    expect(said(judgeMessages(words("Nonfatal")))).toEqual([NONFATAL]);
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
    ["pid=876767,name=Fatal,Placeholder message", UNDECIDED],
    ["pid=876767,name=x,Fatal error", HARDWARE],
    ["pid=Fatal", UNDECIDED],
    ["pid=Fatal, Placeholder message", UNDECIDED],
    ["NETIR event, pid=1, name=Fatal", HARDWARE],
    ["job said Fatal, RLW_RXPIPE Nonfatal  XC0 i0 Link 13", NONFATAL],
    ["RLW_RXPIPE Nonfatal XC0 i0 Link 13, NETIR Fatal XC1 i0 Link 14", HARDWARE],
    ["pid=876767, RLW_RXPIPE Fatal event", HARDWARE],
    ["Fatality of the event", UNDECIDED],
    ["Un-fatal", UNDECIDED],
    ["nonfatality", UNDECIDED],
    ["Placeholder message", UNDECIDED],
    ["", UNDECIDED],
  ])("Y2 Fatal counts as a whole word of the driver: %s", (text, expected) => {
    expect(said(judgeMessages(xid(`149, ${text}`)))).toEqual([expected]);
  });

  it.each([143, 151])("Y2 the word decides for 144-150 alone: %i", (code) => {
    expect(said(judgeMessages(xid(`${String(code)}, UNIT Fatal XC0 i0 Link 03`)))).toEqual([
      `xid-unknown inconclusive unknown gpu ${GPU}`,
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
    ["GPU recovery action : None", RECOVERED],
    ["GPU recovery action is None", RECOVERED],
    ["GPU recovery action  is  None", RECOVERED],
    ["GPU recovery action  changed from 0x1 (Reset) to  None", RECOVERED],
    ["GPU recovery action changed from 0x1 (Reset) to  0x0 (None)", RECOVERED],
    ["GPU recovery action changed from 0x1 (Reset) to 0x00(None)", RECOVERED],
    ["GPU recovery action was None, now the GPU recovery action is Reset", HARDWARE],
    ["GPU recovery action: None (for now)", UNDECIDED],
    ["GPU recovery action None", RECOVERED],
    ["GPU recovery action: Reset", HARDWARE],
    ["GPU recovery action changed", UNDECIDED],
    ["GPU recovery action changed from 0x0 (None)", UNDECIDED],
    ["GPU recovery action changed from 0x1 to 0x0", UNDECIDED],
    ["GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset", UNDECIDED],
  ])("Y2 154 counts by its new action: %s", (text, expected) => {
    expect(said(judgeMessages(xid(`154, ${text}`)))).toEqual([expected]);
  });

  const reset = xid("154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)");
  const none = xid("154, GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)");

  it("Y2 154 is a state: the last line of a GPU decides, and earlier ones are notes", () => {
    expect(said(judgeMessages(reset, none))).toEqual([REPLACED, RECOVERED]);
    expect(judgeMessages(reset, none).verdict).toBe("pass");
    const back = judgeMessages(reset, none, reset);
    expect(said(back)).toEqual([REPLACED, HARDWARE]);
    expect(back.findings).toMatchObject([
      { observed: expect.stringContaining("2 lines: ") as string, evidence: [{ line: 2 }] },
      { message: `Xid 154 on GPU ${GPU}: the GPU needs: GPU Reset Required.`, evidence: [{ line: 4 }] },
    ]);
    expect(judgeMessages(reset, reset).findings.at(-1)?.evidence).toEqual([{ probe: "kernel-log", line: 3 }]);
  });

  it("Y2 a last 154 that cannot be read is inconclusive, whatever stood before", () => {
    expect(judgeMessages(none, xid("154, GPU recovery action changed")).verdict).toBe("inconclusive");
    expect(
      judgeMessages(none, xid("154, GPU recovery action changed from 0x0 (None) to 0x0 (N\uFFFDne)")).verdict,
    ).toBe("inconclusive");
  });

  it("Y2 154 is a state of each GPU by itself, and a quotation is no state", () => {
    const other = reset.replace(GPU, "0009:01:00");
    expect(said(judgeMessages(other, reset, none))).toEqual([
      REPLACED,
      RECOVERED,
      "xid-hardware fail hardware gpu 0009:01:00",
    ]);
    expect(judgeMessages(reset, none.replace(GPU, "00000008:01:00.0")).verdict).toBe("pass");
    expect(said(judgeMessages(reset, `agent: "${none}"`))).toEqual([QUOTED, HARDWARE]);
  });

  it("Y2 other codes stay for the boot, whatever 154 says after them", () => {
    expect(said(judgeMessages(xid("48, DBE"), none))).toEqual([HARDWARE, RECOVERED]);
  });

  it("Y2 one log may hold lines of several forms", () => {
    const judgement = judgeLines(
      `10.4.23.47: kern: info: [2026-03-25T17:16:09.123346925Z]: ${reset}`,
      `Mar 25 17:20:00 host kernel: ${none}`,
    );
    expect(judgement.verdict).toBe("pass");
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
      scope: { kind: "gpu", id: GPU, pci: GPU },
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
          scope: { kind: "gpu", id: GPU, pci: GPU },
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
    expect(said(judgement)).toEqual([UNDECIDED]);
  });
});
