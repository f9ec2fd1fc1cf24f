/** How often a transaction that loses against others is run before it fails as `busy`. */
export const TRIES = 8;

/** Between two runs of a transaction, in milliseconds. @param draw from 0 up to 1 */
export const pauseBeforeRun = (run: number, draw: number): number => 2 ** run * (2 + draw * 3);

/** A worker without a heartbeat for so long counts as dead: its jobs then wait like rejected ones. */
export const SILENCE_MS = 10_000;

/** The first pause of a rejected job is this long at least. */
export const SHORTEST_PAUSE_MS = 1_000;
/** The longest pause of a rejected job. With SILENCE_MS and a look every four seconds, a take-over stays under 30 s. */
export const LONGEST_PAUSE_MS = 3_000;

/**
 * How long a rejected job waits, as pg-boss counts it: twice as long each time, and up to as long again by chance.
 *
 * @param draw from 0 up to 1
 */
export const pauseAfter = (failures: number, draw: number): number =>
  Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures * (1 + draw));
