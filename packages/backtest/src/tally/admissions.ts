import { isPostOfr, reban, type RebanAnswer, type Spell } from "@slipway/stats";
import { LABELS, type Label, type OutcomeLabels } from "../judging/outcome.ts";
import type { Tally } from "./tally.ts";

/** Within how long a re-ban counts, and of which causes (statistics.md 1.3). */
const WINDOW_DAYS = 30;

/** What refused machines are compared within. */
const CELL = LABELS.filter((label) => label !== "segment");
const cellOf = (labels: OutcomeLabels | RebanAnswer["cell"]): string =>
  JSON.stringify(CELL.map((name) => labels[name] ?? null));

/** What became of the machines whose attempts flip. */
export interface AdmissionsOfFlips {
  /** Machines that were let in and would be refused: first of all, then by cell. */
  readonly newly_refused: readonly RebanAnswer[];
  /** Machines that were refused and may be let in: none of them was in service, but for those below. */
  readonly newly_admitted: {
    readonly point: null;
    readonly identified: false;
    readonly bounds_none: readonly [0, 1];
    /**
     * Refused machines are no better than those that were let in to the same vendor, SKU and cluster: the mean of those
     * rates over the attempts that flip, 0 for a cell whose rate nobody knows. Null when none flips.
     */
    readonly bounds_monotone: readonly [number, 1] | null;
    readonly bounds_monotone_ci: readonly [number, 1] | null;
  };
  /** Machines that were refused and came in all the same, by how: never mixed with the others. */
  readonly let_in_otherwise: { readonly canary: RebanAnswer | null; readonly override: RebanAnswer | null };
}

/** @param spells every admission up to `asOf` */
export function admissionsOfFlips(
  spells: readonly Spell[],
  { refused, admitted }: Tally["flipped"],
  { by, asOf }: { readonly by: readonly Label[]; readonly asOf: string },
): AdmissionsOfFlips {
  const ask = (
    rows: readonly Spell[],
    more: { readonly by?: readonly string[]; readonly population?: string } = {},
  ): RebanAnswer[] => reban(rows, { windows: [WINDOW_DAYS], endpoint: "hardware", asOf, ...more });
  const ofAttempts = (names: { has(name: string): boolean }): Spell[] =>
    spells.filter(({ attemptId }) => attemptId !== null && names.has(attemptId));
  const lost = ofAttempts(refused);
  const gained = ofAttempts(admitted);
  const rates = new Map(ask(spells.filter(isPostOfr), { by: CELL }).map((answer) => [cellOf(answer.cell), answer]));
  const monotone = (rate: (answer: RebanAnswer) => number): readonly [number, 1] | null => {
    const least = [...admitted.values()]
      .map((labels) => rates.get(cellOf(labels)))
      .map((answer) => (answer === undefined ? 0 : rate(answer)));
    return least.length === 0 ? null : [least.reduce((sum, each) => sum + each, 0) / least.length, 1];
  };
  const other = (population: string): RebanAnswer | null =>
    gained.some(({ labels }) => labels["entry"] === population) ? (ask(gained, { population })[0] ?? null) : null;
  return {
    newly_refused: [...ask(lost), ...(by.length === 0 || lost.length === 0 ? [] : ask(lost, { by }))],
    newly_admitted: {
      point: null,
      identified: false,
      bounds_none: [0, 1],
      bounds_monotone: monotone(({ estimate }) => estimate ?? 0),
      bounds_monotone_ci: monotone(({ interval }) => interval?.lo ?? 0),
    },
    let_in_otherwise: { canary: other("canary"), override: other("override") },
  };
}
