/** Whose turn it is among workers that share something: this one's place, and how many places there are. */
export interface Turns {
  readonly place: number;
  readonly of: number;
}

/** A worker that is alone, or does not know of others yet. */
export const ALONE: Turns = { place: 0, of: 1 };

/**
 * More workers than this share places, so that what one that died leaves undone waits for no more than so many turns
 * of the others.
 */
const PLACES = 4;

/** @param ids of the workers that live, this one among them */
export function turnsOf(ids: readonly string[], me: string): Turns {
  const of = Math.min(PLACES, ids.length);
  return of < 2 ? ALONE : { place: [...ids].sort().indexOf(me) % of, of };
}

/**
 * How long a worker waits for its turn, in milliseconds. Workers that agree on the time and on who lives come one after
 * the other, one each `everyMs`; where they do not agree some come together, and none stays away.
 *
 * @param now milliseconds since 1970, by the clock that the workers share
 */
export function untilTurn({ place, of }: Turns, now: number, everyMs: number): number {
  if (of === 1) return everyMs;
  const current = Math.floor(now / everyMs);
  const ahead = (((place - current) % of) + of) % of || of;
  // The middle of a turn, as no clock is exact.
  return (current + ahead + 0.5) * everyMs - now;
}
