import { LABELS, type Label, type Outcome, type OutcomeLabels } from "../judging/outcome.ts";

/** What became of a number of bundles or attempts. `judged` is `unchanged` and all flips together; the others were not judged. */
export interface Counts {
  readonly judged: number;
  readonly unchanged: number;
  /** By `before→after`, such as `pass→fail`. */
  readonly flips: Readonly<Record<string, number>>;
  readonly evidence_missing: number;
  readonly probe_missing: number;
  readonly errors: number;
  readonly not_concerned: number;
}

export const NOTHING: Counts = {
  judged: 0,
  unchanged: 0,
  flips: {},
  evidence_missing: 0,
  probe_missing: 0,
  errors: 0,
  not_concerned: 0,
};

const COUNTERS = {
  "evidence-missing": "evidence_missing",
  "probe-missing": "probe_missing",
  error: "errors",
  "not-concerned": "not_concerned",
} as const;

export interface Counted {
  readonly state: Outcome["state"];
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

export function counted(counts: Counts, { state, before, after }: Counted): Counts {
  if (state !== "judged") return { ...counts, [COUNTERS[state]]: counts[COUNTERS[state]] + 1 };
  const judged = counts.judged + 1;
  if (before === undefined || after === undefined || before === after)
    return { ...counts, judged, unchanged: counts.unchanged + 1 };
  const pair = `${before}→${after}`;
  return { ...counts, judged, flips: { ...counts.flips, [pair]: (counts.flips[pair] ?? 0) + 1 } };
}

/** With flips in one order, whichever came first. */
export const inOrder = (counts: Counts): Counts => ({
  ...counts,
  flips: Object.fromEntries(Object.entries(counts.flips).sort(([a], [b]) => (a < b ? -1 : 1))),
});

export type Cell = Readonly<Partial<Record<Label, string | null>>>;

/** Counts by cell, a cell for each combination of labels that occurs. */
export interface CellCounts {
  add(labels: OutcomeLabels, outcome: Counted): void;
  all(): readonly { readonly cell: Cell; readonly counts: Counts }[];
}

export function cellCounts(by: readonly Label[]): CellCounts {
  const cells = new Map<string, { readonly cell: Cell; readonly counts: Counts }>();
  return {
    add(labels, outcome) {
      const cell = Object.fromEntries(by.map((name) => [name, labels[name] ?? null]));
      const key = JSON.stringify(Object.values(cell));
      cells.set(key, { cell, counts: counted(cells.get(key)?.counts ?? NOTHING, outcome) });
    },
    all: () =>
      [...cells]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { cell, counts }]) => ({ cell, counts: inOrder(counts) })),
  };
}

export const isLabel = (name: string): name is Label => (LABELS as readonly string[]).includes(name);
