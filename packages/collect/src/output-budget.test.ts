import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isFiled, type FiledBytes, type OutputBudget, type ProbeCommand } from "@slipway/plugin-sdk";
import { expect, test } from "vitest";
import { Capture } from "./capture.ts";
import { runCommands } from "./collect-host.ts";
import { localTransport } from "./local.ts";
import { withNodeBudget } from "./node-budget.ts";
import { removeLeftOutput } from "./output-files.ts";
import { LAST_WORDS, withLast } from "./program.ts";

const connection = await localTransport().connect({ name: "here" }, new AbortController().signal);
const printing = (id: string, script: string): ProbeCommand => ({
  id,
  argv: ["sh", "-c", script],
  timeoutMs: 20_000,
  usualSeconds: 1,
});

async function ran(commands: readonly ProbeCommand[], left: number, perHost = 1) {
  const budget = { left, memory: left, newFile: () => "" };
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

test("nodes that print without end fill no memory: what is more than a sound node prints goes to files, which go with the work", async () => {
  const before = heldBytes();
  const over = Promise.withResolvers<undefined>();
  const captures = Array.from({ length: 20 }, () => Promise.withResolvers<Buffer | FiledBytes>());
  const floods = captures.map((captured) =>
    withNodeBudget(async (budget) => {
      const capture = new Capture(2 ** 30, undefined, budget);
      for (let mib = 0; mib < 12; mib += 1) capture.push(Buffer.alloc(2 ** 20, mib));
      capture.close();
      captured.resolve(capture.contents());
      await over.promise;
    }),
  );
  const kept = await Promise.all(captures.map(({ promise }) => promise));
  expect(heldBytes() - before).toBeLessThan(20 * 5 * 2 ** 20);
  const files = kept.filter(isFiled);
  expect(files).toHaveLength(20);
  for (const { file, length } of files) {
    expect([length, statSync(file).size, statSync(file).mode & 0o777]).toEqual([12 * 2 ** 20, length, 0o600]);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  }
  expect(readFileSync(files[0]?.file ?? "").equals(printedMiB(12))).toBe(true);
  over.resolve(undefined);
  await Promise.all(floods);
  expect(files.filter(({ file }) => existsSync(file))).toEqual([]);
});

/** Bytes of buffers that something still holds: garbage of the pieces, and of tests before, does not count. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().arrayBuffers;
}

const printedMiB = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, mib) => Buffer.alloc(2 ** 20, mib)));

test("a probe that prints much keeps every byte of it in a file, and one that prints little keeps it in memory", async () => {
  await withNodeBudget(async (budget) => {
    const commands = [printing("much", "yes 12345678 | head -c 9000000"), printing("little", "echo well")];
    const results = await runCommands({ name: "here" }, commands, connection, {
      limits: { perHost: 1, maxBytes: 2 ** 26, timeoutMs: undefined, sudo: false },
      budget,
      signal: new AbortController().signal,
      emit: () => undefined,
    });
    const { stdout, truncated } = results.get("much") ?? {};
    expect(truncated).toBeUndefined();
    expect(stdout !== undefined && isFiled(stdout) ? readFileSync(stdout.file, "utf8") : stdout).toBe(
      "12345678\n".repeat(1_000_000),
    );
    expect(results.get("little")?.stdout).toEqual(Buffer.from("well\n"));
  });
});

test("output that cannot be written to a file is cut, and says so", () => {
  const nowhere = (): string => join(tmpdir(), "no-such-folder", "1");
  const capture = new Capture(2 ** 30, undefined, { left: 2 ** 30, memory: 100_000, newFile: nowhere });
  for (const piece of [60_000, 30_000, 30_000]) capture.push(Buffer.alloc(piece, "x"));
  expect([capture.truncated, capture.contents().length]).toEqual([true, 90_000]);
});

test("the files of a process that was killed are removed by the next one, and no other's", async () => {
  const { pid: ended } = spawnSync("true");
  const folderOf = (pid: number, host = hostname()): string =>
    mkdtempSync(join(tmpdir(), `slipway-output-${host}-${String(pid)}-`));
  const [left, alive, elsewhere] = [folderOf(ended), folderOf(process.pid), folderOf(ended, "another-host")];
  writeFileSync(join(left, "1"), "what a node printed");
  await removeLeftOutput();
  expect([left, alive, elsewhere].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  for (const folder of [alive, elsewhere]) rmSync(folder, { recursive: true });
});

test("of what a reaper prints no more than its end is kept, where its answer stands", () => {
  let said = "";
  for (let at = 0; at < 100; at += 1) said = withLast(said, Buffer.alloc(10_000, "x"));
  expect(said).toHaveLength(LAST_WORDS);
  expect(withLast(said, Buffer.from("\nslipway n left\n")).endsWith("x\nslipway n left\n")).toBe(true);
});
