import quantile from "@stdlib/stats-base-dists-beta-quantile";

/** A rate pulled towards its vendor's: for ranking, never in the place of the rate (A17). */
export interface Shrunken {
  readonly estimate: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** M: how many admissions the vendor's mean weighs. */
  readonly prior_strength: number | null;
}

/** Events within the window, and admissions. */
export interface Count {
  readonly events: number;
  readonly n: number;
}

const WEAKEST = 2;
const STRONGEST = 10_000;

/** Beta-binomial shrinkage by moments of the cells of one vendor (A17), in their order; an empty cell is at the vendor's mean. */
export function shrink(cells: readonly Count[]): Shrunken[] {
  const filled = cells.filter(({ n }) => n > 0);
  if (filled.length < 2)
    return cells.map(({ events, n }) => ({
      estimate: n > 0 ? events / n : null,
      lo: null,
      hi: null,
      prior_strength: null,
    }));
  const { mean, strength } = priorOf(filled);
  return cells.map(({ events, n }) => {
    const [alpha, beta] = [strength * mean + events, strength * (1 - mean) + n - events];
    return {
      estimate: (events + strength * mean) / (n + strength),
      lo: quantile(0.025, alpha, beta),
      hi: quantile(0.975, alpha, beta),
      prior_strength: strength,
    };
  });
}

function priorOf(cells: readonly Count[]): { readonly mean: number; readonly strength: number } {
  const sum = (of: (cell: Count) => number): number => cells.reduce((total, cell) => total + of(cell), 0);
  const [events, n] = [sum((cell) => cell.events), sum((cell) => cell.n)];
  const mean = events === 0 || events === n ? (events + 0.5) / (n + 1) : events / n;
  const within = mean * (1 - mean);
  const between = Math.max(
    0,
    (sum((cell) => cell.n * (cell.events / cell.n - mean) ** 2) - (cells.length - 1) * within) /
      (n - sum((cell) => cell.n ** 2) / n),
  );
  return { mean, strength: between === 0 ? STRONGEST : Math.min(STRONGEST, Math.max(WEAKEST, within / between - 1)) };
}
