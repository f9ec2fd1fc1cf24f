import { describe, expect, it } from "vitest";
import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";
import { child, descendants, innermost, xmlDocument, xmlPointer, type XmlElement } from "./xml.ts";

const output = (stdout: string, damaged = false): ProbeOutput => ({
  probe: "p",
  record: { argv: [], exitCode: 0 },
  stdout,
  stderr: "",
  damaged,
});
const parse = (text: string, damaged = false): XmlElement => xmlDocument(output(text, damaged));

function refusal(text: string, damaged = false): Unreadable {
  try {
    xmlDocument(output(text, damaged));
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("xmlDocument", () => {
  it("gives names, trimmed text, attributes, lines and parents", () => {
    const root = parse(
      '<?xml version="1.0" ?>\n<!-- note -->\n<log>\n <gpu id="0">\n  <name>\n   A &amp; B &#x41;<![CDATA[ <C> ]]></name>\n  <none/>\n </gpu>\n</log>\n',
    );
    expect(root).toMatchObject({ name: "log", text: "", line: 3, parent: undefined, attributes: {} });
    const [gpu] = root.children;
    expect(gpu).toMatchObject({ name: "gpu", line: 4, attributes: { id: "0" } });
    expect(gpu?.parent).toBe(root);
    expect(gpu?.children.map(({ name, text, line }) => [name, text, line])).toEqual([
      ["name", "A & B A <C>", 5],
      ["none", "", 7],
    ]);
  });

  it("keeps text around child elements together", () => {
    expect(parse("<a> x <b>y</b> z </a>")).toMatchObject({ text: "x  z", children: [{ text: "y" }] });
  });

  it("never fetches an external DTD", () => {
    expect(parse('<!DOCTYPE a SYSTEM "nvsmi_device_v13.dtd">\n<a>1</a>').text).toBe("1");
    expect(parse('<!DOCTYPE a PUBLIC "-//x" "file:///etc/passwd">\n<a>1</a>').text).toBe("1");
  });

  it.each([
    ["an internal entity", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an unused entity", '<!DOCTYPE a SYSTEM "a.dtd" [\n<!ENTITY x "y">\n]>\n<a>1</a>'],
    ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ["a parameter entity", '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><a/>'],
    ["a declared attribute", '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>'],
  ])("M2 refuses %s and expands nothing", (_, text) => {
    expect(refusal(text).message).toBe("its XML brings declarations of its own");
  });

  it("M2 refuses a billion laughs before the first of them", () => {
    const entities = Array.from(
      { length: 12 },
      (_, level) => `<!ENTITY l${String(level + 1)} "${`&l${String(level)};`.repeat(10)}">`,
    ).join("\n");
    expect(refusal(`<!DOCTYPE a [\n<!ENTITY l0 "lol">\n${entities}\n]>\n<a>&l12;</a>`)).toMatchObject({
      message: "its XML brings declarations of its own",
      line: 15,
    });
  });

  it.each([
    ["nothing but space", " \n"],
    ["text", "No devices were found\n"],
    ["a cut inside an element", "<a><b>1</b>"],
    ["a cut inside a tag", "<a><b"],
    ["a cut inside a comment", "<a/><!-- x"],
    ["a cut inside the declaration of a type", '<!DOCTYPE a SYSTEM "x'],
    ["tags that do not match", "<a><b></a></b>"],
    ["two roots", "<a/><a/>"],
    ["text behind the root", "<a/>\ntext"],
    ["text before the root", "warning\n<a/>"],
    ["an entity nobody declared", "<a>&x;</a>"],
    ["a bare ampersand", "<a>a & b</a>"],
    ["an attribute twice", '<a b="1" b="2"/>'],
    ["a NUL byte", "<a>\u0000</a>"],
    ["a control character", "<a>\u0001</a>"],
    ["only a comment", "<!-- a -->"],
    ["JSON", '{"a":1}'],
  ])("G3 refuses %s", (_, text) => {
    expect(refusal(text).message).toMatch(/XML/);
    expect(refusal(text).line).toBeGreaterThan(0);
  });

  it("G3 refuses every cut of a document but that of its last newline", () => {
    const text =
      '<?xml version="1.0" ?>\n<!DOCTYPE log SYSTEM "x.dtd">\n<log>\n\t<gpu id="1"><serial>12</serial></gpu>\n</log>\n';
    for (let length = 0; length < text.length - 1; length += 1)
      expect(refusal(text.slice(0, length))).toBeInstanceOf(Unreadable);
    expect(parse(text.trimEnd()).name).toBe("log");
  });

  it("G3 bytes that are no UTF-8 spoil their value alone, and the document where they break its syntax", () => {
    expect(parse("<a><b>\uFFFD</b><c>1</c></a>", true).children.map(({ text }) => text)).toEqual(["\uFFFD", "1"]);
    expect(refusal("<a><b>1</b\uFFFD></a>", true).noDocument).toBe(true);
  });

  it("names like those of objects are names", () => {
    const root = parse('<a __proto__="x" constructor="y"><__proto__>1</__proto__><constructor>2</constructor></a>');
    expect(child(root, "__proto__")?.text).toBe("1");
    expect(child(root, "constructor")?.text).toBe("2");
    expect(child(root, "toString")).toBeUndefined();
    expect(Object.keys(root.attributes)).toEqual(["__proto__", "constructor"]);
  });
});

describe("G10 hostile sizes", () => {
  it("30,000 nested elements are read, and pointed at", () => {
    let deepest = parse(`${"<a>".repeat(30_000)}${"</a>".repeat(30_000)}`);
    for (let inner = deepest.children[0]; inner !== undefined; inner = inner.children[0]) deepest = inner;
    expect(xmlPointer(deepest)).toBe("/a".repeat(30_000));
    expect(refusal("<a>".repeat(30_000)).message).toContain("unclosed tag");
  });

  it("1 MB of text, of one attribute, of spaces and of comment are read", () => {
    const long = "x".repeat(1_000_000);
    expect(parse(`<a>${long}</a>`).text).toHaveLength(1_000_000);
    expect(parse(`<a b="${long}"/>`).attributes.b).toHaveLength(1_000_000);
    expect(parse(`<a>${" ".repeat(1_000_000)}</a>`).text).toBe("");
    expect(parse(`<a><!--${long}-->1</a>`).text).toBe("1");
  });

  it("30,000 rows are pointed at", () => {
    const root = parse(`<a>${"<b/>".repeat(30_000)}</a>`);
    expect(root.children.map((element) => xmlPointer(element)).at(-1)).toBe("/a/b/29999");
  });

  it("a document of more elements than any tool prints is refused", () => {
    expect(refusal(`<a>${"<b/>".repeat(500_000)}</a>`).message).toBe("its XML has more than 500000 elements");
  });
});

describe("places in a document", () => {
  const root = parse("<log>\n<gpu/>\n<x/>\n<gpu>\n<ecc><n>1</n></ecc><ecc><n>2</n><n>3</n></ecc>\n</gpu>\n</log>");
  const second = root.children[2];

  it("xmlPointer counts siblings of the same name only", () => {
    expect(xmlPointer(root)).toBe("/log");
    expect(root.children.map((element) => xmlPointer(element))).toEqual(["/log/gpu/0", "/log/x", "/log/gpu/1"]);
    expect(second === undefined ? [] : descendants(second, "ecc", "n").map((element) => xmlPointer(element))).toEqual([
      "/log/gpu/1/ecc/0/n",
      "/log/gpu/1/ecc/1/n/0",
      "/log/gpu/1/ecc/1/n/1",
    ]);
  });

  it("child follows the first of each name", () => {
    expect(child(second, "ecc", "n")?.text).toBe("1");
    expect(child(second, "ecc", "x", "n")).toBeUndefined();
    expect(child(second)).toBe(second);
    expect(child(undefined, "ecc")).toBeUndefined();
  });

  it("innermost stops where the way ends", () => {
    expect(innermost(root, "x", "y", "z").name).toBe("x");
    expect(innermost(root, "y", "x").name).toBe("log");
    expect(innermost(root, "gpu").name).toBe("gpu");
  });
});
