import type { EngineParts } from "../engine.ts";

/** A worker reports its clock when it is off by more than this. */
const SAID_MS = 2_000;
/** A worker refuses work when its clock is off by more than this, for its timeouts cannot be trusted. */
const REFUSED_MS = 30_000;

/** The error of a worker's clock, as last measured. */
export interface ClockWatch {
  /** By how much it is ahead of the store's own; null before it was measured. */
  readonly skewMs: number | null;
  /** Why this worker takes no work, if it takes none. */
  refuses(): string | undefined;
  /** Measures again, and reports the result where the clock is or was off. */
  measure(): Promise<void>;
}

export function watchClock({ store, emit }: Pick<EngineParts, "store" | "emit">): ClockWatch {
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
