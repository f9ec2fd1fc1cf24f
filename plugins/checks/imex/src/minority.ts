/**
 * Who is to be named when the members of a domain do not all show the same value: the minority, or
 * all of them when no value has the most (rule I6 and the rack view).
 *
 * @param values the value of each member, by member
 * @returns the names to blame with the value most members show; undefined on a tie. Empty when all agree
 */
export function minority<Member>(values: ReadonlyMap<Member, string>): { readonly names: readonly Member[]; readonly majority: string | undefined } {
  const groups = [...Map.groupBy(values, ([, value]) => value)].sort(([, a], [, b]) => b.length - a.length);
  const [first, second] = groups;
  if (first === undefined || second === undefined) return { names: [], majority: first?.[0] };
  if (first[1].length === second[1].length) return { names: [...values.keys()], majority: undefined };
  return { names: [...values].filter(([, value]) => value !== first[0]).map(([name]) => name), majority: first[0] };
}
