import { describe, expect, it } from "vitest";
import { answer, judge, NAMES, type Node } from "../test/domain-case.ts";

describe("I6 versions", () => {
  const versions = (...shown: unknown[]): Record<string, Node> =>
    Object.fromEntries(NAMES.map((name, index) => [name, { version: shown[index] }]));

  it("the minority is named, and all of them on a tie", () => {
    const { verdict, findings } = judge({ nodes: versions("580.1", "580.1", "570.9", "580.1") });
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        code: "version-differs",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        message: "The member c runs another IMEX version than most members.",
        expected: "580.1",
        observed: "570.9",
        evidence: [{ probe: "imex-domain", path: "/nodes/2/version" }],
      },
    ]);
    expect(answer({ nodes: versions("2", "1", "1", "1") })).toEqual(["fail", "version-differs a"]);
    expect(answer({ nodes: versions("1", "1", "2", "3") })).toEqual(["fail", "version-differs c", "version-differs d"]);
    const tie = judge({ nodes: versions("1", "2", "2", "1") });
    expect(tie.findings.map(({ scope, expected, message }) => [scope.id, expected, message])).toEqual(
      NAMES.map((name) => [name, "one version", `The member ${name} runs another IMEX version than others.`]),
    );
    expect(answer({ nodes: versions("1", "1", "2", "2"), model: "dns-slots" })).toEqual([
      "fail",
      ...NAMES.map((name) => `version-differs ${name}`),
    ]);
    expect(answer({ nodes: versions("1", "", "NO_GPU", "2") })).toEqual([
      "fail",
      "version-differs a",
      "version-differs d",
    ]);
  });

  it("a version that is expected must be shown, and be that one", () => {
    expect(answer({ version: "580.1" })).toEqual(["pass"]);
    for (const hidden of ["", "NO_GPU", "no_gpu", "N/A", undefined, 580.1]) {
      expect(answer({ nodes: { b: { version: hidden } } })).toEqual(["pass"]);
      expect(judge({ nodes: { b: { version: hidden } }, version: "580.1" })).toMatchObject({
        verdict: "inconclusive",
        findings: [
          {
            code: "version-not-shown",
            cause: "tool",
            scope: { kind: "node", id: "b" },
            expected: "580.1",
            evidence: [{ path: "/nodes/1/version" }],
          },
        ],
      });
    }
    expect(judge({ version: "590.1" }).findings).toMatchObject(
      NAMES.map((name) => ({
        code: "version-unexpected",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: name },
        expected: "590.1",
        observed: "580.1",
      })),
    );
  });

  it("members that are UNAVAILABLE and nodes that are no members are not compared", () => {
    expect(answer({ nodes: { d: { status: "UNAVAILABLE", version: "1" } }, version: "580.1" })).toEqual([
      "fail",
      "member-unavailable d",
    ]);
    expect(answer({ nodes: { e: { version: "1" } }, model: "dns-slots", version: "580.1" })).toEqual(["pass"]);
  });
});
