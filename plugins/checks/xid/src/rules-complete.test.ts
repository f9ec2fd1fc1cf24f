import { answer } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  BANNER,
  CUT,
  HARDWARE,
  INCOMPLETE,
  JOURNAL,
  judge,
  judgeMessages,
  NODE,
  said,
  sxid,
  xid,
} from "../test/log-text.ts";
import check from "./index.ts";

describe("Y4 a complete log", () => {
  it("Y4 passes with the banner and without an Xid", () => {
    expect(judgeMessages("NVRM: loading NVIDIA UNIX Open Kernel Module").findings).toEqual([]);
    expect(judgeMessages("usb 1-1: new device").verdict).toBe("pass");
  });

  it.each([
    ["no banner", `${JOURNAL}usb 1-1: new device\n`],
    ["a message that begins the banner's words", `${JOURNAL}Linux version of the driver: 580\n`],
    ["the banner in another case", `${JOURNAL}linux version 6.8.0\n`],
    ["a banner in quotation marks", `${JOURNAL}agent[7]: booted "${BANNER}"\n`],
    ["a banner behind =", `${JOURNAL}audit: msg=${BANNER}\n`],
    ["another program's banner in RFC 5424", `<5>1 2026-06-02T04:20:00Z h installer - - - ${BANNER}\n`],
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
        scope: { kind: "node", id: NODE },
        message: expect.stringMatching(
          /^The kernel log does not reach back to the start of this boot( \(it begins: |\.$)/,
        ) as string,
        expected: "a line `Linux version …`",
        evidence: text.startsWith("<") ? [] : [{ probe: "kernel-log", line: 1 }],
      },
    ]);
  });

  it("Y4 says what the tool says of an incomplete log", () => {
    const stderr = "\nHint: You are currently not seeing messages from other users and the system.\n";
    expect(judge(`${JOURNAL}usb 1-1\n`, { stderr }).findings).toMatchObject([
      {
        message:
          "The kernel log does not reach back to the start of this boot " +
          "(the tool says: Hint: You are currently not seeing messages from other users and the system.).",
        evidence: [{ probe: "kernel-log", stream: "err", line: 2 }],
      },
    ]);
  });

  it("Y4 a quotation of the banner neither completes a log nor spoils one that is complete", () => {
    expect(judge(`${JOURNAL}${BANNER}\n${JOURNAL}agent[7]: booted "${BANNER}"\n`).verdict).toBe("pass");
  });

  it("Y4 an incomplete log fails by Y2 and by Y5 all the same", () => {
    const faulty = judge(`${JOURNAL}${xid("79, off the bus")}\n`);
    expect(faulty.verdict).toBe("fail");
    expect(said(faulty)).toEqual([HARDWARE, INCOMPLETE]);
    expect(judge(`${JOURNAL}${sxid("24007, Fatal, Link 28")}\n`).verdict).toBe("fail");
    expect(judge(`${JOURNAL}${xid("31, MMU Fault")}\n`).verdict).toBe("inconclusive");
  });

  it("Y4 a last line without its end that is ordinary hides nothing", () => {
    for (const text of ["mlx5_core 0002:03:00.0: firmware ver", "nvidia-nvswitch2: using MSI", "Linuxx", "e"]) {
      expect(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${text}`)).toMatchObject({ verdict: "pass", findings: [] });
      expect(judge(`[    0.000000] ${BANNER}\n[   12.345678] ${text}`).verdict).toBe("pass");
      expect(judge(`[    0.000000] ${BANNER}\n<6>1 2026-06-02T04:20:00Z h kernel - - - ${text}`).verdict).toBe("pass");
      expect(judge(`[    0.000000] ${BANNER}\n10.1.2.3: kern: info: [2026-06-02T04:20:00Z]: ${text}`).verdict).toBe(
        "pass",
      );
    }
    expect(said(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${xid("79, off the bus")}\n${JOURNAL}mlx5_core 00`))).toEqual([
      HARDWARE,
    ]);
    expect(said(judge(`${JOURNAL}mlx5_core 00`))).toEqual([INCOMPLETE]);
  });

  it.each([
    "N",
    "nvrm: X",
    "NVR",
    "NVRM: loading NVIDIA UNIX Open",
    "NVRM: GPU 0000:d1:00.0: RmIn",
    "nvidia:",
    "nvidia: probe of 0000",
    "nvidia 0000:c3:00.0: probe",
    "NVRM: Xid",
    "NVRM: Xid (PCI:0008:01",
    xid("13"),
    xid("79, GPU has"),
    "nvidia-nvs",
    "nvidia-nvswitch",
    "nvidia-nvswitch12",
    "nvidia-nvswitch2:",
    "nvidia-nvswitch2:S",
    "nvidia-nvswitch2:SX",
    "nvidia-nvswitch2:SXi",
    "nvidia-nvswitch2: SX",
    "switch2: SX",
    "X",
    sxid("24007, F"),
    "Linu",
    "Linux ver",
    BANNER,
    "[   12.34",
    "<4",
    "12,",
    "",
  ])("Y4 a last line without its end that may have been more is inconclusive: %j", (text) => {
    expect(said(judge(`${JOURNAL}${BANNER}\n${JOURNAL}${text}`))).toEqual([CUT]);
  });

  it.each([
    "2026-06-02T04:20",
    "2026-06-02T04:20:00+00:00 gb300-r21-t02 ker",
    "[   12.34",
    "Jun  2 04:20:00 gb300-r21-t02 k",
    "spam  :warn  : mlx5_core 00",
  ])("Y4 a last line whose message may not have begun is inconclusive: %j", (text) => {
    expect(said(judge(`${JOURNAL}${BANNER}\n${text}`))).toEqual([CUT]);
    expect(judge(`${JOURNAL}${BANNER}\n${JOURNAL}mlx5\uFFFD`, { stdoutDamaged: true }).verdict).toBe("inconclusive");
  });

  it("Y4 a last line without its end is cut: not read, and inconclusive", () => {
    const cut = judge(`${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}`);
    expect(cut.findings).toEqual([
      {
        code: "log-cut",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: NODE },
        message: "Line 2 of the kernel log has no end: the log was cut there.",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
    expect(said(judge(`${JOURNAL}${xid("79")}\n${JOURNAL}${BANNER}`))).toEqual([HARDWARE, CUT, INCOMPLETE]);
  });

  it.each([
    ["absent", undefined, { startError: "not-found" }],
    ["timed out", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { timedOut: true }],
    ["ended with 1", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { exitCode: 1 }],
    ["truncated", `${JOURNAL}${BANNER}\n${JOURNAL}${xid("79")}\n`, { truncated: true }],
    ["empty", "", {}],
    ["with NUL", `${JOURNAL}${BANNER}\n\u0000\n`, {}],
  ])("Y4 a probe that is %s is unusable as a whole (G3)", (_, stdout, run) => {
    const judgement = judge(stdout ?? "", { ...run, stdout });
    expect(judgement.verdict).toBe("inconclusive");
    expect(said(judgement)).toEqual([`evidence-unusable inconclusive tool node ${NODE}`]);
  });

  it("Y4 a probe that was not collected is inconclusive", () => {
    expect(said(answer(check, { probes: {}, node: NODE }))).toEqual([
      `evidence-missing inconclusive tool node ${NODE}`,
    ]);
  });
});
