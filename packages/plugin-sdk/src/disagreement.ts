/** What differs from the most frequent value; no majority when several values are equally frequent. */
export interface Disagreement<T> {
  readonly majority: string | undefined;
  /** The items outside the majority; all of them when there is none. */
  readonly minority: readonly T[];
}

/** Groups items by a value they should share; undefined when they do (rules F6, I6 and the rack view). */
export function disagreement<T>(items: readonly T[], valueOf: (item: T) => string): Disagreement<T> | undefined {
  const groups = [...Map.groupBy(items, valueOf)].sort(([, one], [, other]) => other.length - one.length);
  const [first, second] = groups;
  if (first === undefined || second === undefined) return undefined;
  if (first[1].length === second[1].length) return { majority: undefined, minority: items };
  return { majority: first[0], minority: items.filter((item) => valueOf(item) !== first[0]) };
}
