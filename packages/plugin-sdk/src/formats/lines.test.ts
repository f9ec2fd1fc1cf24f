import { describe, expect, it } from "vitest";
import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";
import { intact, lines } from "./lines.ts";

const output = (stdout: string, damaged = false): ProbeOutput => ({
  probe: "p",
  record: { argv: [], exitCode: 0 },
  stdout,
  stderr: "",
  damaged,
});

describe("lines", () => {
  it("numbers lines from 1, empty ones too, and drops carriage returns", () => {
    expect(lines(output("a\r\n\nb\rc\r\r\n"))).toEqual([
      { number: 1, text: "a", damaged: false },
      { number: 2, text: "", damaged: false },
      { number: 3, text: "b\rc\r", damaged: false },
    ]);
    expect(lines(output(""))).toEqual([]);
    expect(lines(output("\n"))).toHaveLength(1);
  });

  it("G3 refuses text without its last newline, at its last line", () => {
    expect(() => lines(output("a\nb"))).toThrow(Unreadable);
    try {
      lines(output("a\nb"));
    } catch (error) {
      expect(error).toMatchObject({ line: 2, message: "its output does not end with a newline: it was cut" });
    }
  });

  it("reads such text where a person may have written it", () => {
    expect(lines(output("a\nb"), { lastNewline: "optional" }).map(({ text }) => text)).toEqual(["a", "b"]);
    expect(() => lines(output("a\nb"), { lastNewline: "required" })).toThrow(Unreadable);
  });

  it("tells the lines whose bytes are damaged from a replacement character that was printed", () => {
    const text = "a\n\uFFFD\nb\n";
    expect(lines(output(text, true)).map(({ damaged }) => damaged)).toEqual([false, true, false]);
    expect(lines(output(text)).map(({ damaged }) => damaged)).toEqual([false, false, false]);
  });

  it("refuses to give the value of a damaged line", () => {
    const [good, bad] = lines(output("a\n\uFFFD\n", true));
    expect(good === undefined ? undefined : intact(good).text).toBe("a");
    expect(() => bad && intact(bad)).toThrow("the line holds bytes that are no UTF-8");
    try {
      if (bad !== undefined) intact(bad);
    } catch (error) {
      expect(error).toMatchObject({ line: 2 });
    }
  });

  it("splits 1 MB, in one line or in many", () => {
    expect(lines(output(`${"x".repeat(1_000_000)}\n`))).toHaveLength(1);
    expect(lines(output("\n".repeat(1_000_000)))).toHaveLength(1_000_000);
  });
});
