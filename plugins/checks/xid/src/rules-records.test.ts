import { describe, expect, it } from "vitest";
import { BANNER, CUT, HARDWARE, judge, judgeLines, QUOTED, said, xid } from "../test/log-text.ts";

const XID = xid("79, pid=0, name=, GPU has fallen off the bus.");

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

/** As a collector prints a record that adds fields of its own. */
const collected = (fields: Fields) =>
  ["{", '"labels": {},', '"relays": [', '{ "name": "r1" }', "],", JSON.stringify(fields, null, 1).slice(2), ""].join(
    "\n",
  );

/** The forms in which the journal prints a record. */
const FORMS: readonly (readonly [name: string, print: (fields: Fields) => string])[] = [
  ["json", (fields) => `${JSON.stringify(fields)}\n`],
  ["json with blanks", (fields) => `${JSON.stringify(fields).replaceAll('":"', '" : "')}\n`],
  ["json of bytes", (fields) => `${JSON.stringify({ ...fields, MESSAGE: [...Buffer.from(fields.MESSAGE), 0xff] })}\n`],
  ["json-pretty", (fields) => `${JSON.stringify(fields, null, "\t")}\n`],
  ["json-pretty in a list", (fields) => `[${JSON.stringify(fields, null, 1)},\n${JSON.stringify(fields, null, 1)}]\n`],
  ["json-sse", (fields) => `data: ${JSON.stringify(fields)}\n\n`],
  ["json-seq", (fields) => `\u001e${JSON.stringify(fields)}\n`],
  ["json behind kubectl's prefix", (fields) => `[pod/dmesg-tail-x7k2p/tail] ${JSON.stringify(fields)}\n`],
  ["json of a container runtime", (fields) => `2026-05-28T01:14:02Z stdout F ${JSON.stringify(fields)}\n`],
  [
    "json-pretty in a list, indented and with blanks at the ends of its lines",
    (fields) => {
      const one = JSON.stringify(fields, null, 1);
      return `[${one},\n${one}]`.replaceAll(/^/gm, "  ").replaceAll(/$/gm, "  ") + "\n";
    },
  ],
  ["json in a list", (fields) => `[${JSON.stringify(fields)},${JSON.stringify(fields)}]\n`],
  ["json in a list with what is no record", (fields) => `[${JSON.stringify(fields)},null,1,"x"]\n`],
  ["json-pretty with fields of a collector", (fields) => collected(fields)],
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

  it("Y5 a record that does not say whose it is counts as the kernel's", () => {
    expect(said(judgeLines(JSON.stringify({ MESSAGE: XID })))).toEqual([HARDWARE]);
    expect(said(judgeLines(`MESSAGE=${XID}`))).toEqual([HARDWARE]);
  });

  it("Y5 a text in one line that says too late that it is the kernel's is a quotation", () => {
    expect(said(judgeLines(`PRIORITY=4 MESSAGE=${XID} ${"x".repeat(4096)} _TRANSPORT=kernel`))).toEqual([QUOTED]);
  });

  it.each(["__CURSOR", "_COMM", "SYSLOG_RAW"])("Y5 of a record only the message is read, not its field %s", (name) => {
    expect(said(judgeLines(`${name}=${XID}`, "MESSAGE=usb 1-1", "_TRANSPORT=kernel"))).toEqual([]);
  });

  it("Y5 a cursor begins the next record, and a field stands at the beginning of its line", () => {
    const agents = lines(record("started", "agent", "stdout"))
      .trim()
      .split("\n");
    const kernels = lines(record(XID)).trim().split("\n");
    expect(said(judgeLines(...agents, ...kernels))).toEqual([HARDWARE]);
    expect(said(judgeLines(...kernels, ...agents))).toEqual([HARDWARE]);
    expect(said(judgeLines("usb 1-1: _TRANSPORT=stdout", `MESSAGE=${XID}`))).toEqual([HARDWARE]);
  });

  it.each(["watcher saw NVRM: Xid 79 once", "watcher saw Xid (PCI:0008:01:00): 79"])(
    "Y5 words about an Xid within the message of a record are none: %s",
    (message) => {
      expect(said(judgeLines(JSON.stringify(record(message))))).toEqual([]);
    },
  );

  it("Y5 a message in brackets is repeated as it is", () => {
    const pretty = JSON.stringify(record(xid("79, [a] off")), null, 1);
    expect(judgeLines(...pretty.split("\n")).findings).toMatchObject([{ observed: "1 line: [a] off" }]);
  });

  it.each([
    ["cut off", [JSON.stringify(record(XID)).slice(0, -1)]],
    ["without its last brace", ["{", `"MESSAGE": "${XID}",`, '"SYSLOG_IDENTIFIER": "kernel"']],
    ["whose message is broken over two lines", ["{", `"MESSAGE": "${xid("7")}`, '9"', "}"]],
    ["behind words that no collector prints", [`x data: ${JSON.stringify(record(XID))}`]],
    ["with a field beside its first brace", ['{ "_TRANSPORT": "kernel",', `"MESSAGE": "${XID}"`, "}"]],
    ["far from the margin", ["         {", `"MESSAGE": "${XID}"`, "}"]],
  ])("Y5 a record %s is not read as one, and what it quotes is not ruled out", (_, text) => {
    expect(said(judgeLines(...text))).toEqual([QUOTED]);
  });

  it.each([["x"], [-1], [256], [1.5]])(
    "Y5 a list with %j in it is no message, for it holds what is no byte",
    (item) => {
      expect(said(judgeLines(JSON.stringify({ MESSAGE: [...Buffer.from(XID), item] })))).toEqual([]);
      expect(said(judgeLines(JSON.stringify({ MESSAGE: [...Buffer.from(XID), 0, 255] })))).toEqual([HARDWARE]);
    },
  );

  it("Y5 JSON without a message is no record", () => {
    expect(said(judgeLines('{"MESSAGE":null}', '{"OTHER":"x"}', "{}", "{", '"OTHER": "x"', "}"))).toEqual([]);
  });

  const banner = `${JSON.stringify(record(BANNER))}\n`;

  it.each(FORMS.filter(([name]) => name.startsWith("json")))(
    "Y4 a record in JSON is whole without a newline behind it: %s",
    (_, print) => {
      expect(said(judge(banner + print(record(XID)).trimEnd()))).toEqual([HARDWARE]);
    },
  );

  it.each([
    ["a record without its end", JSON.stringify(record(XID)).slice(0, -3)],
    ["a text that ends with a brace", xid("79, {x}")],
    ["a text behind a closing brace", `} ${XID}`],
  ])("Y4 %s is cut without a newline behind it", (_, text) => {
    expect(said(judge(banner + text))).toEqual([CUT]);
  });

  it("Y5 the line of a record is that of its message", () => {
    const [finding] = judgeLines(...JSON.stringify(record(XID), null, 1).split("\n")).findings;
    expect(finding?.evidence).toEqual([{ probe: "kernel-log", line: 5 }]);
    const [exported] = judgeLines(...lines(record(XID)).trim().split("\n")).findings;
    expect(exported?.evidence).toEqual([{ probe: "kernel-log", line: 4 }]);
  });
});
