import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEvidence, type Format } from "./evidence.ts";
import { jsonDocument } from "./formats/json.ts";
import { xmlDocument } from "./formats/xml.ts";
import { lineCount, toolsWords } from "./quotation.ts";

const words = (stdout: string, stderr = ""): [string, string, number] | undefined => {
  const quotation = toolsWords("p", { stdout, stderr });
  return quotation === undefined
    ? undefined
    : [quotation.words, quotation.at.stream ?? "out", quotation.at.line ?? Number.NaN];
};

describe("G3 the words of a tool whose output cannot be used", () => {
  it.each<[string, string, string, [string, string, number] | undefined]>([
    ["stderr before stdout, without its blank lines", "said\n", "\n \n why \nmore\n", ["why", "err", 3]],
    [
      "the first line of stdout that is not blank",
      "\n\nNo devices were found\n",
      "",
      ["No devices were found", "out", 3],
    ],
    ["what stands before a JSON document", 'note\n{"a": 1}\nafter\n', "", ["note", "out", 1]],
    ["what stands before it in its own line", 'note: {"a": 1}\n', "", ["note:", "out", 1]],
    ["what stands after it", '{"a": "}{"}\n\nWARNING: x\n', "", ["WARNING: x", "out", 3]],
    ["what stands after an XML document", "<?xml ?>\n<a>\n<b/></a>\nWARNING: x\n", "", ["WARNING: x", "out", 4]],
    ["nothing of a document that was cut", '{"a": {"b": 1},\n"c": 2\n', "", undefined],
    ["nothing of an XML document that was cut", "<a>\n<b>text</b>\ntext", "", undefined],
    ["nothing where there is nothing", " \n", "\n", undefined],
  ])("are %s", (_, stdout, stderr, expected) => {
    expect(words(stdout, stderr)).toEqual(expected);
  });

  it("are cut at 200 characters", () => {
    expect(words("x".repeat(300))?.[0]).toBe(`${"x".repeat(200)}…`);
  });

  const formats: readonly Format<unknown>[] = [{ parse: jsonDocument }, { parse: xmlDocument }];
  it("point to a line that exists, whatever a tool prints", () => {
    const printed = fc.array(fc.constantFrom("<a>", "</a>", "{", "}", '"', "\n", " ", "x", "\uFFFD"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(printed, printed, fc.constantFrom(0, 9), (out, err, exitCode) => {
        const stdout = out.join("");
        const stderr = err.join("");
        const capture = { record: { argv: [], exitCode }, stdout, stderr };
        const evidence = createEvidence({ name: "n" }, new Map([["p", capture]]));
        for (const format of formats) {
          const reading = evidence.read("p", format);
          for (const { stream, line } of reading.usable ? [] : reading.evidence)
            expect(line ?? 1).toBeLessThanOrEqual(Math.max(1, lineCount(stream === "err" ? stderr : stdout)));
        }
      }),
    );
  });
});
