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
 * @param question `of`: what flips, a check or `node`
 */
export function tally(question: Question): Tally {
  return new OutcomeTally(question);
}

interface Question {
  readonly kind: "check" | "expectation" | "policy";
  readonly of: string;
  readonly by: readonly Label[];
  readonly stored: boolean;
}

class OutcomeTally implements Tally {
  readonly flipped = { refused: new Set<string>(), admitted: new Map<string, OutcomeLabels>() };
  readonly #question: Question;
  readonly #byAttempt: boolean;
  readonly #cells: ReturnType<typeof cellCounts>;
  readonly #segments = cellCounts(["segment"]);
  readonly #attempts = attemptTally();
  readonly #drifts = new Map<string, { check: string; stored: string; now: string; count: number }>();
  readonly #missing = new Map<string, number>();
  readonly #errors: { bundle: string; node: string | null; why: string }[] = [];
  #total = NOTHING;
  #bundles = 0;
  #drift = 0;
  #runs: Run[] = [];

  constructor(question: Question) {
    this.#question = question;
    this.#byAttempt = question.stored && question.kind === "policy";
    this.#cells = cellCounts(question.by);
  }

  add(outcome: Outcome): readonly Flip[] {
    this.#bundles += 1;
    this.#note(outcome);
    const flips: Flip[] = [];
    if (isRun(outcome)) {
      const [previous] = this.#runs;
      if (previous !== undefined && attemptOf(previous) !== attemptOf(outcome)) flips.push(...this.end());
      this.#runs.push(outcome);
    }
    if (!this.#byAttempt) {
      this.#count(outcome, outcome);
      flips.push(...flipOf(outcome, this.#question.of, outcome.before, outcome.after));
    }
    return flips;
  }

  end(): readonly Flip[] {
    const [first, ...rest] = this.#runs;
    if (first === undefined) return [];
    const name = attemptOf(first);
    const ended = endAttempt(name, [first, ...rest]);
    this.#attempts.add(ended, this.#runs);
    const all = this.#runs;
    this.#runs = [];
    if (!ended.concerned) {
      if (this.#byAttempt) this.#count(first, { state: "not-concerned" });
      return [];
    }
    if (!ended.cut && ended.before === "pass" && ended.after === "fail") this.flipped.refused.add(name);
    if (!ended.cut && ended.before === "fail" && (ended.after === "pass" || ended.after === "open"))
      this.flipped.admitted.set(name, first.labels);
    return this.#byAttempt ? this.#flipOfAttempt(ended, all) : [];
  }

  result(): TallyResult {
    const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
    return {
      unit: this.#byAttempt ? "attempt" : "bundle",
      bundles: this.#bundles,
      ...inOrder(this.#total),
      drift: this.#drift,
      drift_by: [...this.#drifts].sort(byKey).map(([, one]) => one),
      error_list: this.#errors,
      missing: Object.fromEntries([...this.#missing].sort(byKey)),
      cells: this.#cells.all().map(({ cell, counts }) => ({ cell, ...counts })),
      per_segment: Object.fromEntries(
        this.#segments.all().map(({ cell, counts }) => [cell.segment ?? "unknown", counts]),
      ),
      attempts: this.#question.stored ? this.#attempts.result() : null,
    };
  }

  /** Takes note of drift, errors, and evidence that is not there. */
  #note({ drift = [], state, name, node, why = "" }: Outcome): void {
    for (const { check, stored: then, now } of drift) {
      const key = `${check} ${then} ${now}`;
      this.#drifts.set(key, { check, stored: then, now, count: (this.#drifts.get(key)?.count ?? 0) + 1 });
    }
    if (drift.length > 0) this.#drift += 1;
    if (state === "error" && this.#errors.length < LISTED) this.#errors.push({ bundle: name, node: node ?? null, why });
    if (
      (state === "evidence-missing" || state === "probe-missing") &&
      (this.#missing.size < LISTED || this.#missing.has(why))
    )
      this.#missing.set(why, (this.#missing.get(why) ?? 0) + 1);
  }

  #count({ labels }: Pick<Outcome, "labels">, what: Counted): void {
    this.#total = counted(this.#total, what);
    this.#cells.add(labels, what);
    this.#segments.add(labels, what);
  }

  #flipOfAttempt({ before, after, deciding, cut }: EndedAttempt, all: readonly Run[]): readonly Flip[] {
    // Neither let in nor refused, or begun before the span: there is nothing to compare with.
    if (cut || before === "open") return [];
    if (before === "unknown" || after === "unknown") {
      this.#count(deciding, {
        state: all.find(({ state }) => state !== "judged" && state !== "not-concerned")?.state ?? "evidence-missing",
      });
      return [];
    }
    this.#count(deciding, { state: "judged", before, after });
    return flipOf(deciding, "attempt", before, after);
  }
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
