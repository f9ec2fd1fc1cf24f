import { describe, expect, it } from "vitest";
import { BANNER, HARDWARE, judge, judgeLines, QUOTED, said, xid } from "../test/log-text.ts";

const XID = xid("79, pid=0, name=, GPU has fallen off the bus.");
const SWITCH = "nvidia-nvswitch0: SXid (PCI:0000:c3:00.0): 24007, Fatal, Link 28";
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
] as const;

const TAGGED = [
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 python3[88121]: ",
  "2026-05-28T01:14:02+00:00 gb300-r01-t11 python3[88121]: saw ",
  "2026-05-28T01:14:02.000000+00:00 gb300-r01-t11 trainer: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: kernel: ",
  "May 28 01:14:02 gb300-r01-t11 trainer: [   12.345678] ",
  "May 28 01:14:02 gb300-r01-t11 user.notice trainer: ",
  "2026-05-28 01:14:02 +0000 gb300-r01-t11 trainer: ",
  "мая 28 01:14:02 gb300-r01-t11 trainer: ",
  "<13>May 28 01:14:02 trainer: ",
  "<13>May 28 01:14:02 gb300-r01-t11 trainer[812]: ",
  "Thu 2026-05-28 01:14:02 UTC gb300-r01-t11 (udev-worker)[55]: ",
  "1748394842.123456 gb300-r01-t11 audit[812]: ",
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

const record = (message: string, identifier: string | undefined = "kernel", transport = "kernel") => ({
  __CURSOR: "s=1",
  ...(identifier === "" ? {} : { SYSLOG_IDENTIFIER: identifier }),
  MESSAGE: message,
  _TRANSPORT: transport,
});
type Fields = ReturnType<typeof record>;
const lines = (fields: Fields, indent = "") =>
  Object.entries(fields)
    .map(([name, value]) => `${indent}${name}=${value}\n`)
    .join("");

/** The forms in which the journal prints a record. */
const FORMS: readonly (readonly [name: string, print: (fields: Fields) => string])[] = [
  ["json", (fields) => `${JSON.stringify(fields)}\n`],
  ["json with blanks", (fields) => `${JSON.stringify(fields).replaceAll('":"', '" : "')}\n`],
  ["json of bytes", (fields) => `${JSON.stringify({ ...fields, MESSAGE: [...Buffer.from(fields.MESSAGE), 0xff] })}\n`],
  ["json-pretty", (fields) => `${JSON.stringify(fields, null, "\t")}\n`],
  ["json-pretty in a list", (fields) => `[${JSON.stringify(fields, null, 1)},\n${JSON.stringify(fields, null, 1)}]\n`],
  ["json-sse", (fields) => `data: ${JSON.stringify(fields)}\n\n`],
  ["json-seq", (fields) => `\u001e${JSON.stringify(fields)}\n`],
  ["json of a container runtime", (fields) => `2026-05-28T01:14:02Z stdout F ${JSON.stringify(fields)}\n`],
  ["json in a list", (fields) => `[${JSON.stringify(fields)},${JSON.stringify(fields)}]\n`],
  ["export", (fields) => `${lines(fields)}\n`],
  ["verbose", (fields) => `Thu 2026-05-28 01:14:02.123456 UTC [s=1;i=2]\n${lines(fields, "    ")}`],
];

describe("Y5 records of the journal", () => {
  it.each(FORMS)("Y5 Y4 the message of a kernel record is no quotation: %s", (_, print) => {
    const banner = print(record(BANNER));
    expect(said(judge(banner + print(record(XID))))).toEqual([HARDWARE]);
    expect(said(judge(banner + print(record(XID, ""))))).toEqual([HARDWARE]);
    expect(judge(banner + print(record("usb 1-1"))).verdict).toBe("pass");
    expect(judge(print(record("usb 1-1"))).verdict).toBe("inconclusive");
  });

  it.each(FORMS)("Y5 Y4 another program's record is a quotation: %s", (_, print) => {
    const banner = print(record(BANNER));
    for (const fields of [record(XID, "gpu-agent"), record(XID, "", "stdout"), record(`saw "${XID}"`)])
      expect(said(judge(banner + print(fields)))).toEqual([QUOTED]);
    expect(judge(print(record(BANNER, "installer"))).verdict).toBe("inconclusive");
  });

  it("Y5 a record that stands in one line of text is read where it says that it is the kernel's", () => {
    expect(said(judgeLines(`PRIORITY=4 SYSLOG_IDENTIFIER=kernel MESSAGE=${XID}`))).toEqual([HARDWARE]);
    expect(said(judgeLines(`PRIORITY=4 SYSLOG_IDENTIFIER=agent MESSAGE=${XID}`))).toEqual([QUOTED]);
    expect(said(judgeLines(`PRIORITY=4 MESSAGE=${XID}`))).toEqual([QUOTED]);
  });

  it("Y5 a record that is not whole is not read as one", () => {
    const text = JSON.stringify(record(XID));
    expect(said(judgeLines(text.slice(0, -1)))).toEqual([QUOTED]);
    expect(said(judgeLines("{", `"MESSAGE": "${XID}",`, '"SYSLOG_IDENTIFIER": "kernel"'))).toEqual([QUOTED]);
    expect(said(judgeLines('{"MESSAGE":[78,"x"]}', '{"MESSAGE":null}', '{"OTHER":"x"}', "{}"))).toEqual([]);
  });

  it("Y4 a record in JSON is whole without a newline behind it", () => {
    const banner = `${JSON.stringify(record(BANNER))}\n`;
    expect(said(judge(banner + JSON.stringify(record(XID))))).toEqual([HARDWARE]);
    expect(said(judge(banner + JSON.stringify(record(XID), null, 1)))).toEqual([HARDWARE]);
    expect(judge(banner + JSON.stringify(record(XID)).slice(0, -3)).verdict).toBe("inconclusive");
  });

  it("Y5 the line of a record is that of its message", () => {
    const [finding] = judgeLines(...JSON.stringify(record(XID), null, 1).split("\n")).findings;
    expect(finding?.evidence).toEqual([{ probe: "kernel-log", line: 5 }]);
    const [exported] = judgeLines(...lines(record(XID)).trim().split("\n")).findings;
    expect(exported?.evidence).toEqual([{ probe: "kernel-log", line: 4 }]);
  });
});
