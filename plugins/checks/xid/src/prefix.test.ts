import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import check from "./index.ts";
import { kernelMessage } from "./parse-prefix.ts";

const XID = "NVRM: Xid (PCI:0008:01:00): 79, GPU has fallen off the bus.";
const codesOf = (...lines: readonly string[]) =>
  runCheck(
    check,
    evidenceOf({ probes: { "kernel-log": { stdout: lines.map((line) => `${line}\n`).join("") } } }),
    {},
  ).findings.map((finding) => finding.code);

describe("forms of a kernel log", () => {
  const prefixes = [
    "2026-05-28T01:14:02+00:00 gb300-r01-t11 kernel: ",
    "2026-05-28T01:14:02+0000 gb300-r01-t11 kernel: ",
    "2026-05-28T01:14:02.123456+00:00 gb300-r01-t11 kernel: ",
    "2026-05-28T01:14:02Z host.example.net kernel: ",
    "2026-05-28T01:14:02,285060+00:00 ",
    "May 28 01:14:02 gb300-r01-t11 kernel: ",
    "May 28 01:14:02 gb300-r01-t11 kernel: [   12.345678] ",
    "May 28 01:14:02 gb300-r01-t11 kernel[0]: ",
    "Thu 2026-05-28 01:14:02 UTC gb300-r01-t11 kernel: ",
    "1748394842.123456 gb300-r01-t11 kernel: ",
    "kernel: ",
    "kernel: [123.456789] ",
    "[   12.345678] ",
    "[    0.000000] ",
    "[   12.345678][  T123] ",
    "[Thu May 28 01:14:02 2026] ",
    "[   12.345678] gb300-r01-t11 kernel: ",
    "<4>[   12.345678] ",
    "<4>",
    "4,3973,227996636,-;",
    "4,3973,227996636,-,caller=T1234;",
    "kern  :warn  : [   12.345678] ",
    "kern  :err   : 2026-05-28T01:14:02,285060+00:00 ",
    "",
    "  ",
  ];

  it.each(prefixes)("Y2 and Y4 read the message behind %j", (prefix) => {
    expect(codesOf(`${prefix}Linux version 6.8.0`, `${prefix}${XID}`)).toEqual(["xid-hardware"]);
    expect(
      codesOf(
        `${prefix}Linux version 6.8.0`,
        `${prefix}nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 24007, Fatal, Link 28`,
      ),
    ).toEqual(["sxid-fatal"]);
    expect(
      codesOf(
        `${prefix}Linux version 6.8.0`,
        `${prefix}nvidia-nvswitch12 SXid (PCI:0000:c3:00.0): 24007, Fatal, Link 28`,
      ),
    ).toEqual(["sxid-fatal"]);
  });

  it.each(prefixes.filter((prefix) => prefix.trim() !== "" && !prefix.startsWith("2026-05-28T01:14:02,")))(
    "Y5 a message that quotes one is none behind %j",
    (prefix) => {
      expect(codesOf(`${prefix}Linux version 6.8.0`, `${prefix}watcher saw ${XID}`, `${prefix}comm="${XID}"`)).toEqual(
        [],
      );
    },
  );

  it.each([
    "2026/05/28 01:14:02 ",
    "gb300-r01-t11 ",
    "May 28 01:14:02 gb300-r01-t11 ",
    "2026-05-28T01:14:02+00:00 gb300-r01-t11 ",
    "???? ",
  ])("Y5 an Xid behind the unknown prefix %j is not skipped", (prefix) => {
    expect(codesOf("[    0.000000] Linux version 6.8.0", `${prefix}${XID}`)).toEqual(["line-unreadable"]);
    expect(
      codesOf("[    0.000000] Linux version 6.8.0", `${prefix}nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 1, Fatal`),
    ).toEqual(["line-unreadable"]);
    expect(codesOf("[    0.000000] Linux version 6.8.0", `${prefix}SXid (PCI:0000:c3:00.0): 1, Fatal`)).toEqual([
      "line-unreadable",
    ]);
  });

  it.each([
    "2026-05-28T01:14:02+00:00 gb300-r01-t11 python3[88121]: ",
    "May 28 01:14:02 gb300-r01-t11 trainer: ",
    "trainer[5]: ",
    "May 28 01:14:02 h trainer: kernel: ",
  ])("Y5 the words of another program are none: %j", (prefix) => {
    expect(codesOf("[    0.000000] Linux version 6.8.0", `${prefix}${XID}`)).toEqual([]);
  });

  it("a tag is no tag behind words that quote", () => {
    expect(
      codesOf(
        "[    0.000000] Linux version 6.8.0",
        `[    1.000000] comm="x" kernel: ${XID}`,
        `[    1.000000] name=kernel: ${XID}`,
      ),
    ).toEqual([]);
  });

  it("an ISO time alone does not tell whose message follows", () => {
    expect(kernelMessage("2026-05-28T01:14:02+00:00 words")).toEqual({ starts: ["words"], certain: false });
    expect(kernelMessage("[    1.0] words")).toEqual({ starts: ["words"], certain: true });
    expect(kernelMessage("words")).toEqual({ starts: ["words"], certain: false });
    expect(kernelMessage("May 28 01:14:02 h kernel: [ 1.0] words")).toEqual({
      starts: ["May 28 01:14:02 h kernel: [ 1.0] words", "words"],
      certain: true,
    });
    expect(kernelMessage("[drm] words")).toEqual({ starts: ["[drm] words"], certain: false });
  });

  it("G10 answers long lines at once", () => {
    const long = 400_000;
    const texts = [
      "[1]".repeat(long),
      "<1>".repeat(long),
      "kernel: ".repeat(long),
      "NVRM: ".repeat(long),
      `NVRM: Xid (PCI:${"a".repeat(long)}`,
      `NVRM: Xid (PCI:0008:01:00${" x".repeat(long)}`,
      `${XID.slice(0, 28)}${"1".repeat(long)}`,
      `NVRM:${" ".repeat(long)}Xid`,
      "1,1,1,".repeat(long),
      "SXid ".repeat(long),
      `NVRM: Xid (PCI:0008:01:00): 149, ${"Fatal ".repeat(long)}`,
      `NVRM: Xid (PCI:0008:01:00): 154, recovery action${" to (".repeat(long)}`,
    ];
    for (const text of texts) {
      const began = performance.now();
      codesOf(text);
      expect(performance.now() - began).toBeLessThan(2000);
    }
  });

  it("answers any text without a throw, and finds an Xid behind any message", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 }), { maxLength: 8 }), (messages) => {
        const noise = messages.map((message) => `[    1.000000] ${message.replaceAll(/[\n\r\u0000]/g, " ")}`);
        expect(codesOf(...noise, `[    2.000000] ${XID}`)).toContain("xid-hardware");
      }),
      { numRuns: 60 },
    );
  });
});
