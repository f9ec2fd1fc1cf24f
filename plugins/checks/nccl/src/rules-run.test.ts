import { answer, lines } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  CLOSING,
  EARLY,
  EXPECT,
  HEADER,
  judge,
  linesOf,
  log,
  LOW,
  NODE,
  OLD_HEADER,
  oldRow,
  row,
  UNCHECKED,
  UNREADABLE,
  UNUSABLE,
  WRONG,
} from "../test/run-text.ts";
import check from "./index.ts";

const NAN = `bandwidth-unreadable inconclusive tool node ${NODE}`;

describe("N3 the end of the run", () => {
  it.each([
    ["no closing line", lines(HEADER, row())],
    ["no closing line, too slow", lines(HEADER, row({ busbw: "1.00" }))],
    ["no closing line, wrong values", lines(HEADER, row({ wrong: "1" }))],
    ["no table", lines("# nThread 1 nGpus 4")],
    ["a second table without one", lines(HEADER, row(), CLOSING, HEADER)],
    ["rows after the closing line", lines(HEADER, row(), CLOSING, row())],
    ["a first table without one", lines(HEADER, row(), HEADER, row(), CLOSING)],
    ["a closing line inside another", lines(HEADER, row(), `host:1 said ${CLOSING}`)],
    ["the average alone", lines(HEADER, row(), "# Avg bus bandwidth    : 700 ")],
  ])("N3 %s: inconclusive, and nothing of it is judged", (_, stdout) => {
    const judgement = judge(stdout);
    expect(judgement.said).toEqual(["inconclusive", EARLY]);
    const message = stdout.includes(CLOSING)
      ? "A table is not closed by a line `Out of bounds values` that can be read."
      : "The run ended early: a table is not closed by `Out of bounds values`.";
    expect(judgement.findings[0]).toMatchObject({ message, evidence: [] });
  });

  it("N3 a complete log is read whatever the exit code (G4)", () => {
    for (const exitCode of [1, 2, 3, 134]) {
      expect(judge(log([row()]), EXPECT, { exitCode }).verdict).toBe("pass");
      expect(judge(log([row({ busbw: "1.00" })]), EXPECT, { exitCode }).verdict).toBe("fail");
      expect(judge(lines(HEADER, row()), EXPECT, { exitCode }).verdict).toBe("inconclusive");
    }
  });

  it.each([
    ["timed out", log([row({ wrong: "1" })]), { timedOut: true }],
    ["killed", log([row({ wrong: "1" })]), { signal: "SIGKILL" }],
    ["without an exit code", log([row({ wrong: "1" })]), { exitCode: null }],
    ["truncated", log([row({ wrong: "1" })]), { truncated: true }],
    ["empty", "", { exitCode: 1 }],
  ])("N3 a log that is %s is unusable (G3)", (_, stdout, run) => {
    expect(judge(stdout, EXPECT, run).said).toEqual(["inconclusive", UNUSABLE]);
  });

  it("N3 a log without its last newline is read when its table is closed", () => {
    expect(judge(log([row()]).trimEnd()).verdict).toBe("pass");
    expect(judge(lines(HEADER, row(), CLOSING).trimEnd()).verdict).toBe("pass");
    expect(judge(log([row({ wrong: "1" })]).trimEnd()).said).toEqual(["fail", WRONG]);
    expect(judge(lines(HEADER, row(), "# Out of bounds values : 2 FAILED").trimEnd()).said).toEqual(["fail", WRONG]);
    for (const cut of ["# Out of bounds values : 1", "# Out of bounds values : 0", "# Out of bounds values : 0 O"])
      expect(judge(`${lines(HEADER, row())}${cut}`).said).toEqual(["inconclusive", UNREADABLE]);
    expect(judge(lines(HEADER, row({ wrong: "1" })).trimEnd()).said).toEqual(["inconclusive", EARLY]);
  });

  it("N3 a probe that was not collected is inconclusive", () => {
    expect(answer(check, { probes: {}, expect: { nccl: EXPECT }, node: NODE }).said).toEqual([
      "inconclusive",
      `evidence-missing inconclusive tool node ${NODE}`,
    ]);
  });
});

describe("N4 a bandwidth that is no number", () => {
  it.each(["nan", "-nan", "inf", "-inf", "N/A", "-", "1e999", "1.2.3", "NaN"])("N4 %s is inconclusive", (busbw) => {
    const judgement = judge(log([row({ busbw })]));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.findings).toEqual([
      {
        code: "bandwidth-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: NODE },
        message: "The bandwidth at 17179869184 bytes is no finite number.",
        expected: "at least 650 GB/s",
        observed: busbw,
        evidence: [{ probe: "nccl-allreduce", line: 3 }],
      },
    ]);
  });

  it("N4 of another size or in place decides nothing", () => {
    expect(judge(log([row({ size: 0, busbw: "-nan" }), row({ inPlace: "nan" })])).verdict).toBe("pass");
  });

  it("N4 does not hide a row of the size that is too slow, nor the reverse", () => {
    const judgement = judge(log([row({ busbw: "nan" }), row({ busbw: "1.00" }), row({ busbw: "inf" }), row()]));
    expect(judgement.said).toEqual(["fail", LOW, NAN]);
    expect(linesOf(judgement.findings[1])).toEqual([3, 5]);
  });
});

describe("N5 checking was off", () => {
  it.each([
    ["both", row({ wrong: "N/A", wrongInPlace: "N/A" })],
    ["out of place", row({ wrong: "N/A" })],
    ["in place", row({ wrongInPlace: "n/a" })],
  ])("N5 N/A in %s turns a pass into inconclusive", (_, unchecked) => {
    const judgement = judge(log([row({ size: 8 }), unchecked, unchecked]));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.findings).toEqual([
      {
        code: "errors-unchecked",
        verdict: "inconclusive",
        cause: "configuration",
        scope: { kind: "node", id: NODE },
        message: "The test ran without checking its results.",
        expected: "#wrong 0",
        observed: "N/A",
        evidence: [{ probe: "nccl-allreduce", line: 4 }],
      },
    ]);
  });

  it("N5 a fail stays", () => {
    const judgement = judge(log([oldRow({ busbw: "1.00", wrong: "N/A", wrongInPlace: "N/A" })], CLOSING, OLD_HEADER));
    expect(judgement.said).toEqual(["fail", UNCHECKED, LOW]);
  });

  it("N5 a table without error columns is unchecked", () => {
    const judgement = judge(
      log(
        [" 17179869184 4294967296 float sum -1 37610 456.79 684.05"],
        CLOSING,
        "# size count type redop root time algbw busbw",
      ),
    );
    expect(judgement.said).toEqual(["inconclusive", UNCHECKED]);
  });
});
