import { byCell, type Grouped } from "../attempts/cells.ts";
import { StatsInputError } from "../input-error.ts";
import type { Endpoint, Spell } from "../model.ts";
import { DAY_MS } from "../sessions/sessionise.ts";

/**
 * Entries after a completed validation: the denominators of post-OFR rates (statistics.md 1.1). An admission that does
 * not say how it came in is one of these.
 */
export const POST_OFR_ENTRIES: readonly string[] = ["ofr", "new", "move", "maintenance"];

export interface RebanQuestion {
  /** Days, inclusive; an answer each. */
  readonly windows: readonly number[];
  readonly endpoint: Endpoint;
  /** Labels that make a cell; without them there is one cell of everything. */
  readonly by?: readonly string[];
  /** Labels and the values of which an admission has one. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
  /** Cells that are answered even without admissions (I1): the labels' values in the order of `by`, with slashes between. */
  readonly cells?: readonly string[];
  /** Post-OFR admissions unless told, or those of one entry kind; cells and filters by `entry` hold the kinds apart themselves. */
  readonly population?: string;
  /** Until when the data goes, as UTC text. */
  readonly asOf: string | null;
  /** What the spells were made with, to be said (A10). */
  readonly followNode?: boolean;
  /** A cell for each month of admission (UTC), under the name `cohort`. */
  readonly cohort?: "month";
  /** Only admissions whose window has ended (A20). */
  readonly mature?: boolean;
  /** With `by` vendor alone: rates at equal shares of every SKU (A18). */
  readonly standardise?: "sku";
  readonly curve?: boolean;
}

/** The admissions of one cell, and how many of other entry kinds it leaves out. */
export interface CellOfSpells extends Grouped<Spell> {
  readonly excluded: Readonly<Record<string, number>>;
}

/**
 * The admissions behind each answer.
 *
 * @throws StatsInputError for declared cells that do not fit `by`, and a cohort of admissions whose time is not known
 */
export function cellsOf(spells: readonly Spell[], question: RebanQuestion): CellOfSpells[] {
  const by = namesOf(question);
  const filtered = spells
    .filter(({ labels }) =>
      Object.entries(question.where ?? {}).every(([name, values]) => values.includes(labels[name] ?? "")),
    )
    .map((spell) => (question.cohort === undefined ? spell : withMonth(spell)));
  const kept = filtered.filter((spell) => isAsked(spell, question));
  const others = byCell(
    filtered.filter((spell) => !isAsked(spell, question)),
    by,
  );
  const cells = new Map(byCell(kept, by));
  for (const declared of declaredCells(question)) {
    const key = JSON.stringify(Object.values(declared));
    if (!cells.has(key)) cells.set(key, { cell: declared, rows: [] });
  }
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { cell, rows }]) => ({ cell, rows, excluded: entriesOf(others.get(key)?.rows ?? []) }));
}

/** How many of these admissions each entry kind has, by its name. */
export function entriesOf(spells: readonly Spell[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { labels } of spells)
    counts[labels["entry"] ?? "unstated"] = (counts[labels["entry"] ?? "unstated"] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether an admission came in by a completed validation. */
export const isPostOfr = ({ labels }: Pick<Spell, "labels">): boolean =>
  labels["entry"] === undefined || POST_OFR_ENTRIES.includes(labels["entry"]);

/** Whether the window of an admission ended with the data, or before (A20). */
export function isMature({ admissionId, startedAt }: Spell, windowDays: number, asOf: string | null): boolean {
  if (startedAt === null || asOf === null)
    throw new StatsInputError(
      `admission ${admissionId}: a mature cohort needs the time of each admission, and the time until which the data goes`,
    );
  return startedAt + windowDays * DAY_MS <= Date.parse(asOf);
}

function isAsked(spell: Spell, { population, by = [], where = {} }: RebanQuestion): boolean {
  if (population !== undefined && population !== "post-ofr") return spell.labels["entry"] === population;
  return by.includes("entry") || "entry" in where || isPostOfr(spell);
}

export const namesOf = ({ by = [], cohort }: Pick<RebanQuestion, "by" | "cohort">): readonly string[] =>
  cohort === undefined ? by : [...by, "cohort"];

function withMonth(spell: Spell): Spell {
  if (spell.startedAt === null)
    throw new StatsInputError(`admission ${spell.admissionId}: a cohort needs the time of each admission`);
  return { ...spell, labels: { ...spell.labels, cohort: new Date(spell.startedAt).toISOString().slice(0, 7) } };
}

function declaredCells({ cells = [], by = [], cohort }: RebanQuestion): Record<string, string>[] {
  if (cells.length > 0 && (by.length === 0 || cohort !== undefined))
    throw new StatsInputError("cells are declared by the labels that they are grouped by, and without cohorts");
  return cells.map((declared) => {
    const values = by.length === 1 ? [declared] : declared.split("/");
    if (values.length !== by.length)
      throw new StatsInputError(`cell ${JSON.stringify(declared)}: it has to have a value for each of ${by.join("/")}`);
    return Object.fromEntries(by.map((name, at) => [name, values[at] ?? ""]));
  });
}
