import type { FindingVerdict } from "@slipway/domain";
import type { Outcome, OutcomeOfRun } from "../judging/outcome.ts";

/**
 * How an attempt ends by one side: let in, refused, or held at a pass that stays inconclusive. `open`: no
 * pass fails, and some that would be needed were never made. `unknown`: a pass cannot be judged.
 */
export type End = FindingVerdict | "open" | "unknown";

/** A run of an attempt with what was made of it. */
export type Run = Outcome & { readonly run: OutcomeOfRun };

/** An attempt, ended by both sides. */
export interface EndedAttempt {
  /** `<validation>/<attempt>`, as admissions name it. */
  readonly name: string;
  readonly before: End;
  readonly after: End;
  /** Runs that the changed side would need and that were never made. */
  readonly unseen: readonly number[];
  /** The run that tells the two apart; the last one where none does. */
  readonly deciding: Run;
  /** Every pass of it is not what the change is about. */
  readonly concerned: boolean;
  /** Its first passes lie before the span that is judged. */
  readonly cut: boolean;
}

/**
 * Ends an attempt by both sides, as the runner would: the first fail refuses it, and as many passes in
 * a row as are required let it in. Runs made after a failure count as the runs that they were (A14).
 *
 * @param runs of one attempt in the order of run and try
 */
export function endAttempt(name: string, runs: readonly [Run, ...Run[]]): EndedAttempt {
  const [first] = runs;
  const { required } = (runs.find(({ state }) => state === "judged") ?? first).run;
  const before = endBy(runs, "before", required.before);
  const after = endBy(runs, "after", required.after);
  const differs = runs.find(({ run: { whole } }) => whole.before !== whole.after);
  return {
    name,
    before: before.end,
    after: after.end,
    unseen: after.end === "open" ? after.unseen : [],
    deciding: differs ?? after.at ?? before.at ?? runs.at(-1) ?? first,
    concerned: runs.some(({ state }) => state !== "not-concerned"),
    cut: first.run.run > 1,
  };
}

function endBy(
  runs: readonly Run[],
  side: "before" | "after",
  required: number,
): { readonly end: End; readonly at?: Run; readonly unseen: readonly number[] } {
  const unseen: number[] = [];
  let held: Run | undefined;
  let unknown: Run | undefined;
  for (let index = 1; index <= required; index += 1) {
    const tries = runs.filter(({ run }) => run.run === index);
    // Of several tries the first conclusive one counts: none would have come after it.
    const counts =
      tries.find(({ run: { whole } }) => whole[side] === "pass" || whole[side] === "fail" || whole[side] === null) ??
      tries.at(-1);
    if (counts === undefined) unseen.push(index);
    else if (counts.run.whole[side] === "fail") return { end: "fail", at: counts, unseen: [] };
    else if (counts.run.whole[side] === null) unknown ??= counts;
    else if (counts.run.whole[side] === "inconclusive") held ??= counts;
  }
  if (unknown !== undefined) return { end: "unknown", at: unknown, unseen };
  if (held !== undefined) return { end: "inconclusive", at: held, unseen };
  return { end: unseen.length > 0 ? "open" : "pass", unseen };
}

/** What attempts that ended otherwise come to (A14). */
export interface AttemptCounts {
  /** Attempts that both sides can end. */
  readonly judged: number;
  readonly unchanged: number;
  /** By their ends; `open` where runs that were never made decide. */
  readonly flips: Readonly<Record<string, number>>;
  readonly newly_refused: { readonly lo: number; readonly hi: number };
  /** `expected`: where unseen runs fail as seen ones do; null when all is certain, or no such run was seen. */
  readonly newly_admitted: { readonly lo: number; readonly hi: number; readonly expected: number | null };
  /** Neither let in nor refused by what was compared with: unfinished, or cancelled. */
  readonly unfinished: number;
  readonly unknown: number;
  /** Begun before the span that was judged. */
  readonly cut: number;
}

export interface AttemptTally {
  add(attempt: EndedAttempt, runs: readonly Run[]): void;
  result(): AttemptCounts;
}

export function attemptTally(): AttemptTally {
  const flips: Record<string, number> = {};
  const counts = { judged: 0, unchanged: 0, unfinished: 0, unknown: 0, cut: 0 };
  const executed: number[] = [];
  const failed: number[] = [];
  /** How many attempts hang on each set of runs that were never made. */
  const hanging = new Map<string, { readonly unseen: readonly number[]; count: number }>();
  const bump = (list: number[], at: number): void => void (list[at] = (list[at] ?? 0) + 1);

  return {
    add({ before, after, unseen, concerned, cut }, runs) {
      if (!concerned) return;
      if (cut) return void (counts.cut += 1);
      for (const run of new Set(runs.map((one) => one.run.run))) {
        const verdicts = runs.filter((one) => one.run.run === run).map((one) => one.run.whole.after);
        const verdict = verdicts.find((one) => one === "pass" || one === "fail");
        if (verdict !== undefined) bump(executed, run);
        if (verdict === "fail") bump(failed, run);
      }
      if (before === "unknown" || after === "unknown") return void (counts.unknown += 1);
      if (before === "open") return void (counts.unfinished += 1);
      counts.judged += 1;
      if (before === after) return void (counts.unchanged += 1);
      const pair = `${before}→${after}`;
      flips[pair] = (flips[pair] ?? 0) + 1;
      if (before === "fail" && after === "open") {
        const key = unseen.join();
        const known = hanging.get(key) ?? { unseen, count: 0 };
        hanging.set(key, { unseen, count: known.count + 1 });
      }
    },
    result() {
      const of = (pair: string): number => flips[pair] ?? 0;
      const admitted = of("fail→pass");
      const uncertain = of("fail→open");
      return {
        ...counts,
        flips: Object.fromEntries(Object.entries(flips).sort(([a], [b]) => (a < b ? -1 : 1))),
        newly_refused: { lo: of("pass→fail"), hi: of("pass→fail") + of("pass→open") },
        newly_admitted: {
          lo: admitted,
          hi: admitted + uncertain,
          expected:
            uncertain === 0
              ? null
              : expectedOf(admitted, [...hanging.values()], (run) => 1 - (failed[run] ?? 0) / (executed[run] ?? 0)),
        },
      };
    },
  };
}

/** The sum over attempts of the chance that every unseen run passes. */
function expectedOf(
  certain: number,
  hanging: readonly { readonly unseen: readonly number[]; readonly count: number }[],
  passes: (run: number) => number,
): number | null {
  const chances = hanging
    .map(({ unseen, count }) => count * unseen.reduce((chance, run) => chance * passes(run), 1))
    .sort((a, b) => a - b);
  const expected = chances.reduce((sum, each) => sum + each, certain);
  return Number.isNaN(expected) ? null : expected;
}
