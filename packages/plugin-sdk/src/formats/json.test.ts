import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";
import { jsonDocument, jsonPointer, shaped } from "./json.ts";

const output = (stdout: string, damaged = false): ProbeOutput => ({
  probe: "p",
  record: { argv: [], exitCode: 0 },
  stdout,
  stderr: "",
  damaged,
});

function refusal(work: () => unknown): Unreadable {
  try {
    work();
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("jsonDocument", () => {
  it("reads a whole document, or a part of the text that the caller names", () => {
    expect(jsonDocument(output(' {"a":[1]}\n'))).toEqual({ a: [1] });
    expect(jsonDocument(output("null"))).toBeNull();
    expect(jsonDocument(output("warning\n[1]\n"), "[1]\n")).toEqual([1]);
  });

  it.each([
    "",
    " ",
    '{"a":1',
    '{"a":1}}',
    '{"a":1} {"b":2}',
    '{"a":1}\ntext',
    "{a:1}",
    "NaN",
    "\u0000",
    "[1,]",
    "<a/>",
  ])("G3 refuses %j", (text) => {
    expect(refusal(() => jsonDocument(output(text))).message).toMatch(/^it is not a whole JSON document: /);
  });

  it("G3 bytes that are no UTF-8 spoil their value alone, and the document where they break its syntax", () => {
    expect(jsonDocument(output('{"a":"\uFFFD","b":1}', true))).toEqual({ a: "\uFFFD", b: 1 });
    expect(refusal(() => jsonDocument(output('{"a":\uFFFD}', true))).noDocument).toBe(true);
  });

  it("G10 answers 30,000 nested lists and lines of 1 MB", () => {
    const deep = jsonDocument(output(`${"[".repeat(30_000)}${"]".repeat(30_000)}`));
    expect(refusal(() => shaped(z.object({ a: z.string() }), deep)).message).toBe(
      "it has no known shape: /: Invalid input: expected object, received array",
    );
    expect(() => jsonDocument(output("[".repeat(30_000)))).toThrow(Unreadable);
    expect(jsonDocument(output(JSON.stringify("x".repeat(1_000_000))))).toHaveLength(1_000_000);
  });
});

describe("shaped", () => {
  const Shape = z.object({ list: z.array(z.object({ "a/b": z.number() })) });

  it("leaves unknown fields out and gives the rest", () => {
    expect(shaped(Shape, { list: [{ "a/b": 1, more: true }], newer: 2 })).toEqual({ list: [{ "a/b": 1 }] });
  });

  it("G3 refuses another shape, at the first place that differs", () => {
    const refused = refusal(() => shaped(Shape, { list: [{ "a/b": 1 }, 5] }));
    expect(refused).toMatchObject({
      path: "/list/1",
      message: "it has no known shape: /list/1: Invalid input: expected object, received number",
    });
    expect(refusal(() => shaped(Shape, { list: [{ "a/b": "1" }] })).path).toBe("/list/0/a~1b");
    expect(refusal(() => shaped(Shape, undefined)).path).toBe("");
  });
});

describe("jsonPointer", () => {
  it("escapes as RFC 6901 asks", () => {
    expect(jsonPointer([])).toBe("");
    expect(jsonPointer(["a/b", 0, "m~n", "~1", ""])).toBe("/a~1b/0/m~0n/~01/");
  });
});
