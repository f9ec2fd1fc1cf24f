import { StoreError, type Job, type Row, type Store, type Tx } from "@slipway/store";
import type { EngineLimits, EngineParts, WorkerId } from "../engine.ts";
import { countDeaths, recordDeaths, standingOf, type Standing } from "./deaths.ts";
import { type Solo } from "./solo.ts";
import { ALONE, turnsOf, type Turns } from "./turns.ts";

/** Between two heartbeats, in sweeps. */
const BEAT_SWEEPS = 5;
/** Heartbeats that may be missed before a worker is not counted on any more. */
const MISSED = 4;
/** A worker that beat within so many heartbeats takes its turn with the others. */
const PUNCTUAL = 2;

/** A worker that died is remembered so long, and of which acts. */
const REMEMBERED_MS = 7 * 86_400_000;

/** Between two heartbeats of a worker, in milliseconds. */
export const beatMs = ({ sweepMs }: Pick<EngineLimits, "sweepMs">): number => sweepMs * BEAT_SWEEPS;

/** What is known of a worker. */
export type WorkerParts = Pick<EngineParts, "store" | "worker" | "covers"> & {
  readonly limits: Pick<EngineLimits, "sweepMs">;
};

/** What the row of a worker says that starts: its clock is not measured yet, and it takes no work. */
const STARTING = { skew_ms: null, covers: [] };

/** Whether a worker starts, and has not beaten yet. */
export const isStarting = ({ skew_ms, covers }: Pick<Row<"workers">, "skew_ms" | "covers">): boolean =>
  skew_ms === null && covers.length === 0;

/**
 * Says of a worker that it starts, so that nobody takes what waits for it as what nobody can do. What a worker of the same
 * name had in hand when it died stays, until the first heartbeat counts it.
 */
export const announce = (store: Store, { id, host, pid, release }: WorkerId): Promise<void> =>
  store.transaction(async (tx) => {
    const beat_at = await tx.now();
    const known = await tx.update("workers", [{ key: { id }, set: { ...STARTING, release, beat_at } }]);
    if (known.length > 0) return;
    const row = { id, host, pid, release, started_at: beat_at, beat_at, ...STARTING, hand: [], alone: false };
    await tx.insert("workers", [row]);
  });

/**
 * The row that says of this worker that it lives, what it can do, and which acts it has in hand. What is
 * in the hand of a worker when its heartbeat stops is counted against nobody but by {@link standingOf}.
 */
export class Presence {
  readonly #parts: WorkerParts;
  readonly #hand = new Set<string>();
  /** Acts that the queue delivered, of which the next write finds out how they are to be carried out. */
  readonly #delivered = new Set<string>();
  readonly #standings = new Map<string, Standing>();
  /** Acts that workers died with, as of the last write. */
  #deadly: ReadonlySet<string> = new Set();
  #turns = ALONE;
  #state: Pick<Row<"workers">, "skew_ms" | "covers">;
  #alone = false;
  #startedAt: number | undefined;
  #gone = false;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#state = { skew_ms: null, covers: parts.covers() };
  }

  /** This worker's turn among those that lived at the last write. */
  get turns(): Turns {
    return this.#turns;
  }

  async beat(state: Pick<Row<"workers">, "skew_ms" | "covers">): Promise<void> {
    this.#state = state;
    await this.#write();
  }

  /**
   * Takes a delivered act in hand, if it may be carried out beside others. Only one that was delivered before, or
   * that workers died with, waits for what the store knows of it.
   *
   * @returns how it is to be carried out
   */
  async take({ key, again }: Pick<Job, "key" | "again">): Promise<Standing> {
    if (again !== true && !this.#deadly.has(key)) {
      this.#hand.add(key);
      // Should it fail, the next heartbeat says it.
      void this.#write().catch(unlessAway);
      return "sound";
    }
    this.#delivered.add(key);
    await this.#write();
    const standing = this.#standings.get(key) ?? "sound";
    this.#standings.delete(key);
    return standing;
  }

  /** Takes an act in hand that is all this worker does. */
  async takeAlone(key: string): Promise<void> {
    this.#hand.add(key);
    this.#alone = true;
    await this.#write();
  }

  /** Lets go of an act; that it did goes with the next write, for a worker that beats is counted against no act. */
  leave(key: string): void {
    this.#hand.delete(key);
    this.#alone = false;
  }

  /** Removes the row: whoever asks who works here need not wait until this one counts as dead. */
  async end(): Promise<void> {
    this.#gone = true;
    await this.#writing.catch(() => undefined);
    const { store, worker } = this.#parts;
    await store.transaction((tx) => tx.remove("workers", [{ id: worker.id }])).catch(unlessAway);
  }

  /** Writes the row as it is; what changes while a write is under way goes with the next one. */
  #write(): Promise<void> {
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return (this.#writing = this.#gone ? Promise.resolve() : this.#writeNow());
      });
    return this.#next;
  }

  async #writeNow(): Promise<void> {
    const { store, worker, limits } = this.#parts;
    const { id, host, pid, release } = worker;
    const delivered = [...this.#delivered];
    this.#delivered.clear();
    const [hand, alone] = [[...this.#hand], this.#alone];
    const { now, standings, deaths, living } = await store.transaction(async (tx) => {
      const now = await tx.now();
      const before = this.#startedAt === undefined ? await tx.get("workers", { id }) : undefined;
      if (before !== undefined && before.hand.length > 0) await recordDeaths(tx, before, before.hand);
      if (delivered.length > 0) await countDeaths(tx, id, delivered);
      const standings = delivered.length > 0 ? await standingOf(tx, delivered) : new Map<string, Standing>();
      const taken = delivered.filter((key) => standings.get(key) === "sound");
      const row = { id, host, pid, release, started_at: this.#startedAt ?? now, beat_at: now, ...this.#state };
      await tx.upsert("workers", [{ ...row, hand: [...new Set([...hand, ...taken])], alone }]);
      return {
        now,
        standings,
        deaths: await tx.find("act_deaths", { columns: ["key"] }),
        living: await tx.find("workers", {
          where: { beat_at: { gte: now - PUNCTUAL * beatMs(limits) } },
          columns: ["id"],
        }),
      };
    });
    this.#deadly = new Set(deaths.map(({ key }) => key));
    this.#turns = turnsOf(
      living.map((row) => row.id),
      id,
    );
    this.#startedAt ??= now;
    for (const [key, standing] of standings) {
      this.#standings.set(key, standing);
      if (standing === "sound") this.#hand.add(key);
    }
  }
}

/** Carries out acts with what is known of workers that died of them. */
export class Hands {
  readonly #presence: Presence;
  readonly #solo: Solo;

  constructor(presence: Presence, solo: Solo) {
    this.#presence = presence;
    this.#solo = solo;
  }

  /** Carries out an act beside others, alone where workers died with it, or not at all. @returns which of them */
  async carry(job: Job, signal: AbortSignal, work: () => Promise<void>): Promise<Standing> {
    const { key } = job;
    const run = async (): Promise<void> => {
      try {
        await work();
      } finally {
        this.#presence.leave(key);
      }
    };
    const standing = await this.#solo.beside(async () => {
      const found = await this.#presence.take(job);
      if (found === "sound") await run();
      return found;
    });
    if (standing === "alone")
      await this.#solo.alone(async () => {
        signal.throwIfAborted();
        await this.#presence.takeAlone(key);
        await run();
      });
    return standing;
  }
}

function unlessAway(error: unknown): void {
  if (!StoreError.is(error)) throw error;
}

/** Forgets workers that died long ago, and of which acts. */
export const forgetDead = ({ store }: Pick<EngineParts, "store">): Promise<void> =>
  store.transaction(async (tx) => {
    const before = (await tx.now()) - REMEMBERED_MS;
    const workers = await tx.find("workers", { where: { beat_at: { lt: before } }, columns: ["id"] });
    const deaths = await tx.find("act_deaths", { where: { at: { lt: before } }, columns: ["key", "worker"] });
    if (workers.length > 0) await tx.remove("workers", workers);
    if (deaths.length > 0) await tx.remove("act_deaths", deaths);
  });

/** What each living worker covers; this one, which works, is among them. */
export async function livingCovers(parts: WorkerParts, tx: Tx, now: number): Promise<readonly (readonly string[])[]> {
  const others = await tx.find("workers", {
    where: { beat_at: { gte: now - MISSED * beatMs(parts.limits) } },
    columns: ["covers"],
  });
  return [parts.covers(), ...others.map(({ covers }) => covers)];
}
