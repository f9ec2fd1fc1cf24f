import { expect, it } from "vitest";
import { runSeed } from "../src/seed.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

it(
  "holds every invariant over fourteen days with faults, on at least thirty machines",
  { timeout: 120_000 },
  async () => {
    for (const seed of SEEDS) {
      const { violations, machines, struck, releases, bans } = await runSeed(seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(machines).toBeGreaterThanOrEqual(30);
      expect(Object.values(struck).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(5);
      expect(releases + bans).toBeGreaterThan(0);
    }
  },
);

it("replays a seed to the same end", { timeout: 30_000 }, async () => {
  const [{ ms: _once, ...once }, { ms: _again, ...again }] = [await runSeed(22), await runSeed(22)];
  expect(again).toEqual(once);
});
