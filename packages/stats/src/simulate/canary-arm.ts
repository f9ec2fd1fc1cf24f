import { wilson } from "../intervals.ts";
import type { Attempt, Interval } from "../model.ts";

/** What a randomised canary arm says of the nodes that a policy adds. */
export type CanaryArm =
  | {
      readonly identified: true;
      readonly point: number;
      readonly standardError: number;
      readonly interval: Interval;
      readonly canaries: number;
      /** Of some of them no canary probability is known: those of one cluster are taken to have had the same. */
      readonly oneCoin: boolean;
    }
  | { readonly identified: false; readonly why: string; readonly canaries: number };

/** Canaries without which a stratum says nothing (A19). */
export const CANARIES_NEEDED = 5;

interface Stratum {
  readonly name: string;
  /** Of the added attempts, the share in this stratum. */
  readonly weight: number;
  readonly nodes: number;
  readonly canaries: number;
  readonly rebans: number;
}

/**
 * Post-stratified mean outcome of the canaries among `added`, by cluster and canary probability (A19). A canary that was
 * not followed to the end leaves the rate unidentified: without it the rate would be that of those who failed early.
 */
export function canaryArm(added: readonly Attempt[]): CanaryArm {
  const canaries = added.filter(({ admittedAsCanary }) => admittedAsCanary);
  const open = canaries.filter(({ reban }) => reban === null).length;
  const strata = strataOf(added);
  const thin = strata.find((stratum) => stratum.canaries < CANARIES_NEEDED);
  const not = (why: string): CanaryArm => ({ identified: false, why, canaries: canaries.length });
  if (canaries.length === 0) return not("no canary is among these nodes");
  if (thin !== undefined)
    return not(
      `${thin.name} has ${String(thin.canaries)} canaries among ${String(thin.nodes)} nodes, and ${String(CANARIES_NEEDED)} are needed`,
    );
  if (open > 0)
    return not(`${String(open)} of ${String(canaries.length)} canaries are not yet followed to the end of the window`);

  const point = sum(strata, ({ weight, rebans, canaries: n }) => weight * (rebans / n));
  const variance = sum(
    strata,
    ({ weight, rebans, canaries: n, nodes }) =>
      weight ** 2 * (1 - n / nodes) * (((rebans / n) * (1 - rebans / n)) / (n - 1)),
  );
  return {
    identified: true,
    point,
    standardError: Math.sqrt(variance),
    interval: intervalOf(strata, point),
    canaries: canaries.length,
    oneCoin: added.some(({ canaryProbability }) => canaryProbability === null),
  };
}

function strataOf(added: readonly Attempt[]): readonly Stratum[] {
  const groups = new Map<string, Attempt[]>();
  for (const attempt of added) {
    const probability =
      attempt.canaryProbability === null
        ? "no canary probability"
        : `canary probability ${String(attempt.canaryProbability)}`;
    const name = `${attempt.labels["cluster"] === undefined ? "" : `cluster ${attempt.labels["cluster"]}, `}${probability}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [attempt]);
    else group.push(attempt);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, nodes]) => {
      const canaries = nodes.filter(({ admittedAsCanary }) => admittedAsCanary);
      return {
        name,
        weight: nodes.length / added.length,
        nodes: nodes.length,
        canaries: canaries.length,
        rebans: canaries.filter(({ reban }) => reban === true).length,
      };
    });
}

/**
 * One stratum: Wilson. Several: the weighed sum of Wilson intervals by the method of variance estimates recovery (G. Y.
 * Zou, A. Donner, Construction of confidence limits about effect measures, Stat. Med. 27, 2008), which has a width where
 * no canary, or every one, was banned again.
 */
function intervalOf(strata: readonly Stratum[], point: number): Interval {
  const [only] = strata;
  if (strata.length === 1 && only !== undefined) {
    const { lo, hi } = wilson(only.rebans, only.canaries);
    return { method: "wilson", level: 0.95, lo, hi };
  }
  const distance = (limit: "lo" | "hi"): number =>
    Math.sqrt(
      sum(
        strata,
        ({ weight, rebans, canaries }) => (weight * (wilson(rebans, canaries)[limit] - rebans / canaries)) ** 2,
      ),
    );
  return {
    method: "stratified-wilson-mover",
    level: 0.95,
    lo: Math.max(0, point - distance("lo")),
    hi: Math.min(1, point + distance("hi")),
  };
}

const sum = (strata: readonly Stratum[], of: (stratum: Stratum) => number): number =>
  strata.reduce((total, stratum) => total + of(stratum), 0);
