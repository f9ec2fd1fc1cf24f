import { createHash } from "node:crypto";
import type { Binding, Proposal } from "./proposal.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** JSON with the keys of every object in order, so that equal content has equal bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/**
 * What an approval of this proposal is bound to, each a SHA-256: of the diff's bytes, of the canonical
 * JSON of its simulations and of its backtest, and of its terms. Null where there is nothing.
 */
export function bindingOf({
  id,
  kind,
  title,
  reason,
  author,
  created,
  expires,
  change: { diff, ...change },
  simulation,
  backtest,
  canary,
  owners,
}: Proposal): Binding {
  return {
    diff: sha256(diff),
    simulation: simulation.length === 0 ? null : sha256(canonicalJson(simulation)),
    backtest: backtest === null ? null : sha256(canonicalJson(backtest)),
    terms: sha256(canonicalJson({ id, kind, title, reason, author, created, expires, change, canary, owners })),
  };
}

/** The parts in which two bindings differ, in words. */
export function differingParts(a: Binding, b: Binding): readonly string[] {
  return (["diff", "simulation", "backtest", "terms"] as const).filter((part) => a[part] !== b[part]);
}
