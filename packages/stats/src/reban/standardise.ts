import type { Endpoint, Spell } from "../model.ts";
import { rateOf } from "./rate.ts";

/** A vendor's rate if it had every SKU at the share that all vendors together have it (A18). */
export interface Standardised {
  /** Null where the vendor has no admission of a SKU, or none followed far enough. */
  readonly estimate: number | null;
  /** Whether two vendors of the question stand in opposite order by crude and by standardised rate. */
  readonly ranking_reverses: boolean;
}

export interface VendorSpells {
  readonly rows: readonly Spell[];
  readonly crude: number | null;
}

/** Direct standardisation by SKU, in the order of the vendors. */
export function standardise(vendors: readonly VendorSpells[], windowDays: number, endpoint: Endpoint): Standardised[] {
  const weights = [...bySku(vendors.flatMap(({ rows }) => rows))]
    .map(([sku, rows]) => ({ sku, weight: rows.length }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const estimates = vendors.map(({ rows }) => {
    const own = bySku(rows);
    const parts = weights.map(({ sku, weight }) => {
      const { estimate } = rateOf(own.get(sku) ?? [], windowDays, endpoint);
      return estimate === null ? null : (weight / total) * estimate;
    });
    return parts.length === 0
      ? null
      : parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
  });
  const reverses = vendors.some(({ crude }, a) =>
    vendors.some((other, b) => opposite(differ(crude, other.crude), differ(estimates[a], estimates[b]))),
  );
  return estimates.map((estimate) => ({ estimate, ranking_reverses: reverses }));
}

function bySku(rows: readonly Spell[]): ReadonlyMap<string, readonly Spell[]> {
  return Map.groupBy(rows, ({ labels }) => labels["sku"] ?? "");
}

/** The sign of a difference; sums of shares that differ in the last digits do not differ. */
function differ(a: number | null | undefined, b: number | null | undefined): number {
  if (a === null || a === undefined || b === null || b === undefined || Math.abs(a - b) < 1e-12) return 0;
  return a < b ? -1 : 1;
}

const opposite = (a: number, b: number): boolean => a * b < 0;
