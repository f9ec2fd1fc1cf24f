import { describe, expect, it } from "vitest";
import {
  absent,
  answer,
  base,
  both,
  codes,
  domain,
  HOST,
  hung,
  judge,
  prints,
  unreachable,
} from "../test/daemon-case.ts";

describe("I2 the local daemon", () => {
  it.each([
    ["UNAVAILABLE", "fail", "daemon-unavailable", /is UNAVAILABLE/],
    ["unavailable", "fail", "daemon-unavailable", /is UNAVAILABLE/],
    ["INITIALIZING", "inconclusive", "daemon-not-ready", /way up or down/],
    ["STARTING_AUTH_SERVER", "inconclusive", "daemon-not-ready", /way up or down/],
    ["WAITING_FOR_PEERS", "inconclusive", "daemon-not-ready", /way up or down/],
    ["WAITING_FOR_RECOVERY", "inconclusive", "daemon-not-ready", /way up or down/],
    ["INIT_GPU", "inconclusive", "daemon-not-ready", /way up or down/],
    ["SHUTTING_DOWN", "inconclusive", "daemon-not-ready", /way up or down/],
    ["NAPPING", "inconclusive", "daemon-not-ready", /nobody knows/],
    [" READY", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["READY\nREADY", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["constructor", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["REA\u212Ay", "inconclusive", "daemon-not-ready", /nobody knows/],
  ])("%j is %s", (word, verdict, code, message) => {
    const judgement = judge(HOST, { ...base, "imex-local": prints(`${word}\n`) });
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.findings).toEqual([
      {
        code,
        verdict,
        cause: "unknown",
        scope: { kind: "node", id: "k7-tray01" },
        message: expect.stringMatching(message) as string,
        expected: "READY",
        observed: word.trim() === word ? word : "READY",
        evidence: [{ probe: "imex-local", line: 1 }],
      },
    ]);
  });

  it.each(["READY\n", "Ready\r\n", "ready\n"])("%j is READY", (text) => {
    expect(answer(HOST, { ...base, "imex-local": prints(text) })).toEqual(["pass"]);
  });

  it("G3 a known word is whole without its newline, and a cut one is a state that nobody knows", () => {
    expect(answer(HOST, { ...base, "imex-local": prints("READY") })).toEqual(["pass"]);
    expect(answer(HOST, { ...base, "imex-local": prints("READ") })).toEqual(["inconclusive", "daemon-not-ready"]);
    expect(answer(HOST, { ...base, "imex-local": prints("UNAVAILABLE") })).toEqual(["fail", "daemon-unavailable"]);
    expect(answer(HOST, { ...base, "imex-local": prints("\nREADY\n\n") })).toEqual(["pass"]);
  });

  it("READY with an exit code that says otherwise is a contradiction", () => {
    expect(answer(HOST, { ...base, "imex-local": prints("READY\n", 1) })).toEqual([
      "inconclusive",
      "evidence-unusable",
    ]);
    expect(answer(HOST, { ...base, "imex-domain": prints(domain, 3) })).toEqual(["inconclusive", "evidence-unusable"]);
    expect(answer(HOST, { ...base, "imex-local": prints("UNAVAILABLE\n", 1) })).toEqual([
      "fail",
      "evidence-unusable",
      "daemon-unavailable",
    ]);
    expect(judge(HOST, { ...base, "imex-local": prints("READY\n", 1) }).findings[0]).toMatchObject({
      message: expect.stringContaining("exit code 1 although") as string,
      evidence: [{ probe: "imex-local" }],
    });
  });

  it("a control tool that could not start, timed out or was not collected is inconclusive", () => {
    for (const [sketch, code] of [
      [absent, "evidence-unusable"],
      [hung, "evidence-unusable"],
      [undefined, "evidence-missing"],
      [prints(""), "evidence-unusable"],
    ] as const) {
      expect(answer(HOST, { ...base, "imex-local": sketch })).toEqual(["inconclusive", code]);
      expect(answer(HOST, { ...base, "imex-domain": sketch })).toEqual(["inconclusive", code]);
    }
  });

  it("what a wrong name explains is configuration", () => {
    const resolve = prints((base["imex-resolve"]?.stdout ?? "").replace("10.44.7.13", "! timed out"));
    const judgement = judge(HOST, { ...base, "imex-local": prints("UNAVAILABLE\n"), "imex-resolve": resolve });
    expect(judgement.findings.map(({ code, cause }) => [code, cause])).toEqual([
      ["daemon-unavailable", "configuration"],
      ["member-unresolved", "configuration"],
    ]);
  });
});

describe("G1 a proven fault is not hidden by what is missing", () => {
  it("a hung domain query beside a wrong nodes file, and a lost nodes file beside a daemon that does not run", () => {
    const judgement = judge(HOST, {
      ...base,
      "imex-domain": hung,
      "imex-nodes": prints("k7-tray00\nk7-tray01\nk7-tray02\n"),
    });
    expect([judgement.verdict, ...codes(judgement)]).toEqual([
      "fail",
      "evidence-unusable k7-tray01",
      "nodes-entry-missing k7-tray03",
    ]);
    expect(answer(HOST, { ...base, ...both(unreachable), "imex-nodes": undefined, "imex-resolve": hung })).toEqual([
      "fail",
      "daemon-not-running",
      "evidence-missing",
      "evidence-unusable",
    ]);
  });
});
