/** Groups items under every name they go by: groups of at least two items, each set of items once. */
export function sharedBy<T>(
  items: readonly T[],
  namesOf: (item: T, index: number) => Iterable<string>,
): Map<string, T[]> {
  const byName = new Map<string, T[]>();
  items.forEach((item, index) => {
    for (const name of new Set(namesOf(item, index))) byName.set(name, [...(byName.get(name) ?? []), item]);
  });
  const seen = new Set<string>();
  const identity = new Map(items.map((item, index) => [item, index]));
  return new Map(
    [...byName].filter(([, group]) => {
      const key = group.map((item) => identity.get(item)).join();
      if (group.length < 2 || seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
}
