import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

const number = fc.oneof(
  fc.integer({ min: -2, max: 140 }),
  fc.integer({ min: 0, max: 140 }).map(String),
  fc.constantFrom(undefined, null, "\uFFFD", 2.5, [4], "x"),
);
const text = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.constantFrom("XID ", "Xid error: ", "xid #", "busy ", "SXid "), fc.integer({ min: 0, max: 200 }))
    .map(([word, code]) => `Detected ${word}${String(code)} for GPU 1`),
);
const warnings = fc.array(
  fc
    .record({ text, id: number, category: number, severity: number })
    .map(({ text: words, id, category, severity }) =>
      warning(severity, { warning: words, error_id: id, error_category: category }),
    ),
  { maxLength: 4 },
);

describe("dcdiag by its laws", () => {
  it("G1 a required row that fails or warns never passes, and no fail is put down to a workload or a tool (G9)", () => {
    fc.assert(
      fc.property(warnings, fc.constantFrom("Fail", "Warn"), (list, status) => {
        const { verdict, findings } = judge(v4(test("memory", [gpu(0), failing(list, status)])));
        expect(["fail", "inconclusive"]).toContain(verdict);
        const blamed = findings.filter((one) => one.verdict === "fail").map(({ cause }) => cause);
        expect(["hardware", "fabric", "configuration", "unknown"]).toEqual(expect.arrayContaining(blamed));
        expect(new Set(findings.map(({ scope }) => scope.id))).toEqual(new Set(["1"]));
      }),
    );
  });

  it("D0 the order of a row's warnings changes no finding, and each warning is one", () => {
    fc.assert(
      fc.property(warnings, (list) => {
        const of = (some: typeof list): string[] =>
          judge(v4(test("memory", [gpu(0), failing(some)]))).findings.map(
            (one) => `${one.code} ${one.cause} ${one.message}`,
          );
        expect(of(list.toReversed()).sort()).toEqual(of(list).sort());
        expect(of(list)).toHaveLength(Math.max(1, list.length));
      }),
    );
  });

  it("D13 warnings on a row that passes never make a fail", () => {
    fc.assert(
      fc.property(warnings, (list) => {
        expect(["pass", "inconclusive"]).toContain(
          judge(v4(test("memory", [gpu(0), gpu(1, { warnings: list })]))).verdict,
        );
      }),
    );
  });
});
