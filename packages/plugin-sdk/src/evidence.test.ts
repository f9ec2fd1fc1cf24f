import { describe, expect, it } from "vitest";
import { Unreadable } from "./errors.ts";
import { createEvidence, type Format, type ProbeCapture } from "./evidence.ts";
import { lines } from "./formats/lines.ts";

const text: Format<string> = { parse: (output) => output.stdout };
const ran = { argv: ["tool"], exitCode: 0, signal: null, timedOut: false, startError: null };

function read<T>(capture: Partial<ProbeCapture> | undefined, format: Format<T>) {
  const captures = new Map<string, ProbeCapture>(
    capture === undefined ? [] : [["probe", { record: ran, stdout: "READY\n", ...capture }]],
  );
  return createEvidence({ name: "n" }, captures).read("probe", format);
}

describe("which probes can be used", () => {
  it("G3 reads a probe that ran well", () => {
    expect(read({}, text)).toMatchObject({ usable: true, value: "READY\n" });
  });

  const unusable: [string, Partial<ProbeCapture> | undefined, string, { absent?: boolean; started?: boolean }][] = [
    ["no entry", undefined, "it was not collected", { absent: true, started: false }],
    [
      "a start error",
      { record: { ...ran, exitCode: null, startError: "not-found" } },
      "it could not start: not-found",
      { started: false },
    ],
    [
      "a time limit",
      { record: { ...ran, exitCode: null, signal: "SIGKILL", timedOut: true } },
      "it ran into its time limit",
      {},
    ],
    ["a signal", { record: { ...ran, exitCode: null, signal: "SIGSEGV" } }, "it was ended by SIGSEGV", {}],
    ["no exit code", { record: { ...ran, exitCode: null } }, "it has no exit code", {}],
    [
      "an exit code that is text",
      { record: { ...ran, exitCode: "0" } },
      "its entry in bundle.json is not readable: exitCode",
      {},
    ],
    [
      "an exit code that is no integer",
      { record: { ...ran, exitCode: 0.5 } },
      "its entry in bundle.json is not readable: exitCode",
      {},
    ],
    ["an entry that is no object", { record: 7 }, "its entry in bundle.json is not readable: entry", {}],
    ["a cut output", { record: { ...ran, truncated: true } }, "its output was cut by the collector's cap", {}],
    [
      "an exit code that means nothing to the tool",
      { record: { ...ran, exitCode: 9 }, stderr: "boom\nmore\n" },
      "it ended with exit code 9 (boom)",
      {},
    ],
    ["no output file", { stdout: undefined }, "it left no output file", {}],
    [
      "an output file that was refused",
      { stdout: undefined, stdoutProblem: "it is no regular file" },
      "it is no regular file",
      {},
    ],
    ["a NUL byte", { stdout: "REA\u0000DY\n" }, "its output holds NUL bytes", {}],
    ["empty output", { stdout: " \n" }, "its output is empty", {}],
  ];
  it.each(unusable)("G3 %s makes it unusable as a whole", (_, capture, reason, shape) => {
    const reading = read(capture, text);
    expect(reading).toMatchObject({ usable: false, probe: "probe", absent: false, started: true, ...shape });
    expect(reading.usable ? "" : reason).toBe(reason);
    expect(reading.usable ? "" : reading.reason).toContain(reason);
  });

  it("G4 an exit code is read where the tool means something by it", () => {
    const diag = { record: { ...ran, exitCode: 226 } };
    expect(read(diag, { ...text, exit: [0, 226] }).usable).toBe(true);
    expect(read(diag, { ...text, exit: "any" }).usable).toBe(true);
    expect(read(diag, { ...text, exit: [1] }).usable).toBe(false);
    expect(read({ stdout: "" }, { ...text, mayBeEmpty: true })).toMatchObject({ usable: true, value: "" });
  });

  it("points to the first line of stderr where a tool said why", () => {
    expect(read({ record: { ...ran, exitCode: 9 }, stderr: "boom\n" }, text)).toMatchObject({
      evidence: [{ probe: "probe", stream: "err", line: 1 }],
    });
    expect(read({ record: { ...ran, exitCode: 9 }, stdout: "" }, text)).toMatchObject({
      evidence: [{ probe: "probe" }],
    });
  });

  it("turns Unreadable into the reason and lets bugs through", () => {
    const where: Format<never> = {
      parse: () => {
        throw new Unreadable("odd", { line: 3, path: "/a" });
      },
    };
    expect(read({ stdout: "one\ntwo\n\n" }, where)).toMatchObject({
      usable: false,
      reason: "odd",
      evidence: [{ probe: "probe", line: 3, path: "/a" }],
    });
    expect(() =>
      read(
        {},
        {
          parse: () => {
            throw new TypeError("bug");
          },
        },
      ),
    ).toThrow("bug");
  });

  it.each([
    ["an unknown shape, whatever the exit code", 3, "unknown-shape", true],
    ["damaged text", 0, "damaged", false],
    ["a shape that its reader refuses without saying why, of a tool that succeeded", 0, undefined, true],
    ["what a tool that failed printed", 3, undefined, false],
  ] as const)(
    "says by a field, not by its words, whether a shape is unknown: %s",
    (_, exitCode, fault, unknownShape) => {
      const refusing: Format<never> = {
        exit: "any",
        parse: () => {
          throw new Unreadable("odd", fault === undefined ? {} : { fault });
        },
      };
      const record = { ...ran, exitCode };
      const evidence = createEvidence({ name: "n" }, new Map([["probe", { record, stdout: "it was cut\n" }]]));
      expect(evidence.unknownShapes()).toEqual([]);
      expect(evidence.read("probe", refusing)).toMatchObject({ unknownShape });
      expect(evidence.unknownShapes()).toEqual(unknownShape ? ["probe"] : []);
    },
  );

  it("reads a document once for all who ask with the same format", () => {
    let parses = 0;
    const counting: Format<number> = { parse: () => (parses += 1) };
    const evidence = createEvidence({ name: "n" }, new Map([["probe", { record: ran, stdout: "x\n" }]]));
    evidence.read("probe", counting);
    evidence.read("probe", counting);
    evidence.read("probe", text);
    expect(parses).toBe(1);
  });

  it("G3 text without its last newline was cut", () => {
    expect(read({ stdout: "a\nb" }, { parse: (output) => lines(output) })).toMatchObject({
      usable: false,
      evidence: [{ line: 2 }],
    });
    expect(
      read({ stdout: "a\nb" }, { parse: (output) => lines(output, { lastNewline: "optional" }).length }),
    ).toMatchObject({ usable: true, value: 2 });
  });
});
