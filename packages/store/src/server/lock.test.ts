import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { withLock } from "./lock.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-lock-"));
afterAll(() => {
  rmSync(home, { recursive: true });
});

it("a file lock admits one holder at a time, and leaves no file", async () => {
  const file = join(home, "one.lock");
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} in`);
    await new Promise((done) => setTimeout(done, 50));
    order.push(`${name} out`);
  };
  await Promise.all([withLock(file, work("a")), withLock(file, work("b"))]);
  expect(order).toHaveLength(4);
  expect([order[0]?.[0], order[2]?.[0]]).toEqual([order[1]?.[0], order[3]?.[0]]);
  expect(readdirSync(home)).toEqual([]);
});

it("a file lock of a dead process, or one left empty by a full disk, is taken over", async () => {
  for (const [name, holder] of [
    ["dead.lock", "2147483646"],
    ["torn.lock", ""],
  ] as const) {
    const file = join(home, name);
    writeFileSync(file, holder);
    utimesSync(file, new Date(), new Date(Date.now() - 60_000));
    expect(await withLock(file, () => Promise.resolve("in"))).toBe("in");
    expect(existsSync(file)).toBe(false);
  }
});
