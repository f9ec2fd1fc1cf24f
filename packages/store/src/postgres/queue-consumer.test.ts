import type { PgBoss } from "pg-boss";
import { expect, it, vi } from "vitest";
import { BossConsumer } from "./queue-consumer.ts";

it("says that the last fetches failed from the third one on, and no more once one succeeds", async () => {
  const errors: unknown[] = [];
  let fails = true;
  const fetch = (): Promise<unknown[]> => (fails ? Promise.reject(new Error("no relation")) : Promise.resolve([]));
  const consumer = new BossConsumer({
    boss: { fetch } as unknown as PgBoss,
    batch: 1,
    concurrency: 1,
    handle: () => Promise.resolve(),
    onWait: () => undefined,
    onError: (error) => errors.push(error),
  });
  consumer.follow(["tick"]);
  expect(consumer.trouble).toBeUndefined();
  await vi.waitFor(
    () => {
      expect(consumer.trouble).toMatch(/^the last \d+ fetches from the queue tick failed$/);
    },
    { timeout: 10_000 },
  );
  expect(errors.length).toBeGreaterThanOrEqual(3);
  fails = false;
  await vi.waitFor(
    () => {
      expect(consumer.trouble).toBeUndefined();
    },
    { timeout: 10_000 },
  );
  await consumer.stop();
});
