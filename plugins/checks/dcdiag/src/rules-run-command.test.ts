import { describe, expect, it } from "vitest";
import { failed, gpu, judge, v4 } from "../test/run.ts";

describe("dcdiag by its rules: the run", () => {
  it.each(["-r 1", "-r1", "--run=1", "--run 1", "-r=1", "-r short", "-r 0", "-j -r 1", "-r medium"])(
    "D7 level 3 is not proven by diag %s",
    (options) => {
      const { verdict, findings } = judge(
        v4(),
        { argv: ["dcgmi", "diag", ...options.split(" ")] },
        { gpus: { count: 2 }, dcdiag: { level: 3 } },
      );
      expect(verdict).toBe("inconclusive");
      const ran = options.includes("0") ? "0" : options.includes("medium") ? "2" : "1";
      expect(findings).toMatchObject([
        {
          code: "level-too-low",
          cause: "tool",
          scope: { kind: "node", id: "node-1" },
          message: `The diagnostic ran at level ${ran}, and level 3 is asked for.`,
          expected: "3",
          observed: ran,
          evidence: [{ probe: "dcgm-diag" }],
        },
      ]);
    },
  );

  it.each([
    ["the level asked for", ["dcgmi", "diag", "-r", "3", "-j"]],
    ["a higher level", ["dcgmi", "diag", "--run=4"]],
    ["a level by its name", ["dcgmi", "diag", "-r", "long"]],
    ["the highest level by its name", ["dcgmi", "diag", "-r", "xlong"]],
    ["a list of test names", ["dcgmi", "diag", "-r", "memory,pcie", "-j"]],
    ["one test name", ["dcgmi", "diag", "-rmemory"]],
    ["a name of every object", ["dcgmi", "diag", "-r", "constructor"]],
    ["no level", ["dcgmi", "diag", "-j"]],
    ["a level that is missing", ["dcgmi", "diag", "-r"]],
    ["a number that is no level", ["dcgmi", "diag", "-r", "1.5"]],
    ["another option of that beginning", ["dcgmi", "diag", "--runner", "1", "-x-r1"]],
    ["another command", ["dcgmi", "health", "-r", "1"]],
    ["a level before the command", ["wrap", "-r", "1", "dcgmi", "diag"]],
    ["no command", []],
  ])("D7 nothing is said of %s", (_, argv) => {
    expect(judge(v4(), { argv }, { gpus: { count: 2 }, dcdiag: { level: 3 } }).said).toEqual(["pass"]);
  });

  it("D7 reads a command that a shell or sudo was given", () => {
    for (const argv of [
      ["sh", "-c", "dcgmi diag -r 1 -j"],
      ["sudo", "-n", "dcgmi", "diag", "-r", "1", "-j"],
      ["ssh", "host", "dcgmi  diag\t-r1"],
    ]) {
      expect(judge(v4(), { argv }).said).toEqual(["inconclusive", "level-too-low inconclusive tool node node-1"]);
    }
  });

  it("D8 lines before the document are skipped, and blank lines behind it", () => {
    const text = JSON.stringify(v4());
    expect(judge(`Successfully ran diagnostic for group.\n\nwarning: [x]\n${text}`).said).toEqual(["pass"]);
    expect(judge(`${text}\n\n \t\r\n`).said).toEqual(["pass"]);
    expect(judge(`notice\n${JSON.stringify(failed)}`).said).toEqual(["fail", "test-failed fail unknown gpu 1"]);
  });

  it.each([
    ["text behind it", `${JSON.stringify(failed)}\nError: lost.\n`, "it is not a whole JSON document"],
    ["a second document", `${JSON.stringify(failed)}\n{}`, "it is not a whole JSON document"],
    ["a cut", JSON.stringify(failed).slice(0, -1), "it is not a whole JSON document"],
    ["no document", "Error: Unable to connect to host engine.\n", "it holds no JSON document"],
    ["a list", JSON.stringify([failed]), "it is not a whole JSON document"],
  ])("D8 %s is inconclusive, whatever failed before", (_, text, reason) => {
    const { verdict, findings } = judge(text);
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      { code: "evidence-unusable", cause: "tool", scope: { kind: "node", id: "node-1" } },
    ]);
    expect(findings[0]?.message).toContain(reason);
  });

  it("D9 exit 0 and 226 are read, and any other leaves a doubt beside what fails", () => {
    expect(judge(failed, { exitCode: 0 }).said).toEqual(["fail", "test-failed fail unknown gpu 1"]);
    expect(judge(failed, { exitCode: 226 }).said).toEqual(["fail", "test-failed fail unknown gpu 1"]);
    expect(judge(v4([gpu(0), gpu(1, { status: "Warn" })]), { exitCode: 226 }).said).toEqual([
      "fail",
      "test-warned fail unknown gpu 1",
    ]);
    const contradiction = judge(v4(), { exitCode: 226 });
    expect(contradiction).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "exit-unexplained",
          cause: "tool",
          scope: { kind: "node", id: "node-1" },
          message: "dcgmi says that a test failed, and no row of the document fails.",
          expected: "0",
          observed: "226",
          evidence: [{ probe: "dcgm-diag" }],
        },
      ],
    });
    for (const exitCode of [1, 205, 255, -1]) {
      expect(judge(failed, { exitCode })).toMatchObject({
        verdict: "fail",
        findings: [
          { code: "test-failed" },
          {
            code: "exit-unexplained",
            message: `dcgmi ended with exit code ${String(exitCode)}.`,
            expected: "226",
            observed: String(exitCode),
          },
        ],
      });
      expect(judge(v4(), { exitCode })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "exit-unexplained", expected: "0" }],
      });
    }
  });

  it("D9 226 is explained by a failing row that no GPU of the node has", () => {
    const cpu = { entity_group: "CPU", entity_id: 0, status: "Fail" };
    expect(judge(v4([gpu(0), gpu(1), cpu]), { exitCode: 226 }).said).toEqual([
      "fail",
      "test-failed fail unknown node node-1",
    ]);
  });
});
