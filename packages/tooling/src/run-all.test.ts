import { afterEach, describe, expect, it, vi } from "vitest";
import { failuresAsText, runAll, type Announcer, type Outcome } from "./run-all.ts";

const green = { tool: "tests", ok: true, seconds: 0.91, output: "" };

const collecting = (said: string[]): Announcer => {
  const say = (text: string): void => void said.push(text);
  return { progress: say, ended: say };
};

afterEach(() => {
  vi.useRealTimers();
});

describe("tools that run at once", () => {
  it("each answer for themselves, and one that throws has failed", async () => {
    const results = await runAll(
      {
        tests: () => Promise.resolve({ ok: true, output: "noise" }),
        types: () => Promise.reject(new Error("no compiler")),
        lint: () => Promise.resolve({ ok: false, output: "a finding\n" }),
        structure: () => {
          throw new Error("no such folder");
        },
      },
      collecting([]),
    );
    expect(results.map(({ tool, ok, output }) => [tool, ok, output])).toEqual([
      ["tests", true, ""],
      ["types", false, "no compiler\n"],
      ["lint", false, "a finding\n"],
      ["structure", false, "no such folder\n"],
    ]);
  });

  it("are reported when they end, and named after five seconds and every thirty seconds while they run", async () => {
    vi.useFakeTimers();
    const said: string[] = [];
    const tests = Promise.withResolvers<Outcome>();
    const types = Promise.withResolvers<Outcome>();
    const all = runAll({ tests: () => tests.promise, types: () => types.promise }, collecting(said));
    await vi.advanceTimersByTimeAsync(4999);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    types.resolve({ ok: false, output: "an error" });
    await vi.advanceTimersByTimeAsync(29_999);
    expect(said).toEqual(["5 s, still running: tests, types\n", "FAIL  types         5.00 s\n"]);
    await vi.advanceTimersByTimeAsync(1);
    tests.resolve({ ok: true, output: "" });
    await all;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.slice(2)).toEqual(["35 s, still running: tests\n", "ok    tests        35.00 s\n"]);
  });

  it("say nothing more once all have ended early", async () => {
    vi.useFakeTimers();
    const said: string[] = [];
    await runAll({ tests: () => Promise.resolve({ ok: true, output: "" }) }, collecting(said));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toEqual(["ok    tests         0.00 s\n"]);
  });
});

describe("their report", () => {
  it("is empty when every tool is content: their lines were said as they ended", () => {
    expect(failuresAsText([green, { ...green, tool: "types", seconds: 12.3 }])).toBe("");
  });

  it("shows what every failing tool printed, and says of a silent one that it was silent", () => {
    const text = failuresAsText([
      green,
      { ...green, tool: "types", ok: false, output: "first\nsecond\n" },
      { ...green, tool: "lint", ok: false, output: "third\n" },
      { ...green, tool: "format", ok: false, output: "" },
    ]);
    expect(text).not.toMatch(/^(?:ok|FAIL)/m);
    expect(text).toContain("\n--- types\nfirst\nsecond\n---\n\n--- lint\nthird\n---\n");
    expect(text).toContain("\n--- format\nit failed and printed nothing\n---\n");
  });
});
