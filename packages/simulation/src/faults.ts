import { chances, type Chances } from "./chances.ts";

/** Every kind of fault that a seed may bring; each is counted where it strikes. */
export const FAULT_KINDS = [
  "crash",
  "stall",
  "stale-facts",
  "job-twice",
  "job-lost",
  "store-before-commit",
  "store-after-commit",
  "clock-jump",
  "clock-far",
  "disk-full",
  "torn-put",
  "adapter-missing",
  "evidence-expired",
  "vendor-fails",
  "vendor-throttled",
  "vendor-answer-lost",
  "vendor-hangs",
  "vendor-late",
  "vendor-twice",
  "vendor-down",
  "vendor-bans",
  "event-bare",
  "sighting-ahead",
  "power-without-keys",
  "look-throws",
  "unreachable",
  "connection-lost",
  "timeout",
  "garbage",
  "person",
  "taken-before-act",
  "taken-before-count",
  "asked-while-banned",
  "moved",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type Struck = Record<FaultKind, number>;

export const nothingStruck = (): Struck => Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Struck;

/** Kinds that strike by chance, each time there is an occasion: the highest share of occasions in any seed. */
const SHARES = {
  "stale-facts": 0.2,
  "job-twice": 0.08,
  "job-lost": 0.08,
  "store-before-commit": 0.006,
  "store-after-commit": 0.006,
  unreachable: 0.06,
  "connection-lost": 0.05,
  timeout: 0.02,
  garbage: 0.015,
  "disk-full": 0.02,
  "torn-put": 0.02,
  "vendor-fails": 0.08,
  "vendor-throttled": 0.04,
  "vendor-answer-lost": 0.04,
  "vendor-hangs": 0.03,
  "vendor-late": 0.03,
  "vendor-twice": 0.04,
  "vendor-down": 0.06,
  "event-bare": 0.5,
  "sighting-ahead": 0.05,
  "look-throws": 0.02,
  "taken-before-act": 0.3,
  "taken-before-count": 0.06,
} as const;
type ByChance = keyof typeof SHARES;

/** Kinds that strike at moments drawn beforehand. */
export const AT_MOMENTS = [
  "crash",
  "stall",
  "clock-jump",
  "clock-far",
  "person",
  "vendor-down",
  "vendor-bans",
  "asked-while-banned",
] as const satisfies readonly FaultKind[];
export type AtMoments = (typeof AT_MOMENTS)[number];

/** The faults of one seed. What strikes follows from the seed and from the order in which occasions come. */
export class Faults {
  readonly struck = nothingStruck();
  /** Off: nothing strikes any more. */
  active = true;
  readonly #shares: Readonly<Record<ByChance, number>>;
  readonly #streams: Readonly<Record<ByChance, Chances>>;

  constructor(seed: number) {
    const draw = chances(seed, "shares");
    const kinds = Object.keys(SHARES) as ByChance[];
    this.#shares = Object.fromEntries(
      kinds.map((kind) => [kind, draw.chance(0.7) ? SHARES[kind] * draw.next() : 0]),
    ) as Record<ByChance, number>;
    this.#streams = Object.fromEntries(kinds.map((kind) => [kind, chances(seed, kind)])) as Record<ByChance, Chances>;
  }

  /** Whether a fault of this kind strikes now. */
  strikes(kind: ByChance): boolean {
    const strikes = this.draws(kind);
    if (strikes) this.struck[kind] += 1;
    return strikes;
  }

  /** The same of a fault that may find nothing to strike: who brings it counts it. */
  draws(kind: ByChance): boolean {
    return this.active && this.#streams[kind].chance(this.#shares[kind]);
  }
}

/** Moments between two times, in milliseconds, at which a kind is due; at most `most` of them. */
export function momentsOf(
  seed: number,
  kind: AtMoments,
  { from, until, most }: { readonly from: number; readonly until: number; readonly most: number },
): readonly number[] {
  const draw = chances(seed, `moments of ${kind}`);
  const count = draw.between(1, most);
  return Array.from({ length: count }, () => from + Math.floor(draw.next() * (until - from))).sort((a, b) => a - b);
}
