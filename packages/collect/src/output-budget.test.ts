import type { OutputBudget, ProbeCommand } from "@slipway/plugin-sdk";
import { expect, test } from "vitest";
import { runCommands } from "./collect-host.ts";
import { localTransport } from "./local.ts";
import { withNodeBudget } from "./node-budget.ts";
import { LAST_WORDS, withLast } from "./program.ts";

const connection = await localTransport().connect({ name: "here" }, new AbortController().signal);
const printing = (id: string, script: string): ProbeCommand => ({
  id,
  argv: ["sh", "-c", script],
  timeoutMs: 20_000,
  usualSeconds: 1,
});

async function ran(commands: readonly ProbeCommand[], left: number, perHost = 1) {
  const budget = { left };
  const results = await runCommands({ name: "here" }, commands, connection, {
    limits: { perHost, maxBytes: 1_000, timeoutMs: undefined, sudo: false },
    budget,
    signal: new AbortController().signal,
    emit: () => undefined,
  });
  const kept = [...results.values()].reduce((sum, { stdout, stderr }) => sum + stdout.length + stderr.length, 0);
  return { kept, left: budget.left, cut: [...results].flatMap(([id, { truncated }]) => (truncated ? [id] : [])) };
}

const hundreds = (count: number): ProbeCommand[] =>
  Array.from({ length: count }, (_, at) => printing(`p${String(at)}`, "printf '%60s' x; printf '%40s' x >&2"));

test("no more of a node's output is kept than its budget, and what is cut says so", async () => {
  expect(await ran(hundreds(5), 500)).toEqual({ kept: 500, left: 0, cut: [] });
  expect(await ran(hundreds(5), 250)).toEqual({ kept: 250, left: 0, cut: ["p2", "p3", "p4"] });
  expect(await ran([...hundreds(1), printing("quiet", "exit 0")], 100)).toEqual({ kept: 100, left: 0, cut: [] });
});

test("the budget is shared by probes that run at the same time", async () => {
  const { kept, left, cut } = await ran(hundreds(6), 300, 6);
  expect({ kept, left }).toEqual({ kept: 300, left: 0 });
  expect(cut.length).toBeGreaterThanOrEqual(3);
});

test("a node has 256 MiB", async () => {
  expect(await withNodeBudget((budget) => Promise.resolve(flood(budget)))).toBe(256 * 2 ** 20);
});

/** Keeps as much as a node that prints without end has kept of it. @returns bytes */
function flood(budget: OutputBudget): number {
  let kept = 0;
  for (let left = budget.left; left > 0; left = budget.left) {
    const piece = Math.min(left, 2 ** 20);
    budget.left -= piece;
    kept += piece;
  }
  return kept;
}

test("each of 20 nodes that print without end has 256 MiB, whatever the others print", async () => {
  const over = Promise.withResolvers<undefined>();
  const kept: number[] = [];
  const floods = Array.from({ length: 20 }, () =>
    withNodeBudget(async (budget) => {
      kept.push(flood(budget));
      await over.promise;
    }),
  );
  expect(new Set(kept)).toEqual(new Set([256 * 2 ** 20]));
  over.resolve(undefined);
  await Promise.all(floods);
});

test("of what a reaper prints no more than its end is kept, where its answer stands", () => {
  let said = "";
  for (let at = 0; at < 100; at += 1) said = withLast(said, Buffer.alloc(10_000, "x"));
  expect(said).toHaveLength(LAST_WORDS);
  expect(withLast(said, Buffer.from("\nslipway n left\n")).endsWith("x\nslipway n left\n")).toBe(true);
});
