import type { Cell } from "../attempts/cells.ts";
import { StatsInputError } from "../input-error.ts";
import { DEFINITION_VERSION, type DataQuality, type Rate, type Spell } from "../model.ts";
import { eventTable } from "../survival/event-table.ts";
import { assumptionsOf } from "./assumptions.ts";
import { curveOf, type CurvePoint } from "./curve.ts";
import { cellsOf, isMature, namesOf, type CellOfSpells, type RebanQuestion } from "./question.ts";
import { rateOfTable } from "./rate.ts";
import { shrink, type Shrunken } from "./shrinkage.ts";
import { standardise, type Standardised } from "./standardise.ts";

/** interfaces.md 6, with I2, I3 and I6. */
export interface RebanAnswer extends Rate {
  readonly schema: "slipway/reban@1";
  readonly cell: Cell;
  /** Fewer than {@link SMALL_CELL} admissions: shown in grey, and ranked by the shrunken rate only. */
  readonly small: boolean;
  /** Admissions of other entry kinds, by kind. */
  readonly excluded: Readonly<Record<string, number>>;
  readonly shrunken?: Shrunken;
  readonly standardised?: Standardised;
  readonly curve?: readonly CurvePoint[];
  readonly as_of: string | null;
  readonly definition_version: typeof DEFINITION_VERSION;
  readonly assumptions: readonly string[];
}

export const SMALL_CELL = 20;

/** interfaces.md 6: the last line of an answer. */
export interface DataQualityAnswer extends DataQuality {
  readonly schema: "slipway/data-quality@1";
}

/** Of a spells file, which was made before, no rule fired. */
const NO_RULE: DataQuality = {
  duplicate_rows: 0,
  coalesced_bans: 0,
  skew_clamped: 0,
  orphan_bans: 0,
  duplicate_admits: 0,
  implicit_leaves: 0,
  after_as_of: 0,
};

export const dataQuality = (quality: DataQuality = NO_RULE): DataQualityAnswer => ({
  schema: "slipway/data-quality@1",
  ...quality,
});

/**
 * The re-ban rate of every cell, and in it of every window in the order asked (statistics.md 1.3).
 *
 * @throws StatsInputError for a question that does not fit together, and for rows that cannot be
 */
export function reban(spells: readonly Spell[], question: RebanQuestion): RebanAnswer[] {
  const { windows, endpoint } = question;
  if (windows.length === 0) throw new StatsInputError("no window is asked about");
  if (question.standardise !== undefined && namesOf(question).join() !== "vendor")
    throw new StatsInputError(
      "rates are standardised by SKU between vendors, so that the cells have to be vendors alone",
    );
  const cells = cellsOf(spells, question);
  const rated = question.mature === true ? undefined : cells.map(({ rows }) => eventTable(rows));
  const byWindow = windows.map((windowDays) => {
    const cohorts =
      question.mature === true
        ? cells.map((cell) => ({
            ...cell,
            rows: cell.rows.filter((spell) => isMature(spell, windowDays, question.asOf)),
          }))
        : cells;
    const tables = rated ?? cohorts.map(({ rows }) => eventTable(rows));
    const rates = tables.map((table) => rateOfTable(table, windowDays, endpoint));
    const shrunken = shrunkenBy(cohorts, rates, namesOf(question));
    const standardised =
      question.standardise === undefined
        ? undefined
        : standardise(
            cohorts.map(({ rows }, at) => ({ rows, crude: rates[at]?.estimate ?? null })),
            windowDays,
            endpoint,
          );
    return rates.map((rate, at): RebanAnswer => {
      const cell = cohorts[at] as CellOfSpells;
      const table = tables[at];
      const own = { shrunken: shrunken?.[at], standardised: standardised?.[at] };
      return {
        schema: "slipway/reban@1",
        cell: cell.cell,
        ...inOrder(rate),
        ...(own.shrunken === undefined ? {} : { shrunken: own.shrunken }),
        ...(own.standardised === undefined ? {} : { standardised: own.standardised }),
        ...(question.curve === true && table !== undefined ? { curve: curveOf(table, windowDays, endpoint) } : {}),
        small: rate.n < SMALL_CELL,
        excluded: cell.excluded,
        as_of: question.asOf,
        definition_version: DEFINITION_VERSION,
        assumptions: assumptionsOf(rate, cell, question),
      };
    });
  });
  return cells.flatMap((_, at) => byWindow.flatMap((answers) => answers[at] ?? []));
}

/** With vendors in finer cells, the cells of each vendor shrink towards it (I6). */
function shrunkenBy(
  cells: readonly CellOfSpells[],
  rates: readonly Rate[],
  names: readonly string[],
): readonly (Shrunken | undefined)[] | undefined {
  if (!names.includes("vendor") || names.length < 2) return undefined;
  const shrunken: (Shrunken | undefined)[] = [];
  for (const group of Map.groupBy(rates.keys(), (at) => cells[at]?.cell["vendor"]).values()) {
    const found = shrink(group.map((at) => rates[at] ?? { events: 0, n: 0 }));
    group.forEach((at, index) => (shrunken[at] = found[index]));
  }
  return shrunken;
}

const inOrder = ({
  window_days,
  endpoint,
  estimate,
  status,
  interval,
  bounds,
  n,
  events,
  censored,
  at_risk_at_window,
  by_cause,
  net,
  at_last_follow_up,
  unknown_either_way,
}: Rate): Rate => ({
  window_days,
  endpoint,
  estimate,
  status,
  interval,
  bounds,
  n,
  events,
  censored,
  at_risk_at_window,
  by_cause,
  net,
  ...(at_last_follow_up === undefined ? {} : { at_last_follow_up }),
  unknown_either_way,
});

/**
 * Answers of one window from the highest shrunken rate down: the only order to show them in. Cells without admissions
 * are in no ranking (A17).
 */
export function ranked(answers: readonly RebanAnswer[]): RebanAnswer[] {
  const rateOf = ({ shrunken }: RebanAnswer): number => shrunken?.estimate ?? 0;
  return answers
    .filter(({ n, shrunken }) => n > 0 && typeof shrunken?.estimate === "number")
    .sort((a, b) => rateOf(b) - rateOf(a));
}
