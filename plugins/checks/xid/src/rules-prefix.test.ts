import { answer } from "@slipway/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GPU, HARDWARE, judge, said, xid } from "../test/log-text.ts";
import check from "./index.ts";
import { lineForm } from "./line-form.ts";

const XID = xid("79, pid=0, name=, GPU has fallen off the bus.");
const SWITCH = "nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 24007, Fatal, Link 28";
const log = (...lines: readonly string[]) => judge(lines.map((line) => `${line}\n`).join(""));
const codesOf = (...lines: readonly string[]) => log(...lines).findings.map(({ code }) => code);

/** What logs of the field put before a kernel message. */
const PREFIXES = [
  // journal
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 kernel: ",
  "2026-05-28T01:14:02+0000 gb300-r01-t11 kernel: ",
  "2026-05-28T01:14:02.123456+00:00 gb300-r01-t11 kernel: ",
  "2026-05-28T01:14:02Z host.example.net kernel: ",
  "2026-05-28 01:14:02 +0000 gb300-r01-t11 kernel: ",
  "2026-05-28 01:14:02.000000000 +0000 kernel.gb300-r01-t11: ",
  "Thu 2026-05-28 01:14:02 UTC gb300-r01-t11 kernel: ",
  "Do 2026-05-28 01:14:02 CEST gb300-r01-t11 kernel: ",
  "чт 2026-05-28 01:14:02 MSK gb300-r01-t11 kernel: ",
  "1748394842.123456 gb300-r01-t11 kernel: ",
  "1748394842.123456 gb300-r01-t11 kernel[0]: ",
  "[   12.345678] gb300-r01-t11 kernel: ",
  "[    0.000000 <    0.000000 >] gb300-r01-t11 kernel: ",
  // syslog
  "May 28 01:14:02 gb300-r01-t11 kernel: ",
  "May  8 01:14:02 gb300-r01-t11 kernel: [   12.345678] ",
  "May 28 01:14:02 gb300-r01-t11 kernel[0]: ",
  "May 28 01:14:02 gb300-r01-t11 kernel[1234]: ",
  "May 28 01:14:02 gb300-r01-t11 kern: ",
  "May 28 01:14:02 gb300-r01-t11 kern.warn: ",
  "mai 28 01:14:02 gb300-r01-t11 kernel: ",
  "мая 28 01:14:02 gb300-r01-t11 kernel: ",
  "5月 28 01:14:02 gb300-r01-t11 kernel: ",
  "févr. 28 01:14:02 gb300-r01-t11 kernel: ",
  "<4>May 28 01:14:02 gb300-r01-t11 kernel: ",
  "May 28 01:14:02 gb300-r01-t11 kern.warn kernel: ",
  "Thu May 28 01:14:02 2026 kern.warn kernel: [   12.345678] ",
  "kernel: ",
  "kernel: [123.456789] ",
  // RFC 5424
  "<4>1 2026-05-28T01:14:02.000000+00:00 gb300-r01-t11 kernel - - - ",
  '<4>1 2026-05-28T01:14:02Z gb300-r01-t11 kernel 0 msg1 [timeQuality tzKnown="1" isSynced="1"] ',
  '<4>1 2026-05-28T01:14:02Z gb300-r01-t11 kernel - - [a x="]"][b y="\\"q"] \uFEFF',
  "<4>1 - - - - - - ",
  "1 2026-05-28T01:14:02Z gb300-r01-t11 kernel - - - ",
  "142 <4>1 2026-05-28T01:14:02Z gb300-r01-t11 kernel - - - [   12.345678] ",
  // dmesg and kmsg
  "[   12.345678] ",
  "[    0.000000] ",
  "[   12.345678][  T123] ",
  "[   12.345678]\t",
  "\u001B[32m[   12.345678] \u001B[0m",
  "[Thu May 28 01:14:02 2026] ",
  "[四 5月 28 01:14:02 2026] ",
  "[목  5월 28 01:14:02 2026] ",
  "[Чт мая 28 01:14:02 2026] ",
  "[jeu. févr. 28 01:14:02 2026] ",
  "[خميس مايو 28 01:14:02 2026] ",
  "[พฤ. พ.ค. 28 01:14:02 2026] ",
  "<4>[   12.345678] ",
  "<4>",
  "4,3973,227996636,-;",
  "4,3973,227996636,-,caller=T1234;",
  "kern  :warn  : [   12.345678] ",
  "kern  :err   : 2026-05-28T01:14:02,285060+00:00 ",
  "2026-05-28T01:14:02,285060+00:00 ",
  // Talos, Kubernetes and collectors
  "10.1.2.3: kern: warning: [2026-05-28T01:14:02.995034671Z]: ",
  "10.1.2.3: kern:    info: [2026-05-28T01:14:02.995034671Z]: ",
  "2026-05-28T01:14:02.123456789Z stdout F ",
  "2026-05-28T01:14:02.123456789Z stderr P [   12.345678] ",
  "2026-05-28T01:14:02.123456789Z [   12.345678] ",
  "[pod/dmesg-tail-x7k2p/tail] ",
  "[pod/dmesg-tail-x7k2p/tail] May 28 01:14:02 gb300-r01-t11 kernel: ",
  "dmesg-tail-x7k2p tail ",
  "tail-1  | [   12.345678] ",
  "I0528 01:14:02.123456       1 tail.go:42] ",
  "gb300-r01-t11: [   12.345678] ",
  "gb300-r01-t11: ",
  "2026/05/28 01:14:02 ",
  "gb300-r01-t11 ",
  "May 28 01:14:02 gb300-r01-t11 ",
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 ",
  "2026-05-28T01:14:02+00:00 gb300-r01-t11: ",
  "2026-05-28T01:14:02.123456789Z stdout F collector says: ",
  // nothing that anybody knows
  "",
  "  ",
  "\t",
  "???? ",
  "watcher saw ",
  "(",
] as const;

describe("Y5 what stands before a text never matters", () => {
  it.each(PREFIXES)("Y5 Y4 an Xid, an SXid, an NVRM notice and the banner count behind %j", (prefix) => {
    const banner = `${prefix}Linux version 6.8.0-58-generic (builder@made-up)`;
    expect(said(log(banner, `${prefix}${XID}`))).toEqual([HARDWARE]);
    expect(codesOf(banner, `${prefix}${SWITCH}`)).toEqual(["sxid-fatal"]);
    expect(codesOf(banner, `${prefix}NVRM: GPU 0000:d1:00.0: RmInitAdapter failed! (0x25:0x65:1542)`)).toEqual([
      "adapter-failed",
    ]);
    expect(log(banner, `${prefix}usb 1-1: new device`).verdict).toBe("pass");
    expect(log(`${prefix}usb 1-1: new device`).verdict).toBe("inconclusive");
  });

  it.each(PREFIXES)("Y5 an Xid whose body is no known one is inconclusive behind %j", (prefix) => {
    const banner = "[    0.000000] Linux version 6.8.0";
    expect(codesOf(banner, `${prefix}NVRM: Xid (PCI:${GPU}): <code>`)).toEqual(["line-unreadable"]);
    expect(codesOf(banner, `${prefix}nvidia-nvswitch0: SXid (PCI:0000:c3:00.0) 1, Fatal`)).toEqual(["line-unreadable"]);
  });

  it("Y5 one log may mix forms", () => {
    expect(said(log("Linux version 6.8.0", ...PREFIXES.map((prefix) => `${prefix}${XID}`)))).toEqual([HARDWARE]);
  });

  it.each([
    "NVRM:  Xid (PCI:0008:01:00): 79, off",
    "NVRM:\tXid  (PCI:0008:01:00):  79 , off",
    "NVRM: Xid (PCI: 0008:01:00): 79",
    "NVRM: Xid ( PCI:0008:01:00): 79",
    "Xid  (PCI:0008:01:00): 79",
    "nvrm: xid (pci:0008:01:00): 79, off",
    "NVRM: Xid (0008:01:00): 79, off",
    "NVRM: Xid (PCI:0008:01:00): 79, off\r",
    "NVRM: NVRM: Xid (PCI:0008:01:00): 79, off",
    "\u001B[33mNVRM: \u001B[0m\u001B[1;31mXid (PCI:0008:01:00): 79, off\u001B[0m",
  ])("Y5 blanks, case, a carriage return and an absent `PCI:` change nothing: %j", (text) => {
    expect(said(log("Linux version 6.8.0\r", `[   12.345678] ${text}`))).toEqual([HARDWARE]);
  });

  it.each([
    "nvidia-nvswitch0: SXid (0000:c3:00.0)",
    "nvswitch0: SXid (PCI:0000:c3:00.0)",
    "NVIDIA-NVSWITCH0: SXID (PCI:0000:c3:00.0)",
    "nvidia-nvswitch12 SXid (PCI:0000:c3:00.0)",
    "nvidia-nvswitch12  SXid (PCI:0000:c3:00.0)",
    "nvswitch0:  SXid (PCI:0000:c3:00.0)",
    "SXid (PCI:0000:c3:00.0)",
  ])("Y5 an SXid of this spelling counts: %s", (text) => {
    expect(said(log("Linux version 6.8.0", `[   12.345678] ${text}: 24007, Fatal, Link 28`))).toEqual([
      "sxid-fatal fail fabric fabric 0000:c3:00.0",
    ]);
  });

  it("Y5 a text counts behind a device or a tag that begins its line", () => {
    expect(codesOf("Linux version 6.8.0", "sw0: SXid (PCI:0000:c3:00.0): 24007, Fatal")).toEqual(["sxid-fatal"]);
    expect(said(log("Linux version 6.8.0", `kernel: Xid (PCI:${GPU}): 79, off`))).toEqual([HARDWARE]);
  });

  it("Y5 an Xid counts behind every prefix that anybody could make up of words without a quotation mark or a program's tag", () => {
    const word = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter(
        (text) =>
          !/["'`=\p{Pi}\p{Pf}:[\]\s\u0000\uFFFD\u201A\u201E\u300C\u300E\uFF02\uFF07\uFF1D]/u.test(text) &&
          !/nvrm|xid/i.test(text),
      );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(said(log("Linux version 6.8.0", `x${words.join(" ")} ${XID}`))).toEqual([HARDWARE]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("forms of a line", () => {
  it.each([
    ["[    1.0] words", { foreign: false, start: 9, known: true }],
    ["words", { foreign: false, start: 0, known: false }],
    ["2026-05-28T01:14:02+00:00 words", { foreign: false, start: 25, known: false }],
    ["May 28 01:14:02 h kernel: [ 1.0] words", { foreign: false, start: 32, known: true }],
    ["<4>1 2026-05-28T01:14:02Z h kernel - - - words", { foreign: false, start: 40, known: true }],
    ["[drm] words", { foreign: false, start: 0, known: false }],
  ])("Y5 %j is taken apart", (line, form) => {
    expect(lineForm(line)).toEqual(form);
  });
});

describe("G10 logs of any text", () => {
  // What is read again from each of its characters would take minutes.
  it("G10 answers lines and logs of several 100 kB within the time of one bundle", { timeout: 60_000 }, () => {
    const parts = [
      "[1]",
      "<1>",
      "kernel: ",
      "NVRM: ",
      "NVRM: \uFFFD",
      "1,1,1,",
      "SXid ",
      "nvidia: probe ",
      "MESSAGE=NVRM: Xid (PCI:0:0:0): 13 ",
      '{"MESSAGE":"',
      "{\n",
      "A=1\n",
      " NVRM: x\n",
      `${XID}\n`,
    ];
    const beginnings = [
      ["NVRM: Xid (PCI:", "a"],
      ["NVRM: Xid (PCI:0008:01:00", " x"],
      [XID.slice(0, 28), "1"],
      ["NVRM:", " "],
      ["NVRM: Xid (PCI:0008:01:00): 149, ", "Fatal "],
      ["NVRM: Xid (PCI:0008:01:00): 154, recovery action", " to ("],
    ];
    const began = performance.now();
    for (const [begin = "", part = ""] of [...parts.map((part) => ["", part]), ...beginnings])
      log(`${begin}${part.repeat(300_000 / part.length)}Xid`);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it.each([
    ["one line of damaged words, more than several 100 kB", "NVR\uFFFD: Xid (".repeat(150_000)],
    [
      "lists within lists, deeper than several 100 kB",
      `[{"MESSAGE":"x"},${"[".repeat(200_000)}${"]".repeat(200_000)}]`,
    ],
  ])("G10 an Xid behind %s is found", { timeout: 60_000 }, (_, text) => {
    const judgement = judge(`Linux version 6.8.0\n${text}\n${XID}\n`, { stdoutDamaged: true });
    expect(said(judgement)).toContain(HARDWARE);
  });

  it("G10 answers any text without a throw, and finds an Xid behind any message", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 }), { maxLength: 8 }), (messages) => {
        const noise = messages.map((message) => `[    1.000000] ${message.replaceAll(/[\n\r\u0000]/g, " ")}`);
        const judgement = answer(check, {
          probes: { "kernel-log": [...noise, `[    2.000000] ${XID}`].map((line) => `${line}\n`).join("") },
        });
        expect(judgement.findings.map(({ code }) => code)).toContain("xid-hardware");
      }),
      { numRuns: 60 },
    );
  });
});
