import type { Label, NamedFinding, Outcome, OutcomeLabels } from "../judging/outcome.ts";
import { attemptTally, endAttempt, type AttemptCounts, type EndedAttempt, type Run } from "./attempts.ts";
import { cellCounts, counted, inOrder, NOTHING, type Cell, type Counted, type Counts } from "./counts.ts";

/** One verdict that flips, with the evidence it flips on. */
export interface Flip {
  readonly schema: "slipway/backtest-flip@1";
  readonly bundle_hash: string;
  /** Where the evidence lies: a path in the folder, or a pass as `<validation>/<attempt>/<run>`. */
  readonly bundle: string;
  readonly node: string;
  readonly machine: string | null;
  readonly vendor: string | null;
  readonly sku: string | null;
  readonly cluster: string | null;
  readonly segment: string | null;
  /** What flips: the check, or `node` for all of its checks, or `attempt`. */
  readonly of: string;
  readonly before: string;
  readonly after: string;
  readonly findings_before: readonly NamedFinding[];
  readonly findings_after: readonly NamedFinding[];
}

/** Names that a report lists at most; the counts have them all. */
const LISTED = 100;

/** What a run of the backtest came to. */
export interface TallyResult extends Counts {
  /** Bundles, or with a changed policy over the database the attempts. */
  readonly unit: "bundle" | "attempt";
  readonly bundles: number;
  readonly drift: number;
  readonly drift_by: readonly {
    readonly check: string;
    readonly stored: string;
    readonly now: string;
    readonly count: number;
  }[];
  readonly error_list: readonly { readonly bundle: string; readonly node: string | null; readonly why: string }[];
  /** Probes and expectations that are not there, by name. */
  readonly missing: Readonly<Record<string, number>>;
  readonly cells: readonly (Counts & { readonly cell: Cell })[];
  readonly per_segment: Readonly<Record<string, Counts>>;
  /** Null for bundles of a folder, which belong to no attempt. */
  readonly attempts: AttemptCounts | null;
}

export interface Tally {
  /** Counts an outcome. @returns the flips that it tells */
  add(outcome: Outcome): readonly Flip[];
  /** Ends the last attempt. @returns the flips that it tells */
  end(): readonly Flip[];
  result(): TallyResult;
  /** Attempts by how they end: those let in that would be refused, and those refused that may be let in, with what they are counted by. */
  readonly flipped: { readonly refused: ReadonlySet<string>; readonly admitted: ReadonlyMap<string, OutcomeLabels> };
}

/**
 * Folds outcomes in their order into a report. It keeps counts, the runs of one attempt, and the names
 * of attempts that flip: nothing that grows with the number of bundles.
 *
 * @param of what flips: a check, or `node`
 */
export function tally({
  kind,
  of,
  by,
  stored,
}: {
  readonly kind: "check" | "expectation" | "policy";
  readonly of: string;
  readonly by: readonly Label[];
  readonly stored: boolean;
}): Tally {
  const byAttempt = stored && kind === "policy";
  const cells = cellCounts(by);
  const segments = cellCounts(["segment"]);
  const attempts = attemptTally();
  const drifts = new Map<string, { check: string; stored: string; now: string; count: number }>();
  const missing = new Map<string, number>();
  const errors: { bundle: string; node: string | null; why: string }[] = [];
  const flipped = { refused: new Set<string>(), admitted: new Map<string, OutcomeLabels>() };
  let total = NOTHING;
  let bundles = 0;
  let drift = 0;
  let runs: Run[] = [];

  const count = (outcome: Pick<Outcome, "labels">, what: Counted): void => {
    total = counted(total, what);
    cells.add(outcome.labels, what);
    segments.add(outcome.labels, what);
  };

  const endOfAttempt = (): readonly Flip[] => {
    const [first, ...rest] = runs;
    if (first === undefined) return [];
    const name = attemptOf(first);
    const ended = endAttempt(name, [first, ...rest]);
    attempts.add(ended, runs);
    const all = runs;
    runs = [];
    if (!ended.concerned) {
      if (byAttempt) count(first, { state: "not-concerned" });
      return [];
    }
    if (!ended.cut && ended.before === "pass" && ended.after === "fail") flipped.refused.add(name);
    if (!ended.cut && ended.before === "fail" && (ended.after === "pass" || ended.after === "open"))
      flipped.admitted.set(name, first.labels);
    return byAttempt ? flipOfAttempt(ended, all) : [];
  };

  const flipOfAttempt = ({ before, after, deciding, cut }: EndedAttempt, all: readonly Run[]): readonly Flip[] => {
    // Neither let in nor refused, or begun before the span: there is nothing to compare with.
    if (cut || before === "open") return [];
    if (before === "unknown" || after === "unknown") {
      count(deciding, {
        state: all.find(({ state }) => state !== "judged" && state !== "not-concerned")?.state ?? "evidence-missing",
      });
      return [];
    }
    count(deciding, { state: "judged", before, after });
    return flipOf(deciding, "attempt", before, after);
  };

  return {
    flipped,
    add(outcome) {
      bundles += 1;
      for (const { check, stored: then, now } of outcome.drift ?? []) {
        const key = `${check} ${then} ${now}`;
        drifts.set(key, { check, stored: then, now, count: (drifts.get(key)?.count ?? 0) + 1 });
      }
      if ((outcome.drift ?? []).length > 0) drift += 1;
      if (outcome.state === "error" && errors.length < LISTED)
        errors.push({ bundle: outcome.name, node: outcome.node ?? null, why: outcome.why ?? "" });
      if (
        (outcome.state === "evidence-missing" || outcome.state === "probe-missing") &&
        (missing.size < LISTED || missing.has(outcome.why ?? ""))
      )
        missing.set(outcome.why ?? "", (missing.get(outcome.why ?? "") ?? 0) + 1);

      const flips: Flip[] = [];
      if (isRun(outcome)) {
        const [previous] = runs;
        if (previous !== undefined && attemptOf(previous) !== attemptOf(outcome)) flips.push(...endOfAttempt());
        runs.push(outcome);
      }
      if (!byAttempt) {
        count(outcome, outcome);
        flips.push(...flipOf(outcome, of, outcome.before, outcome.after));
      }
      return flips;
    },
    end: endOfAttempt,
    result: () => ({
      unit: byAttempt ? "attempt" : "bundle",
      bundles,
      ...inOrder(total),
      drift,
      drift_by: [...drifts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
      error_list: errors,
      missing: Object.fromEntries([...missing].sort(([a], [b]) => (a < b ? -1 : 1))),
      cells: cells.all().map(({ cell, counts }) => ({ cell, ...counts })),
      per_segment: Object.fromEntries(segments.all().map(({ cell, counts }) => [cell.segment ?? "unknown", counts])),
      attempts: stored ? attempts.result() : null,
    }),
  };
}

const isRun = (outcome: Outcome): outcome is Run => outcome.run !== undefined;
const attemptOf = ({ run }: Run): string => `${String(run.validation)}/${String(run.attempt)}`;

function flipOf(
  { name, labels, shown }: Outcome,
  of: string,
  before: string | undefined,
  after: string | undefined,
): readonly Flip[] {
  if (shown === undefined || before === undefined || after === undefined || before === after) return [];
  const { bundle_hash, node, machine, findings_before, findings_after } = shown;
  const { vendor = null, sku = null, cluster = null, segment = null } = labels;
  return [
    {
      schema: "slipway/backtest-flip@1",
      bundle_hash,
      bundle: name,
      node,
      machine,
      vendor,
      sku,
      cluster,
      segment,
      of,
      before,
      after,
      findings_before,
      findings_after,
    },
  ];
}
