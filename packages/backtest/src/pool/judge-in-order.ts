import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Unit } from "../evidence/unit.ts";
import type { Outcome } from "../judging/outcome.ts";
import { unjudged } from "../judging/unjudged.ts";
import type { Ask, Say, ThreadData } from "./thread.ts";

/** Units that a thread holds at once, so that it never waits for the next. */
const AHEAD = 4;
/** A check that takes longer on one bundle hangs. */
export const HANGS_MS = 60_000;
/** Memory of one thread: two sides and one bundle at a time. */
const OLD_MB = 1_024;
/** What a bundle leaves behind is garbage with the next one. */
const YOUNG_MB = 32;

interface Task {
  readonly at: number;
  readonly unit: Unit;
}

/** One thread with what it was asked and has not answered, oldest first. */
interface Thread {
  readonly worker: Worker;
  readonly asked: Task[];
  ready: boolean;
  watch: NodeJS.Timeout | undefined;
  death: string | undefined;
}

/**
 * Judges units in threads and gives their outcomes in the order of the units, whatever the number of
 * threads. Only a few units per thread are under way at once. A check that ends its thread, or hangs,
 * is an error of the unit that it was judging; the others go to a new thread.
 *
 * @throws SlipwayError of kind `config` when a side cannot be loaded
 */
export async function* judgeInOrder(
  units: AsyncIterable<Unit> | Iterable<Unit>,
  data: ThreadData,
  { threads, hangsMs = HANGS_MS }: { readonly threads: number; readonly hangsMs?: number },
): AsyncGenerator<Outcome> {
  const pool = new Pool(data, threads, hangsMs);
  const source = Symbol.asyncIterator in units ? units[Symbol.asyncIterator]() : units[Symbol.iterator]();
  let more = true;
  try {
    while (true) {
      while (more && pool.hasRoom()) {
        const next = await source.next();
        if (next.done === true) more = false;
        else pool.add(next.value);
      }
      if (!more && pool.isEmpty()) return;
      yield await pool.next();
    }
  } finally {
    await pool.close();
    await source.return?.(undefined);
  }
}

class Pool {
  readonly #data: ThreadData;
  readonly #most: number;
  readonly #hangsMs: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  readonly #done = new Map<number, Outcome>();
  #added = 0;
  #given = 0;
  #failure: SlipwayError | undefined;
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(data: ThreadData, threads: number, hangsMs: number) {
    this.#data = data;
    this.#most = Math.max(1, threads);
    this.#hangsMs = hangsMs;
  }

  isEmpty(): boolean {
    return this.#given === this.#added;
  }

  hasRoom(): boolean {
    return this.#added - this.#given < this.#most * AHEAD * 2;
  }

  add(unit: Unit): void {
    this.#waiting.push({ at: this.#added, unit });
    this.#added += 1;
    this.#hand();
  }

  /** The outcome of the oldest unit that was not given yet. */
  async next(): Promise<Outcome> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const outcome = this.#done.get(this.#given);
      if (outcome !== undefined) {
        this.#done.delete(this.#given);
        this.#given += 1;
        return outcome;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { watch } of this.#threads) clearTimeout(watch);
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #hand(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#threads]
        .filter(({ asked }) => asked.length < AHEAD)
        .sort((a, b) => a.asked.length - b.asked.length)[0];
      const thread =
        (free === undefined || free.asked.length > 0) && this.#threads.size < this.#most ? this.#open() : free;
      const task = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || task === undefined) return;
      thread.asked.push(task);
      thread.worker.postMessage({ unit: task.unit } satisfies Ask);
      if (thread.asked.length === 1) this.#watch(thread);
    }
  }

  #open(): Thread {
    const file = createRequire(import.meta.url).resolve("@slipway/backtest/worker");
    const worker = new Worker(pathToFileURL(file), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: OLD_MB, maxYoungGenerationSizeMb: YOUNG_MB },
      stdout: true,
      stderr: true,
    });
    // What a check prints is no part of the answer.
    worker.stdout.resume();
    worker.stderr.resume();
    const thread: Thread = { worker, asked: [], ready: false, watch: undefined, death: undefined };
    this.#threads.add(thread);
    worker.on("message", (said: Say) => this.#heard(thread, said));
    worker.on("error", (error) => (thread.death ??= error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => this.#ended(thread, code));
    return thread;
  }

  #heard(thread: Thread, said: Say): void {
    if ("ready" in said) {
      thread.ready = true;
      this.#watch(thread);
    } else if ("refused" in said) {
      this.#fail(said.refused);
    } else {
      const task = thread.asked.shift();
      this.#watch(thread);
      if (task !== undefined) this.#finish(task, said.outcome);
      this.#hand();
    }
  }

  #ended(thread: Thread, code: number): void {
    clearTimeout(thread.watch);
    this.#threads.delete(thread);
    if (this.#closed) return;
    if (!thread.ready) return this.#fail(thread.death ?? `its thread ended with ${String(code)} while it was loaded`);
    const [struck, ...left] = thread.asked;
    this.#waiting.unshift(...left);
    if (struck !== undefined)
      this.#finish(
        struck,
        unjudged(struck.unit, "error", thread.death ?? `the check ended its thread (${String(code)})`),
      );
    this.#hand();
  }

  /** Gives the oldest unit of a thread its time. */
  #watch(thread: Thread): void {
    clearTimeout(thread.watch);
    if (!thread.ready || thread.asked.length === 0) return;
    thread.watch = setTimeout(() => {
      thread.death = `judging took longer than ${String(this.#hangsMs / 1_000)} s`;
      void thread.worker.terminate();
    }, this.#hangsMs);
  }

  #finish({ at }: Task, outcome: Outcome): void {
    this.#done.set(at, outcome);
    if (at === this.#given) this.#wake();
  }

  #fail(reason: string): void {
    this.#failure ??= new SlipwayError("config", `a side cannot be loaded: ${reason}`);
    this.#wake();
  }
}
