import { isPostOfr, reban, type RebanAnswer, type Spell } from "@slipway/stats";
import type { Label } from "../judging/outcome.ts";
import type { Tally } from "./tally.ts";

/** Within how long a re-ban counts, and of which causes (statistics.md 1.3). */
const WINDOW_DAYS = 30;

/** What became of the machines whose attempts flip. */
export interface AdmissionsOfFlips {
  /** Machines that were let in and would be refused: first of all, then by cell. */
  readonly newly_refused: readonly RebanAnswer[];
  /** Machines that were refused and may be let in: none of them was in service, but for those below. */
  readonly newly_admitted: {
    readonly point: null;
    readonly identified: false;
    readonly bounds_none: readonly [0, 1];
    /** From the re-ban rate of the machines that were let in: refused ones are no better. */
    readonly bounds_monotone: readonly [number, 1] | null;
    readonly bounds_monotone_ci: readonly [number, 1] | null;
  };
  /** Machines that were refused and came in all the same, by how: never mixed with the others. */
  readonly let_in_otherwise: { readonly canary: RebanAnswer | null; readonly override: RebanAnswer | null };
}

/** @param spells every admission up to `asOf` */
export function admissionsOfFlips(spells: readonly Spell[], { refused, admitted }: Tally["flipped"], { by, asOf }: { readonly by: readonly Label[]; readonly asOf: string }): AdmissionsOfFlips {
  const ask = (rows: readonly Spell[], more: { readonly by?: readonly string[]; readonly population?: string } = {}): RebanAnswer[] => reban(rows, { windows: [WINDOW_DAYS], endpoint: "hardware", asOf, ...more });
  const ofAttempts = (names: ReadonlySet<string>): Spell[] => spells.filter(({ attemptId }) => attemptId !== null && names.has(attemptId));
  const lost = ofAttempts(refused);
  const gained = ofAttempts(admitted);
  const [all] = ask(spells.filter(isPostOfr));
  const other = (population: string): RebanAnswer | null => (gained.some(({ labels }) => labels["entry"] === population) ? (ask(gained, { population })[0] ?? null) : null);
  return {
    newly_refused: [...ask(lost), ...(by.length === 0 || lost.length === 0 ? [] : ask(lost, { by }))],
    newly_admitted: { point: null, identified: false, bounds_none: [0, 1], bounds_monotone: typeof all?.estimate === "number" ? [all.estimate, 1] : null, bounds_monotone_ci: (all?.interval ?? null) === null ? null : [all?.interval?.lo ?? 0, 1] },
    let_in_otherwise: { canary: other("canary"), override: other("override") },
  };
}
