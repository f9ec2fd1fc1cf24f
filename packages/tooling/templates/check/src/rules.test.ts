import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const GIB = 1024 * 1024;

function judge(probe: string | ProbeSketch, section: object = { minMemoryGiB: 900 }): CheckJudgement {
  const sketch = typeof probe === "string" ? { stdout: probe } : probe;
  return runCheck(check, evidenceOf({ probes: { __ID__: sketch } }), { __SECTION__: section });
}

/** Verdict, then each finding as `code cause`. */
function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, cause }) => `${code} ${cause}`)];
}

const memory = (kib: number): string => `MemTotal:       ${String(kib)} kB\nMemFree:        1 kB\n`;

describe("__ID__ by its rules", () => {
  it("passes with exactly the memory that is expected, and with more", () => {
    expect(answer(judge(memory(900 * GIB)))).toEqual(["pass"]);
    expect(answer(judge(memory(1000 * GIB)))).toEqual(["pass"]);
  });

  it("fails with less, and names the node, what is expected and where it was read", () => {
    const judgement = judge(memory(900 * GIB - 1));
    expect(answer(judgement)).toEqual(["fail", "memory-low hardware"]);
    expect(judgement.findings[0]).toMatchObject({
      scope: { kind: "node", id: "node-1" },
      expected: "at least 900 GiB",
      observed: "MemTotal:       943718399 kB",
      evidence: [{ probe: "__ID__", line: 1 }],
    });
  });

  it("is inconclusive where the row's value cannot be read", () => {
    for (const row of [
      "MemTotal: 12 MB\n",
      "MemTotal: kB\n",
      "MemTotal: -1 kB\n",
      "MemTotal: 9 kB 9\n",
      "MemTotal:9 kB\n",
    ]) {
      expect(answer(judge(row))).toEqual(["inconclusive", "memory-unreadable tool"]);
    }
  });

  it("G3 is inconclusive where the row is absent, doubled, or the text was cut", () => {
    for (const text of [
      "MemFree: 1 kB\n",
      memory(900 * GIB).repeat(2),
      memory(900 * GIB).trimEnd(),
      ` ${memory(900 * GIB)}`,
    ]) {
      expect(answer(judge(text))).toEqual(["inconclusive", "evidence-unusable tool"]);
    }
  });

  it("G11 is inconclusive without an expectation", () => {
    expect(answer(judge(memory(1), {}))).toEqual(["inconclusive", "expectation-missing configuration"]);
  });

  it("says what it asks of a node", () => {
    expect(check.probes.flatMap(({ probe }) => probe.commands({}))).toEqual([
      { id: "__ID__", argv: ["cat", "/proc/meminfo"], timeoutMs: 10_000, usualSeconds: 0.1 },
    ]);
  });
});
