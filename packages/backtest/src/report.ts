import { DEFINITION_VERSION } from "@slipway/stats";
import type { Change } from "./change/change.ts";
import type { Label } from "./judging/outcome.ts";
import type { AdmissionsOfFlips } from "./tally/admissions.ts";
import type { TallyResult } from "./tally/tally.ts";

/** The last line of an answer. Nothing of it hangs on how often it was cut short, or on the number of threads. */
export interface BacktestReport extends TallyResult {
  readonly schema: "slipway/backtest@1";
  readonly change: {
    readonly kind: Change["kind"];
    readonly name: string;
    readonly before: SideOfReport;
    readonly after: SideOfReport;
  };
  readonly source: "database" | "folder";
  readonly as_of: string | null;
  readonly since: string | null;
  readonly by: readonly Label[];
  /** Null where no admissions are known: of bundles in a folder. */
  readonly admissions: AdmissionsOfFlips | null;
  readonly definition_version: typeof DEFINITION_VERSION;
  readonly assumptions: readonly string[];
  /** What the evidence cannot tell, in words. */
  readonly not_known: readonly string[];
}

/** A side as the report names it: of a check its version and build. */
export interface SideOfReport {
  readonly label: string;
  readonly version: string | null;
  readonly digest: string | null;
}

export interface Answered {
  readonly change: Change;
  readonly result: TallyResult;
  readonly admissions: AdmissionsOfFlips | null;
  readonly source: BacktestReport["source"];
  readonly span: { readonly since: string | null; readonly asOf: string | null };
  readonly by: readonly Label[];
}

export function reportOf({ change, result, admissions, source, span, by }: Answered): BacktestReport {
  const side = ({ label, checks }: Change["before"]): SideOfReport => {
    const check = change.kind === "check" ? checks[change.name] : undefined;
    return { label, version: check?.version ?? null, digest: check?.digest ?? null };
  };
  return {
    schema: "slipway/backtest@1",
    change: { kind: change.kind, name: change.name, before: side(change.before), after: side(change.after) },
    source,
    as_of: span.asOf,
    since: span.since,
    by,
    ...result,
    admissions,
    definition_version: DEFINITION_VERSION,
    assumptions: assumptionsOf(change, result),
    not_known: notKnown(change, result, admissions, source),
  };
}

function assumptionsOf({ kind, before, after, name }: Change, { attempts }: TallyResult): string[] {
  const same =
    kind === "check" &&
    before.checks[name]?.digest !== undefined &&
    before.checks[name]?.digest === after.checks[name]?.digest;
  const lines: (string | false)[] = [
    "both sides judged the stored bytes; stored verdicts decide nothing, and drift counts where they say otherwise",
    same && "both sides are the same build: the change makes no difference to it",
    kind === "check" && "flips are of the changed check alone; attempts are ended by all checks of their passes",
    kind === "expectation" &&
      "expectations change where the word of the file was the last: what a rack or a machine said over it stays",
    attempts !== null &&
      "an attempt is ended by the passes that were made: the first fail refuses it, and passes in a row let it in",
    attempts !== null &&
      attempts.newly_admitted.expected !== null &&
      "expected: runs that were never made pass as often as those that were",
    attempts !== null &&
      "bounds_monotone: refused machines are no better than those that were let in to the same vendor, SKU and " +
        "cluster, weighted by the attempts that flip; bounds_monotone_ci has the lower 95 % limit of their rate in " +
        "its place",
  ];
  return lines.filter((line) => line !== false);
}

const named = (count: number, one: string, many: string): string => `${String(count)} ${count === 1 ? one : many}`;

function notKnown(
  { kind, before, after }: Change,
  { unit, bundles, evidence_missing, probe_missing, errors, attempts, flips }: TallyResult,
  admissions: AdmissionsOfFlips | null,
  source: BacktestReport["source"],
): string[] {
  const what = (count: number): string => named(count, unit, `${unit}s`);
  const open = attempts === null ? 0 : attempts.newly_admitted.hi - attempts.newly_admitted.lo;
  const unmade = attempts === null ? 0 : attempts.newly_refused.hi - attempts.newly_refused.lo;
  const refused = (attempts?.newly_admitted.hi ?? flips["fail→pass"] ?? 0) > 0;
  const cumulative = [
    ...new Set(
      [...before.lanes, ...after.lanes]
        .filter(({ policy }) => policy.counting === "cumulative")
        .map(({ lane }) => lane),
    ),
  ];
  const lines: (string | false)[] = [
    attempts !== null &&
      cumulative.length > 0 &&
      `${cumulative.join(", ")}: passes of earlier attempts count in the lane, and here each attempt is ended by its own`,
    bundles === 0 && "no evidence lies in this span: nothing was judged",
    evidence_missing > 0 && `${what(evidence_missing)}: evidence has expired or is incomplete`,
    probe_missing > 0 && `${what(probe_missing)}: a probe that the changed side needs was never collected`,
    errors > 0 && `${what(errors)}: a check crashed, or the evidence cannot be read; error_list names them`,
    open > 0 &&
      `${named(open, "refused attempt", "refused attempts")}: later runs were never made, so whether it would be let in is bounded`,
    unmade > 0 &&
      `${named(unmade, "attempt", "attempts")} that was let in lacks the runs that the changed lane asks for`,
    attempts !== null &&
      attempts.cut > 0 &&
      `${named(attempts.cut, "attempt", "attempts")} began before the span and cannot be ended`,
    refused &&
      admissions !== null &&
      "machines that were refused were never in service: their re-ban rate has bounds and no value",
    source === "folder" && "bundles of a folder belong to no admission: what became of these nodes is not known",
    source === "folder" &&
      kind === "policy" &&
      "bundles of a folder belong to no attempt: only the lane's checks are compared, not its passes",
  ];
  return lines.filter((line) => line !== false);
}
