import { SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";
import {
  beatMs,
  forgetDead,
  Hands,
  Presence,
  queuesFor,
  sendActs,
  Solo,
  untilTurn,
  watchClock,
} from "@slipway/reconciler";
import { StoreError, type Consumer, type Job, type Row } from "@slipway/store";
import { parkDeadly } from "./act-outcome.ts";
import { carrierOf, readAct, runAct, type Carrier } from "./act.ts";
import { objectOf, type RunnerParts } from "../worker/parts.ts";
import { coversOf } from "../worker/routing.ts";
import { wakeWaiting } from "./wake-waiting.ts";
import { tick } from "./tick.ts";

const SWEEP_LIMIT = 2_000;
/** Between two acts that run alone a worker takes other work for so long, or they would keep it from all of it. */
const BETWEEN_ALONE_MS = 2_000;

export interface Runner {
  /** Why this worker takes no work, if it takes none. */
  refuses(): string | undefined;
  /** Ends after the acts under way; with `now` they are left to whoever takes over. */
  stop(options?: { readonly now?: boolean }): Promise<void>;
}

/**
 * Starts a worker: it takes the steps that are due, and carries out acts. Any number of workers share
 * one store and queue; each may be killed at any point.
 */
export async function startRunner(parts: RunnerParts): Promise<Runner> {
  const carrier = carrierOf(parts);
  const watch = watchClock(parts);
  const stopping = new AbortController();
  const covers = coversOf(parts);
  const presence = new Presence({ ...parts, covers: () => covers });
  const solo = new Solo(
    () => {
      follow();
    },
    () => parts.clock.sleep(BETWEEN_ALONE_MS),
  );
  const consumers = await consume(parts, { carrier, solo, hands: new Hands(presence, solo) });
  /** Whether others count on this worker. */
  let counted = false;
  let known: readonly Row<"act_queues">[] = [];
  /** Takes the work that this worker can do while this machine's clock is right. */
  const follow = (): void => {
    const takes = watch.refuses() === undefined && !solo.isTaken && !stopping.signal.aborted;
    consumers.ticks.follow(takes ? ["tick"] : []);
    consumers.acts.follow(takes ? queuesFor(covers, known) : []);
  };
  const measure = async (): Promise<void> => {
    await watch.measure();
    follow();
  };
  await orTrouble(parts, measure);
  const loops = [
    loop(parts, stopping.signal, parts.limits.sweepMs, async () => {
      if (watch.refuses() !== undefined) return undefined;
      const { queues, now } = await sweep(parts);
      known = queues;
      follow();
      return untilTurn(presence.turns, now, parts.limits.sweepMs);
    }),
    loop(parts, stopping.signal, beatMs(parts.limits), async () => {
      await measure();
      const takes = watch.refuses() === undefined;
      await presence.beat({ skew_ms: watch.skewMs, covers: takes ? covers : [] });
      if (takes && !counted) {
        await forgetDead(parts);
        await wakeWaiting(parts);
      }
      counted = takes;
      return undefined;
    }),
  ];
  return {
    refuses: () => watch.refuses(),
    async stop(options) {
      stopping.abort();
      await Promise.all([consumers.ticks.stop(options), consumers.acts.stop(options)]);
      await Promise.all(loops);
      await presence.end();
    },
  };
}

/** What a worker carries its work out by. */
interface Worker {
  readonly carrier: Carrier;
  readonly solo: Solo;
  readonly hands: Hands;
}

async function consume(
  parts: RunnerParts,
  worker: Worker,
): Promise<{ readonly ticks: Consumer; readonly acts: Consumer }> {
  const { queue, limits } = parts;
  return {
    ticks: await queue.consume([], { batch: limits.tickBatch, concurrency: 1 }, (jobs) =>
      worker.solo.beside(() => tickAll(parts, jobs)),
    ),
    acts: await queue.consume([], { batch: 1, concurrency: limits.acts }, (jobs, signal) =>
      actAll(parts, worker, jobs, signal),
    ),
  };
}

/** Runs something; that the store is unavailable is reported, and not thrown. */
async function orTrouble(parts: RunnerParts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!StoreError.is(error)) throw error;
    parts.emit({ event: "store-trouble", reason: error.message });
  }
}

/**
 * Repeats something; while the store is unavailable it waits and goes on.
 *
 * @param work says after how many milliseconds it is repeated, where that is not `everyMs`
 */
async function loop(
  parts: RunnerParts,
  signal: AbortSignal,
  everyMs: number,
  work: () => Promise<number | undefined>,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = everyMs;
    await orTrouble(parts, async () => {
      pauseMs = (await work()) ?? everyMs;
    });
    await parts.clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

/**
 * Sends jobs for every object that is due and for every intent whose job may be lost. The workers share this work, each
 * in its turn.
 *
 * @returns what the queues of acts stand for, and the store's time
 */
async function sweep(
  parts: RunnerParts,
): Promise<{ readonly queues: readonly Row<"act_queues">[]; readonly now: number }> {
  const { due, open, queues, now } = await parts.store.transaction(async (tx) => {
    const now = await tx.now();
    return {
      now,
      due: await tx.find("validations", {
        where: { due_at: { lte: now } },
        orderBy: ["due_at"],
        limit: SWEEP_LIMIT,
        columns: ["id", "priority"],
      }),
      open: await tx.find("intents", {
        where: { outcome: null, look_again_at: { lte: now } },
        orderBy: ["look_again_at"],
        limit: SWEEP_LIMIT,
        columns: ["key", "needs"],
      }),
      queues: await tx.find("act_queues"),
    };
  });
  await parts.queue.send(
    "tick",
    due.map((validation) => ({ key: objectOf(validation), priority: validation.priority })),
  );
  if (open.length > 0) await parts.store.transaction((tx) => sendActs(tx, parts.queue, open));
  return { queues, now };
}

async function tickAll(parts: RunnerParts, jobs: readonly Job[]): Promise<void> {
  const started = parts.clock.now();
  const ids = jobs.map(({ key }) => Number(key.slice(key.indexOf("/") + 1)));
  await orTrouble(parts, () => traced("slipway.tick", { "slipway.objects": ids.length }, () => tick(parts, ids)));
  parts.emit({ event: "ticks", count: ids.length, seconds: (parts.clock.now() - started) / 1_000 });
}

async function actAll(
  parts: RunnerParts,
  { carrier, hands }: Worker,
  jobs: readonly Job[],
  signal: AbortSignal,
): Promise<void> {
  for (const job of jobs)
    await orTrouble(parts, async () => {
      const { key } = job;
      const standing = await hands.carry(job, signal, () =>
        traced("slipway.act", { "slipway.key": key }, () => runAct(parts, key, carrier, signal)),
      );
      const act = standing === "parked" ? await readAct(parts, key) : undefined;
      if (act !== undefined) await parkDeadly(act);
    });
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
