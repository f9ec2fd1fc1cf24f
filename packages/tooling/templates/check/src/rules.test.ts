import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const GIB = 1024 * 1024;

const judge = (probe: string | ProbeSketch, section: object = { minMemoryGiB: 900 }): Answer =>
  answer(check, { probes: { __ID__: probe }, expect: { __SECTION__: section } });

const memory = (kib: number): string => `MemTotal:       ${String(kib)} kB\nMemFree:        1 kB\n`;

describe("__ID__ by its rules", () => {
  it("passes with exactly the memory that is expected, and with more", () => {
    expect(judge(memory(900 * GIB)).said).toEqual(["pass"]);
    expect(judge(memory(1000 * GIB)).said).toEqual(["pass"]);
  });

  it("fails with less, and names the node, what is expected and where it was read", () => {
    const judgement = judge(memory(900 * GIB - 1));
    expect(judgement.said).toEqual(["fail", "memory-low fail hardware node node-1"]);
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
      expect(judge(row).said).toEqual(["inconclusive", "memory-unreadable inconclusive tool node node-1"]);
    }
  });

  it("G3 is inconclusive where the row is absent, doubled, or the text was cut", () => {
    for (const text of [
      "MemFree: 1 kB\n",
      memory(900 * GIB).repeat(2),
      memory(900 * GIB).trimEnd(),
      ` ${memory(900 * GIB)}`,
    ]) {
      expect(judge(text).said).toEqual(["inconclusive", "evidence-unusable inconclusive tool node node-1"]);
    }
  });

  it("G11 is inconclusive without an expectation", () => {
    expect(judge(memory(1), {}).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node node-1",
    ]);
  });

  it("says what it asks of a node", () => {
    expect(check.probes.flatMap(({ probe }) => probe.commands({}))).toEqual([
      { id: "__ID__", argv: ["cat", "/proc/meminfo"], timeoutMs: 10_000, usualSeconds: 0.1 },
    ]);
  });
});
