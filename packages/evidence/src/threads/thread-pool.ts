import { Worker, type Transferable } from "node:worker_threads";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { ThreadSaid } from "./protocol.ts";

export interface PoolLimits {
  readonly threads: number;
  /** A question that is not answered within this time ends its thread. */
  readonly hangsMs: number;
  /** Memory of one thread, in MiB: what lives, and beside it what is garbage with the next question. */
  readonly oldMb: number;
  readonly youngMb: number;
  /** Questions that a thread holds at once, so that it never waits for the next; 1 where they are large. */
  readonly ahead: number;
}

/** A question, with the memory that goes over to the thread and is not copied. */
export interface Posted<Ask> {
  readonly ask: Ask;
  readonly transfer?: readonly Transferable[];
}

/** What became of a question. */
export interface Run<Said> {
  readonly said: readonly Said[];
  /** Why the thread ended before it had answered; undefined when it has. */
  readonly death: string | undefined;
}

interface Task<Ask, Said> {
  readonly make: () => Posted<Ask>;
  readonly said: Said[];
  readonly resolve: (run: Run<Said>) => void;
  readonly reject: (error: Error) => void;
}

/** One thread with what it was asked and has not answered, oldest first. */
interface Thread<Ask, Said> {
  readonly worker: Worker;
  readonly asked: Task<Ask, Said>[];
  ready: boolean;
  watch: NodeJS.Timeout | undefined;
  death: string | undefined;
}

/**
 * Threads that answer questions, each a module that calls `serveThread`. One that hangs, ends itself or
 * runs out of memory is replaced: the question it was at is told so, those behind it go to another. A pool
 * that has nothing to do holds no process open.
 */
export class ThreadPool<Ask, Said> {
  readonly #entry: URL;
  readonly #data: unknown;
  readonly #limits: PoolLimits;
  readonly #threads = new Set<Thread<Ask, Said>>();
  readonly #waiting: Task<Ask, Said>[] = [];
  #closed = false;

  /** @param data what each thread is opened with */
  constructor(entry: URL, data: unknown, limits: PoolLimits) {
    this.#entry = entry;
    this.#data = data;
    this.#limits = limits;
  }

  /**
   * Asks a thread.
   *
   * @param make called when a thread takes the question, and again where its thread ended before it came to it
   * @throws SlipwayError of kind `config` when the thread cannot be opened
   */
  run(make: () => Posted<Ask>): Promise<Run<Said>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ make, said: [], resolve, reject });
      this.#hand();
    });
  }

  /** Ends every thread; what was asked and not answered is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { watch } of this.#threads) clearTimeout(watch);
    this.#refuse(this.#waiting.splice(0));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #hand(): void {
    if (this.#closed) return this.#refuse(this.#waiting.splice(0));
    const { ahead, threads } = this.#limits;
    while (this.#waiting.length > 0) {
      const free = [...this.#threads]
        .filter(({ asked }) => asked.length < ahead)
        .sort((a, b) => a.asked.length - b.asked.length)[0];
      const thread =
        (free === undefined || free.asked.length > 0) && this.#threads.size < threads ? this.#open() : free;
      const task = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || task === undefined) return;
      thread.asked.push(task);
      const { ask, transfer = [] } = task.make();
      thread.worker.ref();
      thread.worker.postMessage(ask, transfer);
      if (thread.asked.length === 1) this.#watch(thread);
    }
  }

  #open(): Thread<Ask, Said> {
    const { oldMb, youngMb } = this.#limits;
    const worker = new Worker(this.#entry, {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: oldMb, maxYoungGenerationSizeMb: youngMb },
    });
    const thread: Thread<Ask, Said> = { worker, asked: [], ready: false, watch: undefined, death: undefined };
    this.#threads.add(thread);
    worker.on("message", (said: ThreadSaid<Said>) => this.#heard(thread, said));
    worker.on("error", (error) => (thread.death ??= error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => this.#ended(thread, `the check ended its thread (${String(code)})`));
    return thread;
  }

  #heard(thread: Thread<Ask, Said>, message: ThreadSaid<Said>): void {
    if ("ready" in message) {
      thread.ready = true;
      this.#watch(thread);
    } else if ("refused" in message) {
      thread.death = message.refused;
      void thread.worker.terminate();
    } else if ("said" in message) {
      thread.asked[0]?.said.push(message.said);
    } else {
      const task = thread.asked.shift();
      task?.resolve({ said: task.said, death: undefined });
      this.#watch(thread);
      this.#hand();
    }
  }

  /** A thread that is no more, or is not waited for any more: not every loop can be interrupted. */
  #ended(thread: Thread<Ask, Said>, why: string): void {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.watch);
    const { asked, death = why, ready } = thread;
    if (this.#closed) return this.#refuse(asked);
    if (ready) {
      const [struck, ...left] = asked;
      this.#waiting.unshift(...left);
      struck?.resolve({ said: struck.said, death });
    } else this.#refuse(asked, new SlipwayError("config", death));
    this.#hand();
  }

  /** Gives the oldest question of a thread its time. */
  #watch(thread: Thread<Ask, Said>): void {
    clearTimeout(thread.watch);
    if (thread.asked.length === 0) thread.worker.unref();
    if (!thread.ready || thread.asked.length === 0) return;
    const { hangsMs } = this.#limits;
    thread.watch = setTimeout(() => {
      this.#ended(thread, `judging took longer than ${String(hangsMs / 1_000)} s`);
      void thread.worker.terminate();
    }, hangsMs);
  }

  #refuse(tasks: readonly Task<Ask, Said>[], error: Error = new Error("the threads were closed")): void {
    for (const { reject } of tasks) reject(error);
  }
}
