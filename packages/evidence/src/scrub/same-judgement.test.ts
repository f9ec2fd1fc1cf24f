import type { Finding, NodeJudgement } from "@slipway/domain";
import { describe, expect, it } from "vitest";
import { judgementDifferences } from "./same-judgement.ts";

const finding = (code: string, more: Partial<Finding> = {}): Finding => ({
  code,
  verdict: "fail",
  cause: "hardware",
  scope: { kind: "gpu", id: "3" },
  message: `${code} was seen`,
  evidence: [{ probe: "lspci", line: 7 }],
  ...more,
});

function judged(verdict: "pass" | "fail" | "inconclusive", ...findings: Finding[]): NodeJudgement {
  return {
    schema: "slipway/judgement@1",
    node: "n",
    verdict,
    checks: [{ check: "own", version: "1.0.0", verdict, findings }],
  };
}

describe("how a copy is judged otherwise", () => {
  it("is nothing when only ids and messages differ", () => {
    const copy = finding("part-gone", { message: "of another name", scope: { kind: "gpu", id: "4" } });
    expect(judgementDifferences(judged("fail", finding("part-gone")), judged("fail", copy))).toEqual([]);
  });

  it("names the check, both verdicts, and the findings that differ with their places", () => {
    const unread = finding("part-unread", {
      verdict: "inconclusive",
      cause: "tool",
      evidence: [{ probe: "bios", stream: "err" }],
    });
    expect(judgementDifferences(judged("fail", finding("part-gone")), judged("inconclusive", unread))).toEqual([
      "the node is inconclusive instead of fail",
      "own is inconclusive instead of fail: the copy also finds part-unread (inconclusive, tool, gpu) in bios.err: " +
        "part-unread was seen; the copy does not find part-gone (fail, hardware, gpu) in lspci.out, line 7",
    ]);
  });

  it("counts findings that are alike, and repeats none that both have", () => {
    const [one, other] = [
      finding("part-gone"),
      finding("part-gone", { evidence: [{ probe: "dcgm-diag", path: "/a" }] }),
    ];
    const slow = finding("part-slow", { evidence: [] });
    expect(judgementDifferences(judged("fail", one, slow), judged("fail", slow, one, other))).toEqual([
      "own: the copy also finds part-gone (fail, hardware, gpu) in dcgm-diag.out, /a: part-gone was seen",
    ]);
    expect(judgementDifferences(judged("fail", one, slow), judged("fail", one))).toEqual([
      "own: the copy does not find part-slow (fail, hardware, gpu)",
    ]);
  });

  it("says a check that did not judge the copy", () => {
    expect(judgementDifferences(judged("pass"), { ...judged("pass"), checks: [] })).toEqual(["own was not judged"]);
  });
});
