/** One ban-worthy failure of the last hour. */
export interface RecentFailure {
  readonly machine: number;
  readonly code: string;
  readonly check: string;
  readonly rack: string | null;
  readonly cluster: string | null;
  readonly sku: string | null;
}

export interface BreakerPolicy {
  /** Share of a group's machines that may fail on one code within an hour. */
  readonly share: number;
  /** Groups with fewer failing machines never trip it. */
  readonly atLeast: number;
}

export interface Tripped {
  readonly group: "rack" | "cluster" | "sku";
  readonly name: string;
  readonly code: string;
  readonly check: string;
  readonly failing: number;
  readonly size: number;
}

/**
 * Whether too large a share of the machine's rack, cluster or SKU fails on one code within an hour:
 * then the check, its expectation or the place is at fault, and nobody is banned until a person has looked.
 *
 * @param sizes machines validated or in service in each group, by name
 */
export function breaker(
  policy: BreakerPolicy,
  failure: readonly RecentFailure[],
  subject: { readonly rack: string | null; readonly cluster: string | null; readonly sku: string | null },
  sizes: { readonly rack: number; readonly cluster: number; readonly sku: number },
): Tripped | undefined {
  for (const group of ["rack", "cluster", "sku"] as const) {
    const name = subject[group];
    if (name === null) continue;
    const byCode = new Map<string, { check: string; machines: Set<number> }>();
    for (const one of failure) {
      if (one[group] !== name || (group === "rack" && one.cluster !== subject.cluster)) continue;
      const entry = byCode.get(one.code) ?? { check: one.check, machines: new Set<number>() };
      byCode.set(one.code, entry);
      entry.machines.add(one.machine);
    }
    for (const [code, { check, machines }] of byCode) {
      if (machines.size >= policy.atLeast && machines.size > policy.share * sizes[group])
        return { group, name, code, check, failing: machines.size, size: sizes[group] };
    }
  }
  return undefined;
}
