import type { RunnerParts } from "./parts.ts";

/** A worker's clock that is off by more is said. */
const SAID_MS = 2_000;
/** One that is off by more refuses work: its machine cannot be trusted with what takes time. */
const REFUSED_MS = 30_000;

/** What a worker knows of its own clock. */
export interface ClockWatch {
  /** By how much it is ahead of the store's own; null before it was measured. */
  readonly skewMs: number | null;
  /** Why this worker takes no work, if it takes none. */
  refuses(): string | undefined;
  /** Measures again, and says what it found. */
  measure(): Promise<void>;
}

export function watchClock({ store, emit }: Pick<RunnerParts, "store" | "emit">): ClockWatch {
  let skewMs: number | null = null;
  const isOff = (limit: number): boolean => Math.abs(skewMs ?? 0) > limit;
  return {
    get skewMs() {
      return skewMs;
    },
    refuses: () =>
      isOff(REFUSED_MS)
        ? `this machine's clock is ${String(Math.round(Math.abs(skewMs ?? 0) / 1_000))} s ${(skewMs ?? 0) < 0 ? "behind" : "ahead of"} the database's`
        : undefined,
    async measure() {
      const said = isOff(SAID_MS);
      skewMs = Math.round(await store.skew());
      if (said || isOff(SAID_MS)) emit({ event: "clock-skew", ms: skewMs, refusing: isOff(REFUSED_MS) });
    },
  };
}
