import { lines } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  CLOSING,
  HEADER,
  judge,
  linesOf,
  log,
  LOW,
  NODE,
  OLD_HEADER,
  oldRow,
  row,
  type RowSketch,
  SIZE,
  UNREADABLE,
  WRONG,
} from "../test/run-text.ts";

describe("N1 the row of the size", () => {
  it.each(["650", "650.00", "650.01", "684.05", "1e3", "+651", "700."])(
    "N1 %s GB/s out of place is enough",
    (busbw) => {
      expect(judge(log([row({ busbw })])).said).toEqual(["pass"]);
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
    expect(judgement.said).toEqual(["fail", LOW]);
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
    expect(judgement.said).toEqual(["fail", WRONG]);
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
    expect(judgement.said).toEqual(["fail", WRONG]);
    expect(judgement.findings[0]?.observed).toBe("#wrong above 0 at size 8, 17179869184; out of bounds 3");
    expect(linesOf(judgement.findings[0])).toEqual([3, 4, 5, 6]);
    expect(judge(log([row({ wrong: "1" })])).findings[0]?.observed).toBe("#wrong above 0 at size 17179869184");
  });

  it("N2 every table's count is judged", () => {
    const two = (first: string, second: string) => judge(lines(HEADER, row(), first, HEADER, row(), second));
    expect(two(CLOSING, CLOSING).verdict).toBe("pass");
    const judgement = two("# Out of bounds values : 2 FAILED", "# Out of bounds values : 10 FAILED");
    expect(judgement.findings[0]?.observed).toBe("out of bounds 10, 2");
    expect(linesOf(judgement.findings[0])).toEqual([3, 6]);
    expect(two(CLOSING, "# Out of bounds values : 2 FAILED").verdict).toBe("fail");
    expect(
      linesOf(
        judge(lines(HEADER, row(), "# Out of bounds values : 2 FAILED", HEADER, row({ wrong: "1" }), CLOSING))
          .findings[0],
      ),
    ).toEqual([3, 5]);
  });

  it("N2 and N1 both show, and N2 fails without expectations (G1, G11)", () => {
    expect(judge(log([row({ busbw: "1.00", wrong: "1" })])).said).toEqual(["fail", WRONG, LOW]);
    const missing = (key: string) => expect.objectContaining({ code: "expectation-missing", expected: key }) as unknown;
    const bare = judge(log([row({ busbw: "1.00", wrong: "1" })]), {});
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
      expect(judgement.said).toEqual(["inconclusive", UNREADABLE]);
      expect(linesOf(judgement.findings[0])).toEqual([4]);
    },
  );

  it.each(["0", "0 ok", " 0  OK "])("N2 a count of %j is none", (count) => {
    expect(judge(log([row()], `#  Out of bounds values:${count}`)).verdict).toBe("pass");
  });

  it("N2 an old error column holds a deviation and counts no wrong value, so the values out of bounds decide", () => {
    const old = (sketch: RowSketch, closing = CLOSING) => judge(log([oldRow(sketch)], closing, OLD_HEADER));
    for (const wrong of ["0e+00", "5e-07", "0.99", "1", "2e+00"])
      expect(old({ wrong, wrongInPlace: wrong }).said).toEqual(["pass"]);
    expect(old({ wrong: "2e+00" }, "# Out of bounds values : 1 FAILED").said).toEqual(["fail", WRONG]);
    expect(judge(log([row({ wrong: "5e-07" })])).said).toEqual(["fail", WRONG]);
  });
});
