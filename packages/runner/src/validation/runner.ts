import { SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";
import { StoreError, type Consumer, type Job } from "@slipway/store";
import { runAct } from "./act.ts";
import { objectOf, type RunnerParts } from "./parts.ts";
import { recorderOf, type Recorder } from "./recorder.ts";
import { watchClock } from "./skew.ts";
import { tick } from "./tick.ts";

/** Sweeps between two heartbeats. */
const BEAT_SWEEPS = 5;
const SWEEP_LIMIT = 2_000;

export interface Runner {
  /** Why this worker takes no work, if it takes none. */
  refuses(): string | undefined;
  /** Ends after the acts under way; with `now` they are left to whoever takes over. */
  stop(options?: { readonly now?: boolean }): Promise<void>;
}

/**
 * Starts a worker: looks at what is due, and carries out what was decided. Any number of them share
 * one store and queue; each may be killed at any point.
 */
export async function startRunner(parts: RunnerParts): Promise<Runner> {
  const recorder = recorderOf(parts);
  const watch = watchClock(parts);
  const stopping = new AbortController();
  const consumers = new Set<Consumer>();
  let working: readonly Consumer[] = [];
  /** Takes work while this machine's clock is right. */
  const follow = async (): Promise<void> => {
    await watch.measure();
    if (watch.refuses() !== undefined) {
      for (const consumer of working) void consumer.stop().then(() => consumers.delete(consumer));
      working = [];
    } else if (working.length === 0 && !stopping.signal.aborted) {
      working = await consume(parts, recorder);
      for (const consumer of working) consumers.add(consumer);
    }
  };
  await orTrouble(parts, follow);
  const loops = [
    loop(parts, stopping.signal, parts.limits.sweepMs, async () => {
      if (watch.refuses() === undefined) await sweep(parts);
    }),
    loop(parts, stopping.signal, parts.limits.sweepMs * BEAT_SWEEPS, async () => {
      await follow();
      await beat(parts, watch.skewMs);
    }),
  ];
  return {
    refuses: () => watch.refuses(),
    async stop(options) {
      stopping.abort();
      await Promise.all([...consumers].map((consumer) => consumer.stop(options)));
      await Promise.all(loops);
      // Whoever asks who works here need not wait until this one counts as dead.
      await parts.store
        .transaction((tx) => tx.remove("workers", [{ id: parts.worker.id }]))
        .catch((error: unknown) => {
          if (!StoreError.is(error)) throw error;
        });
    },
  };
}

const consume = (parts: RunnerParts, recorder: Recorder): Promise<readonly Consumer[]> =>
  Promise.all([
    parts.queue.consume("tick", { batch: parts.limits.tickBatch, concurrency: 1 }, (jobs) => tickAll(parts, jobs)),
    parts.queue.consume("act", { batch: 1, concurrency: parts.limits.acts }, (jobs, signal) =>
      actAll(parts, recorder, jobs, signal),
    ),
  ]);

/** Runs something; that the store is away is said, and not the end. */
async function orTrouble(parts: RunnerParts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!StoreError.is(error)) throw error;
    parts.emit({ event: "store-trouble", reason: error.message });
  }
}

/** Runs something again and again; a store that is away is waited for. */
async function loop(
  parts: RunnerParts,
  signal: AbortSignal,
  everyMs: number,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await orTrouble(parts, work);
    await parts.clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** Puts in line every object whose time has come and every intent whose job may be lost. */
export async function sweep(parts: RunnerParts): Promise<void> {
  const { due, open } = await parts.store.transaction(async (tx) => {
    const now = await tx.now();
    return {
      due: await tx.find("validations", {
        where: { due_at: { lte: now }, adapter: { in: [...parts.adapters.keys()] } },
        orderBy: ["due_at"],
        limit: SWEEP_LIMIT,
      }),
      open: await tx.find("intents", {
        where: { outcome: null, look_again_at: { lte: now } },
        orderBy: ["look_again_at"],
        limit: SWEEP_LIMIT,
      }),
    };
  });
  await parts.queue.send(
    "tick",
    due.map((validation) => ({ key: objectOf(validation), priority: validation.priority })),
  );
  await parts.queue.send(
    "act",
    open.map(({ key }) => ({ key })),
  );
}

async function tickAll(parts: RunnerParts, jobs: readonly Job[]): Promise<void> {
  const started = parts.clock.now();
  const ids = jobs.map(({ key }) => Number(key.slice(key.indexOf("/") + 1)));
  try {
    await traced("slipway.tick", { "slipway.objects": ids.length }, () => tick(parts, ids));
  } catch (error) {
    if (ids.length === 1) throw error;
    // One that cannot be ticked must not keep the others back.
    for (const id of ids) await tick(parts, [id]);
  }
  parts.emit({ event: "ticks", count: ids.length, seconds: (parts.clock.now() - started) / 1_000 });
}

async function actAll(
  parts: RunnerParts,
  recorder: Recorder,
  jobs: readonly Job[],
  signal: AbortSignal,
): Promise<void> {
  for (const { key } of jobs)
    await orTrouble(parts, () =>
      traced("slipway.act", { "slipway.key": key }, () => runAct(parts, key, recorder, signal)),
    );
}

const tracer = trace.getTracer("slipway");

/** Runs something inside a span; without an OpenTelemetry SDK in the process that costs nothing. */
function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function beat({ store, worker }: RunnerParts, skew_ms: number | null): Promise<void> {
  const { id, host, pid, release } = worker;
  await store.transaction(async (tx) => {
    const now = await tx.now();
    const known = await tx.get("workers", { id });
    await tx.upsert("workers", [
      { id, host, pid, release, started_at: known?.started_at ?? now, beat_at: now, skew_ms },
    ]);
  });
}
