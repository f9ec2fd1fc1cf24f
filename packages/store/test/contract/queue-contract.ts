import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { actQueueOf, type Job, type Queue } from "../../src/queue.ts";
import type { Store } from "../../src/store.ts";

const ACT = actQueueOf(["vendor:lab"]);
const OTHER = actQueueOf(["vendor:oci", "ssh:direct"]);

/** A queue to test, with time that passes by itself or is moved. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly store: Store;
  now(): number;
  /** Lets this much time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Holds a queue adapter to what the port promises. */
export function describeQueue(name: string, open: () => Promise<OpenQueue>): void {
  describe(`the queue in ${name}`, () => {
    let opened: OpenQueue;
    let seen: string[];
    beforeEach(async () => {
      opened = await open();
      seen = [];
    });
    afterEach(() => opened.close());
    const note = async (jobs: readonly Job[]): Promise<void> => void seen.push(...jobs.map(({ key }) => key));
    const until = async (condition: () => boolean): Promise<void> => {
      for (let tries = 0; !condition() && tries < 400; tries += 1) await opened.pass(50);
      expect(condition()).toBe(true);
    };

    it("delivers what was sent, the higher priority first", async () => {
      await opened.queue.send("tick", [{ key: "low" }, { key: "high", priority: 5 }]);
      await opened.queue.consume(["tick"], { batch: 1, concurrency: 1 }, note);
      await until(() => seen.length === 2);
      expect(seen).toEqual(["high", "low"]);
    });

    it("holds one job per key, and takes the key again after the job ended", async () => {
      await opened.queue.send("tick", [{ key: "a" }, { key: "a" }]);
      await opened.queue.send("tick", [{ key: "a" }, { key: "b" }]);
      await opened.queue.consume(["tick"], { batch: 10, concurrency: 1 }, note);
      await until(() => seen.length === 2);
      await opened.pass(300);
      await opened.queue.send("tick", [{ key: "a" }]);
      await until(() => seen.length === 3);
      expect(seen.sort()).toEqual(["a", "a", "b"]);
    });

    it("drops a job while one with its key runs, also when its own handler sends it, and takes it after the end", async () => {
      let finish: () => void = () => undefined;
      await opened.queue.consume(["tick"], { batch: 1, concurrency: 2 }, async (jobs) => {
        const ended = new Promise<void>((resolve) => {
          finish = resolve;
        });
        await note(jobs);
        await opened.store.transaction((tx) => opened.queue.send("tick", [{ key: "a" }], tx));
        await ended;
      });
      await opened.queue.send("tick", [{ key: "a" }]);
      await until(() => seen.length === 1);
      await opened.queue.send("tick", [{ key: "a" }]);
      await opened.queue.send(ACT, [{ key: "a" }]);
      await opened.pass(300);
      finish();
      await opened.pass(1_200);
      expect(seen).toEqual(["a"]);
      await opened.queue.send("tick", [{ key: "a" }]);
      await until(() => seen.length === 2);
      finish();
    });

    it("hands over jobs as they were sent, in calls of at most one batch", async () => {
      const jobs = Array.from({ length: 7 }, (_, index): Job => ({ key: String(index), priority: index }));
      const calls: (readonly Job[])[] = [];
      await opened.queue.send("tick", jobs);
      await opened.queue.consume(["tick"], { batch: 3, concurrency: 1 }, async (given) => {
        calls.push(given);
        await note(given);
      });
      await until(() => seen.length === 7);
      expect(calls.map(({ length }) => length)).toEqual([3, 3, 1]);
      expect(calls.flat().sort((a, b) => a.key.localeCompare(b.key))).toEqual(jobs);
    });

    it("sends jobs only if the transaction commits", async () => {
      await opened.queue.consume([ACT], { batch: 1, concurrency: 4 }, note);
      await opened.store.transaction((tx) => opened.queue.send(ACT, [{ key: "committed" }], tx));
      await opened.store
        .transaction(async (tx) => {
          await opened.queue.send(ACT, [{ key: "never" }], tx);
          throw new Error("rolled back");
        })
        .catch(() => undefined);
      await until(() => seen.length === 1);
      await opened.pass(600);
      expect(seen).toEqual(["committed"]);
    });

    it("runs exactly as many handlers at a time as configured", async () => {
      let running = 0;
      let most = 0;
      const release: (() => void)[] = [];
      await opened.queue.send(
        ACT,
        ["1", "2", "3", "4", "5"].map((key) => ({ key })),
      );
      await opened.queue.consume([ACT], { batch: 1, concurrency: 3 }, async (jobs) => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => release.push(resolve));
        running -= 1;
        await note(jobs);
      });
      await until(() => release.length === 3);
      for (let at = 0; at < 5; at += 1) {
        await until(() => release.length > at);
        release[at]?.();
      }
      await until(() => seen.length === 5);
      expect(most).toBe(3);
    });

    it("delivers no job before its notBefore", async () => {
      await opened.queue.consume(["tick"], { batch: 1, concurrency: 1 }, note);
      await opened.queue.send("tick", [{ key: "later", notBefore: opened.now() + 1_200 }, { key: "now" }]);
      await until(() => seen.length === 1);
      expect(seen).toEqual(["now"]);
      await until(() => seen.length === 2);
    });

    it("delivers jobs of the followed queues alone, and of another from when it is followed", async () => {
      await opened.queue.send(ACT, [{ key: "its own" }]);
      await opened.queue.send(OTHER, [{ key: "another's" }]);
      const consumer = await opened.queue.consume([ACT], { batch: 1, concurrency: 4 }, note);
      await until(() => seen.length === 1);
      await opened.pass(1_500);
      expect(seen).toEqual(["its own"]);
      consumer.follow([OTHER]);
      await until(() => seen.length === 2);
      await opened.queue.send(ACT, [{ key: "left" }]);
      await opened.pass(1_500);
      expect(seen).toEqual(["its own", "another's"]);
    });

    it("shares the places of a consumer between its queues, and lets none of them wait for the other's end", async () => {
      let running = 0;
      let most = 0;
      const jobs = (name: string): Job[] => ["1", "2", "3", "4", "5", "6"].map((number) => ({ key: name + number }));
      await opened.queue.send(ACT, jobs("a"));
      await opened.queue.send(OTHER, jobs("b"));
      await opened.queue.consume([ACT, OTHER], { batch: 1, concurrency: 2 }, async (given) => {
        most = Math.max(most, ++running);
        await note(given);
        await opened.store.transaction((tx) => tx.now());
        running -= 1;
      });
      await until(() => seen.length === 12);
      expect(most).toBe(2);
      expect(new Set(seen.slice(0, 6).map((key) => key[0]))).toEqual(new Set(["a", "b"]));
    });

    it("redelivers a job whose handler rejected, and says that it was delivered before", async () => {
      const given: Job[] = [];
      await opened.queue.consume(["tick"], { batch: 1, concurrency: 1 }, async (jobs) => {
        given.push(...jobs);
        if (given.length === 1) throw new Error("not yet");
        await note(jobs);
      });
      await opened.queue.send("tick", [{ key: "stubborn" }]);
      await until(() => seen.length === 1);
      expect(given).toEqual([{ key: "stubborn" }, { key: "stubborn", again: true }]);
    });

    it("lets a rejected job wait, and longer the second time", async () => {
      const at: number[] = [];
      await opened.queue.consume(["tick"], { batch: 1, concurrency: 1 }, async () => {
        at.push(opened.now());
        if (at.length < 3) throw new Error("not yet");
      });
      await opened.queue.send("tick", [{ key: "slow" }]);
      await until(() => at.length === 3);
      const [first = 0, second = 0, third = 0] = at;
      expect(second - first).toBeGreaterThanOrEqual(1_000);
      expect(third - second).toBeGreaterThanOrEqual(2_000);
    }, 30_000);

    it("waits for running jobs when it stops", async () => {
      let finish: () => void = () => undefined;
      const consumer = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, async (jobs) => {
        await new Promise<void>((resolve) => {
          finish = resolve;
          seen.push("began");
        });
        await note(jobs);
      });
      await opened.queue.send(ACT, [{ key: "last" }]);
      await until(() => seen.length === 1);
      const stopped = [consumer.stop(), consumer.stop()];
      await opened.queue.send(ACT, [{ key: "for others" }]);
      await opened.pass(300);
      expect(seen).toEqual(["began"]);
      finish();
      await Promise.all(stopped);
      await opened.pass(600);
      expect(seen).toEqual(["began", "last"]);
      await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, note);
      await until(() => seen.length === 3);
      expect(seen).toEqual(["began", "last", "for others"]);
    });

    it("gives the jobs of a dead worker to another, and never those of a live one", async () => {
      const running: string[] = [];
      let finish: () => void = () => undefined;
      let reason: unknown;
      const dying = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, async (jobs, signal) => {
        running.push(...jobs.map(({ key }) => key));
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reject((reason = signal.reason) as Error);
          });
        });
      });
      await opened.queue.send(ACT, [{ key: "its" }]);
      await until(() => running.length === 1);
      const living = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, async (jobs) => {
        running.push(...jobs.map(({ key }) => key));
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      });
      await opened.queue.send(ACT, [{ key: "another's" }]);
      await until(() => running.length === 2);
      await dying.stop({ now: true });
      const died = opened.now();
      expect(reason).toMatchObject({ message: "the worker stops" });
      await opened.queue.consume([ACT], { batch: 1, concurrency: 2 }, note);
      await until(() => seen.length > 0);
      expect(opened.now() - died).toBeGreaterThan(6_000);
      await opened.pass(2_000);
      expect(seen).toEqual(["its"]);
      finish();
      await living.stop();
    }, 40_000);
  });
}
