/** A small seeded source of choices; the same seed gives the same choices on every machine. */
export interface Prng {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** `true` with probability `p`. */
  chance(p: number): boolean;
  /** `count` decimal digits, the first of them not 0. */
  digits(count: number): string;
  /** `count` lower-case hexadecimal digits. */
  hex(count: number): string;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

const HEX = "0123456789abcdef";

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, equidistributed, and fast. */
export function createPrng(seed: number): Prng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (count: number): string => {
    let text = "";
    for (let i = 0; i < count; i += 1) text += HEX.charAt(between(0, 15));
    return text;
  };
  return {
    next,
    between,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[between(0, list.length - 1)] as T;
    },
    chance: (p) => next() < p,
    digits: (count) => {
      let text = "";
      for (let i = 0; i < count; i += 1) text += String(between(i === 0 ? 1 : 0, 9));
      return text;
    },
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${HEX.charAt(8 + between(0, 3))}${hex(3)}-${hex(12)}`,
  };
}

/** A seed of its own for one purpose (FNV-1a), so that a new purpose disturbs no other. */
export function deriveSeed(seed: number, ...purpose: readonly (string | number)[]): number {
  let hash = 0x811c9dc5 ^ (seed >>> 0);
  for (const part of purpose) {
    const text = `${String(part)};`;
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
