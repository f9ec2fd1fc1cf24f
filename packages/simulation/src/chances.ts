/** Choices that follow from a seed and the words that say what they are for. */
export interface Chances {
  /** In [0, 1). */
  next(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number of these, both included. */
  between(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Streams with other words are independent, so that a new kind of fault does not move the others. */
export function chances(seed: number, purpose: string): Chances {
  let state = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  // mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 4; warm += 1) next();
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    between,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
  };
}
