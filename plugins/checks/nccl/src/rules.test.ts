import { runCheck, type Finding } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const NODE = "gb300-r21-t16";
const SIZE = 17_179_869_184;
const EXPECT = { minBusbwGBps: 650, size: SIZE };

function judge(stdout: string, nccl: Record<string, unknown> | null = EXPECT, run: Record<string, unknown> = {}) {
  return runCheck(
    check,
    evidenceOf({ probes: { "nccl-allreduce": { stdout, ...run } }, node: { name: NODE } }),
    nccl === null ? {} : { nccl },
  );
}
const essences = (judgement: { findings: readonly Finding[] }) =>
  judgement.findings.map(({ code, verdict, cause, scope }) => `${code} ${verdict} ${cause} ${scope.kind} ${scope.id}`);
const linesOf = (finding: Finding | undefined) => finding?.evidence.map(({ line }) => line);

const HEADER =
  "#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong";
const OLD_HEADER =
  "#       size         count    type   redop     time   algbw   busbw  error     time   algbw   busbw  error";
const CLOSING = "# Out of bounds values : 0 OK";

interface RowSketch {
  size?: number | string;
  busbw?: string;
  wrong?: string;
  inPlace?: string;
  wrongInPlace?: string;
}
const row = ({ size = SIZE, busbw = "684.05", wrong = "0", inPlace = "684.31", wrongInPlace = "0" }: RowSketch = {}) =>
  ` ${String(size)}    4294967296     float     sum      -1    37610  456.79  ${busbw}      ${wrong}    37605  456.85  ${inPlace}      ${wrongInPlace}`;
const oldRow = ({
  size = SIZE,
  busbw = "684.05",
  wrong = "0",
  inPlace = "684.31",
  wrongInPlace = "0",
}: RowSketch = {}) =>
  ` ${String(size)}    4294967296   float     sum    37610  456.79  ${busbw}  ${wrong}    37605  456.85  ${inPlace}  ${wrongInPlace}`;
const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
/** A log whose rows begin at line 3. */
const log = (rows: readonly string[], closing = CLOSING, header = HEADER) =>
  text("# nThread 1 nGpus 4", header, ...rows, closing, "# Avg bus bandwidth    : 12.0 ");

const LOW = `bandwidth-low fail unknown node ${NODE}`;
const WRONG = `values-wrong fail hardware node ${NODE}`;
const NAN = `bandwidth-unreadable inconclusive tool node ${NODE}`;
const UNCHECKED = `errors-unchecked inconclusive configuration node ${NODE}`;
const UNREADABLE = `row-unreadable inconclusive tool node ${NODE}`;
const EARLY = `run-incomplete inconclusive tool node ${NODE}`;
const UNUSABLE = `evidence-unusable inconclusive tool node ${NODE}`;

describe("N1 the row of the size", () => {
  it.each(["650", "650.00", "650.01", "684.05", "1e3", "+651", "700."])(
    "N1 %s GB/s out of place is enough",
    (busbw) => {
      expect(judge(log([row({ busbw })]))).toMatchObject({ verdict: "pass", findings: [] });
    },
  );

  it.each(["649.99", "0.00", "6.4e+02", "-700", ".5"])("N1 %s GB/s is too little", (busbw) => {
    const judgement = judge(log([row({ busbw })]));
    expect(judgement.verdict).toBe("fail");
    expect(judgement.findings).toEqual([
      {
        code: "bandwidth-low",
        verdict: "fail",
        cause: "unknown",
        scope: { kind: "node", id: NODE },
        message: `All-reduce of 17179869184 bytes reaches ${busbw} GB/s of 650.`,
        expected: "at least 650 GB/s",
        observed: `${busbw} GB/s`,
        evidence: [{ probe: "nccl-allreduce", line: 3 }],
      },
    ]);
  });

  it("N1 neither in place, nor another size, nor the average decides", () => {
    expect(judge(log([row({ size: 8_589_934_592, busbw: "1.00" }), row({ inPlace: "1.00" })])).verdict).toBe("pass");
    expect(judge(log([row({ size: 8_589_934_592 }), row({ busbw: "1.00" })])).verdict).toBe("fail");
  });

  it("N1 of several rows of the size every one counts, and the worst is shown", () => {
    const judgement = judge(log([row({ busbw: "640.00" }), row(), row({ busbw: "600.00" }), row({ busbw: "630.00" })]));
    expect(essences(judgement)).toEqual([LOW]);
    expect(judgement.findings[0]?.observed).toBe("600.00 GB/s");
    expect(linesOf(judgement.findings[0])).toEqual([3, 5, 6]);
    expect(judge(log([row(), row()])).verdict).toBe("pass");
  });

  it("N1 no such row is inconclusive", () => {
    const judgement = judge(log([row({ size: 17_179_869_185 }), row({ size: 8 }), row({ size: 4096 })]));
    expect(judgement.verdict).toBe("inconclusive");
    expect(judgement.findings).toEqual([
      {
        code: "size-missing",
        verdict: "inconclusive",
        cause: "configuration",
        scope: { kind: "node", id: NODE },
        message: "The test has no row of 17179869184 bytes.",
        expected: "17179869184",
        observed: "8 to 17179869185",
        evidence: [],
      },
    ]);
    expect(judge(log([])).findings).toMatchObject([{ code: "size-missing", observed: "no rows" }]);
  });
});

describe("N2 wrong values", () => {
  it.each([
    ["out of place", row({ wrong: "1" })],
    ["in place", row({ wrongInPlace: "3" })],
    ["many", row({ wrong: "2.68435e+08" })],
    ["at another size", row({ size: 8, wrong: "1" })],
  ])("N2 #wrong above 0 %s fails", (_, wrong) => {
    const judgement = judge(log([row(), wrong]));
    expect(judgement.verdict).toBe("fail");
    expect(essences(judgement)).toEqual([WRONG]);
    expect(linesOf(judgement.findings[0])).toEqual([4]);
  });

  it.each(["1 FAILED", "12 FAILED", "1 OK", "3", "-1 FAILED"])("N2 values out of bounds fail: %s", (count) => {
    const judgement = judge(log([row()], `# Out of bounds values : ${count}`));
    expect(judgement.verdict).toBe("fail");
    expect(judgement.findings).toEqual([
      {
        code: "values-wrong",
        verdict: "fail",
        cause: "hardware",
        scope: { kind: "node", id: NODE },
        message: "The reduction returned wrong values.",
        expected: "#wrong 0, out of bounds 0",
        observed: `out of bounds ${String(Number.parseInt(count, 10))}`,
        evidence: [{ probe: "nccl-allreduce", line: 4 }],
      },
    ]);
  });

  it("N2 shows rows and counts together", () => {
    const judgement = judge(
      log(
        [row({ wrong: "1" }), row({ size: 8, wrong: "1" }), row({ wrong: "2" })],
        "# Out of bounds values : 3 FAILED",
      ),
    );
    expect(essences(judgement)).toEqual([WRONG]);
    expect(judgement.findings[0]?.observed).toBe("#wrong above 0 at size 8, 17179869184; out of bounds 3");
    expect(linesOf(judgement.findings[0])).toEqual([3, 4, 5, 6]);
    expect(judge(log([row({ wrong: "1" })])).findings[0]?.observed).toBe("#wrong above 0 at size 17179869184");
  });

  it("N2 every table's count is judged", () => {
    const two = (first: string, second: string) => judge(text(HEADER, row(), first, HEADER, row(), second));
    expect(two(CLOSING, CLOSING).verdict).toBe("pass");
    const judgement = two("# Out of bounds values : 2 FAILED", "# Out of bounds values : 10 FAILED");
    expect(judgement.findings[0]?.observed).toBe("out of bounds 10, 2");
    expect(linesOf(judgement.findings[0])).toEqual([3, 6]);
    expect(two(CLOSING, "# Out of bounds values : 2 FAILED").verdict).toBe("fail");
    expect(
      linesOf(
        judge(text(HEADER, row(), "# Out of bounds values : 2 FAILED", HEADER, row({ wrong: "1" }), CLOSING))
          .findings[0],
      ),
    ).toEqual([3, 5]);
  });

  it("N2 and N1 both show, and N2 fails without expectations (G1, G11)", () => {
    expect(essences(judge(log([row({ busbw: "1.00", wrong: "1" })])))).toEqual([WRONG, LOW]);
    const missing = (key: string) => expect.objectContaining({ code: "expectation-missing", expected: key }) as unknown;
    const bare = judge(log([row({ busbw: "1.00", wrong: "1" })]), null);
    expect(bare.verdict).toBe("fail");
    expect(bare.findings).toEqual([
      missing("nccl.minBusbwGBps"),
      missing("nccl.size"),
      expect.objectContaining({ code: "values-wrong" }),
    ]);
    for (const [nccl, key] of [
      [{ size: SIZE }, "nccl.minBusbwGBps"],
      [{ minBusbwGBps: 650 }, "nccl.size"],
    ] as const) {
      expect(judge(log([row({ busbw: "1.00" })]), nccl)).toMatchObject({
        verdict: "inconclusive",
        findings: [missing(key)],
      });
    }
  });

  it.each(["x OK", "", "0 FAILED", "0 OK 3", "0.5 OK"])(
    "N2 a count that cannot be read is inconclusive: %j",
    (count) => {
      const judgement = judge(log([row()], `# Out of bounds values : ${count}`));
      expect(judgement.verdict).toBe("inconclusive");
      expect(essences(judgement)).toEqual([UNREADABLE]);
      expect(linesOf(judgement.findings[0])).toEqual([4]);
    },
  );

  it.each(["0", "0 ok", " 0  OK "])("N2 a count of %j is none", (count) => {
    expect(judge(log([row()], `#  Out of bounds values:${count}`)).verdict).toBe("pass");
  });

  it("N2 an old error column holds a deviation, which below 1 is rounding", () => {
    const old = (sketch: RowSketch, closing = CLOSING) => judge(log([oldRow(sketch)], closing, OLD_HEADER));
    for (const wrong of ["0e+00", "5e-07", "0.99"])
      expect(old({ wrong, wrongInPlace: wrong })).toMatchObject({ verdict: "pass", findings: [] });
    for (const wrong of ["1", "2e+00"]) expect(essences(old({ wrongInPlace: wrong }))).toEqual([WRONG]);
    expect(essences(old({ wrong: "5e-07" }, "# Out of bounds values : 1 FAILED"))).toEqual([WRONG]);
    expect(essences(judge(log([row({ wrong: "5e-07" })])))).toEqual([WRONG]);
  });
});

describe("N3 the end of the run", () => {
  it.each([
    ["no closing line", text(HEADER, row())],
    ["no closing line, too slow", text(HEADER, row({ busbw: "1.00" }))],
    ["no closing line, wrong values", text(HEADER, row({ wrong: "1" }))],
    ["no table", text("# nThread 1 nGpus 4")],
    ["a second table without one", text(HEADER, row(), CLOSING, HEADER)],
    ["rows after the closing line", text(HEADER, row(), CLOSING, row())],
    ["a first table without one", text(HEADER, row(), HEADER, row(), CLOSING)],
    ["a closing line inside another", text(HEADER, row(), `host:1 said ${CLOSING}`)],
    ["the average alone", text(HEADER, row(), "# Avg bus bandwidth    : 700 ")],
  ])("N3 %s: inconclusive, and nothing of it is judged", (_, stdout) => {
    const judgement = judge(stdout);
    expect(judgement.verdict).toBe("inconclusive");
    expect(essences(judgement)).toEqual([EARLY]);
    expect(judgement.findings[0]).toMatchObject({
      message: "The run ended early: a table is not closed by `Out of bounds values`.",
      evidence: [],
    });
  });

  it("N3 a complete log is read whatever the exit code (G4)", () => {
    for (const exitCode of [1, 2, 3, 134]) {
      expect(judge(log([row()]), EXPECT, { exitCode }).verdict).toBe("pass");
      expect(judge(log([row({ busbw: "1.00" })]), EXPECT, { exitCode }).verdict).toBe("fail");
      expect(judge(text(HEADER, row()), EXPECT, { exitCode }).verdict).toBe("inconclusive");
    }
  });

  it.each([
    ["timed out", log([row({ wrong: "1" })]), { timedOut: true }],
    ["killed", log([row({ wrong: "1" })]), { signal: "SIGKILL" }],
    ["without an exit code", log([row({ wrong: "1" })]), { exitCode: null }],
    ["truncated", log([row({ wrong: "1" })]), { truncated: true }],
    ["empty", "", { exitCode: 1 }],
  ])("N3 a log that is %s is unusable (G3)", (_, stdout, run) => {
    expect(essences(judge(stdout, EXPECT, run))).toEqual([UNUSABLE]);
  });

  it("N3 a log without its last newline is read when its table is closed", () => {
    expect(judge(log([row()]).trimEnd()).verdict).toBe("pass");
    expect(judge(text(HEADER, row(), CLOSING).trimEnd()).verdict).toBe("pass");
    expect(essences(judge(log([row({ wrong: "1" })]).trimEnd()))).toEqual([WRONG]);
    expect(essences(judge(text(HEADER, row(), "# Out of bounds values : 2 FAILED").trimEnd()))).toEqual([WRONG]);
    for (const cut of ["# Out of bounds values : 1", "# Out of bounds values : 0", "# Out of bounds values : 0 O"])
      expect(essences(judge(`${text(HEADER, row())}${cut}`))).toEqual([UNREADABLE]);
    expect(essences(judge(text(HEADER, row({ wrong: "1" })).trimEnd()))).toEqual([EARLY]);
  });

  it("N3 a probe that was not collected is inconclusive", () => {
    expect(essences(runCheck(check, evidenceOf({ probes: {}, node: { name: NODE } }), { nccl: EXPECT }))).toEqual([
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
    expect(judgement.verdict).toBe("fail");
    expect(essences(judgement)).toEqual([LOW, NAN]);
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
    expect(judgement.verdict).toBe("fail");
    expect(essences(judgement)).toEqual([UNCHECKED, LOW]);
  });

  it("N5 a table without error columns is unchecked", () => {
    const judgement = judge(
      log(
        [" 17179869184 4294967296 float sum -1 37610 456.79 684.05"],
        CLOSING,
        "# size count type redop root time algbw busbw",
      ),
    );
    expect(essences(judgement)).toEqual([UNCHECKED]);
  });
});
