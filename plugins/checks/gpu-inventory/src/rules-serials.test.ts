import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { healthy, judge, type Listed, nvlink } from "../test/gpu-list.ts";

describe("V1 serials that GPUs of one board share", () => {
  const BOARDS = ["A", "A", "B", "B"];
  /** GPUs that carry these serials, each with a UUID of its own. */
  const carrying = (...serials: string[]): Listed[] => serials.map((serial, index) => ({ ...healthy(index), serial }));
  const said = (serials: string[], expected: string[], count = 4): readonly string[] =>
    judge(carrying(...serials), { count, serials: expected }).said;

  it.each([
    ["as they are expected", ["A", "A", "B", "B"], BOARDS],
    ["in another order of the boards", ["B", "B", "A", "A"], BOARDS],
    ["in any order", ["A", "B", "B", "A"], BOARDS],
    ["from a list that gives each once", ["A", "A", "B", "B"], ["A", "B"]],
    ["from a list that gives each once, in another order", ["A", "A", "B", "B"], ["B", "A"]],
    ["beside GPUs that share none, each given once", ["A", "A", "B", "C"], ["A", "B", "C"]],
    ["each by one GPU in another order", ["D", "C", "B", "A"], ["A", "B", "C", "D"]],
  ])("V1 pass when they are carried %s", (_, serials, expected) => {
    expect(said(serials, expected)).toEqual(["pass"]);
  });

  it.each([
    ["a board is another one", ["A", "A", "X", "X"], BOARDS, ["serial-unexpected gpu 2", "serial-unexpected gpu 3"]],
    [
      "one board's serial is carried three times",
      ["A", "A", "A", "B"],
      BOARDS,
      ["serial-unexpected gpu 0", "serial-unexpected gpu 1", "serial-unexpected gpu 2"],
    ],
    ["a board of a list that gives each once is absent", ["A", "A", "A", "A"], ["A", "B"], ["serial-absent node t07"]],
    [
      "a board stands outside a list that gives each once",
      ["A", "A", "B", "B"],
      ["A"],
      ["serial-unexpected gpu 2", "serial-unexpected gpu 3"],
    ],
    [
      "two carry a serial that one should, and none another",
      ["A", "B", "B", "D"],
      ["A", "B", "C", "D"],
      ["serial-absent node t07"],
    ],
    [
      "no GPU repeats a serial of a list that is too short",
      ["A", "B", "C", "D"],
      ["A", "B"],
      ["serial-unexpected gpu 2", "serial-unexpected gpu 3", "serials-incomplete node t07"],
    ],
  ])("V1 are inconclusive when %s", (_, serials, expected, findings) => {
    const [verdict, ...found] = said(serials, expected);
    expect(verdict).toBe("inconclusive");
    expect(found.map((finding) => finding.replace(/ inconclusive \w+/, ""))).toEqual(findings);
  });

  it("V1 say of a serial that is carried too often how often it should be", () => {
    expect(judge(carrying("A", "A", "A", "B"), { count: 4, serials: BOARDS }).findings[0]).toMatchObject({
      message: "GPU 0 carries the serial number A, which 3 GPUs carry instead of 2.",
      observed: "A",
    });
  });

  it("V1 do not tell which GPU of a board is gone; its index is told by nvlink alone", () => {
    const rest = [0, 2, 3].map((index) => ({ ...healthy(index), serial: BOARDS[index] }));
    expect(judge(rest, { count: 4, serials: BOARDS }).said).toEqual(["fail", "gpu-missing fail hardware node t07"]);
    expect(judge(rest, { count: 4, serials: ["A", "B"] }).said).toEqual(["fail", "gpu-missing fail hardware node t07"]);
    expect(judge(rest, { count: 4, serials: BOARDS }, nvlink(0, 2, 3)).said).toEqual([
      "fail",
      "gpu-missing fail hardware gpu 1",
    ]);
  });

  it("V1 order alone decides nothing", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(BOARDS, { minLength: 4 }),
        fc.shuffledSubarray(BOARDS, { minLength: 4 }),
        (one, other) => {
          expect(said(one, other)).toEqual(["pass"]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
