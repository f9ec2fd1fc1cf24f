import { SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";
import { parseObject } from "@slipway/domain";
import { StoreError, type Consumer, type Job, type Row } from "@slipway/store";
import { readAct } from "./acts/act.ts";
import { parkDeadly } from "./acts/failed-try.ts";
import { Outcomes } from "./acts/outcomes.ts";
import { runAct } from "./acts/run-act.ts";
import { idIn } from "./changes/object-changes.ts";
import { ClaimWatch } from "./claim-watch.ts";
import { kindNamed, type EngineParts, type LoopParts } from "./engine.ts";
import { queuesFor } from "./routing.ts";
import { makeStanding } from "./standing.ts";
import { sweep, wakeWaiting } from "./sweep.ts";
import { tick } from "./tick.ts";
import { watchClock } from "./workers/skew.ts";
import { Solo } from "./workers/solo.ts";
import { untilTurn } from "./workers/turns.ts";
import { beatMs, forgetDead, Hands, Presence } from "./workers/workers.ts";

/** Between two acts that run alone a worker takes other work for so long, or they would keep it from all of it. */
const BETWEEN_ALONE_MS = 2_000;

/** How a worker carries acts out, by the keys of their intents. */
export interface ActRunner {
  /** @param signal aborted when the worker stops or the job went to another */
  run(key: string, signal: AbortSignal): Promise<void>;
  /** Ends an act of which workers die, for a person to look at. */
  park(key: string): Promise<void>;
}

/** Acts of kinds, as the engine carries them out. */
export function actsOf(parts: EngineParts): ActRunner {
  const carrier = { outcomes: new Outcomes(parts), claims: new ClaimWatch(parts) };
  return {
    run: (key, signal) => runAct(parts, key, carrier, signal),
    async park(key) {
      const act = await readAct(parts, key);
      if (act !== undefined) await parkDeadly(parts, act);
    },
  };
}

export interface Worker {
  /** Why this worker takes no work, if it takes none. */
  refuses(): string | undefined;
  /** Ends after the acts under way; with `now` they are left to whoever takes over. */
  stop(options?: { readonly now?: boolean }): Promise<void>;
}

/**
 * Starts a worker: it takes the steps that are due, and carries out acts. Any number of workers share
 * one store and queue; each may be killed at any point.
 */
export async function startWorker(parts: LoopParts, acts: ActRunner): Promise<Worker> {
  const watch = watchClock(parts);
  const stopping = new AbortController();
  const presence = new Presence(parts);
  const solo = new Solo(
    () => {
      follow();
    },
    () => parts.clock.sleep(BETWEEN_ALONE_MS),
  );
  const consumers = await consume(parts, { acts, solo, hands: new Hands(presence, solo) });
  /** Whether others count on this worker. */
  let counted = false;
  let known: readonly Row<"act_queues">[] = [];
  /** Takes the work that this worker can do while this machine's clock is right. */
  const follow = (): void => {
    const takes = watch.refuses() === undefined && !solo.isTaken && !stopping.signal.aborted;
    consumers.ticks.follow(takes ? ["tick"] : []);
    consumers.acts.follow(takes ? queuesFor(parts.covers(), known) : []);
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
      await presence.beat({ skew_ms: watch.skewMs, covers: takes ? parts.covers() : [] });
      if (takes && !counted) {
        await makeStanding(parts);
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
interface Means {
  readonly acts: ActRunner;
  readonly solo: Solo;
  readonly hands: Hands;
}

async function consume(parts: LoopParts, means: Means): Promise<{ readonly ticks: Consumer; readonly acts: Consumer }> {
  const { queue, limits } = parts;
  return {
    ticks: await queue.consume([], { batch: limits.tickBatch, concurrency: 1 }, (jobs) =>
      means.solo.beside(() => tickAll(parts, jobs)),
    ),
    acts: await queue.consume([], { batch: 1, concurrency: limits.acts }, (jobs, signal) =>
      actAll(parts, means, jobs, signal),
    ),
  };
}

/** Runs something; that the store is unavailable is reported, and not thrown. */
async function orTrouble(parts: Pick<EngineParts, "emit">, work: () => Promise<void>): Promise<void> {
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
  parts: Pick<EngineParts, "emit" | "clock">,
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

async function tickAll(parts: LoopParts, jobs: readonly Job[]): Promise<void> {
  const started = parts.clock.now();
  const refs = jobs.flatMap(({ key }) => parseObject(key) ?? []);
  for (const [name, group] of Map.groupBy(refs, ({ kind }) => kind)) {
    const kind = kindNamed(parts, name);
    if (kind === undefined) continue;
    const ids = group.map(({ id }) => idIn(kind, id));
    await orTrouble(parts, () =>
      traced("slipway.tick", { "slipway.kind": name, "slipway.objects": ids.length }, () => tick(parts, kind, ids)),
    );
  }
  parts.emit({ event: "ticks", count: refs.length, seconds: (parts.clock.now() - started) / 1_000 });
}

async function actAll(
  parts: LoopParts,
  { acts, hands }: Means,
  jobs: readonly Job[],
  signal: AbortSignal,
): Promise<void> {
  for (const job of jobs)
    await orTrouble(parts, async () => {
      const { key } = job;
      const standing = await hands.carry(job, signal, () =>
        traced("slipway.act", { "slipway.key": key }, () => acts.run(key, signal)),
      );
      if (standing === "parked") await acts.park(key);
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
