import type { Attempt } from "../model.ts";
import { dependenceNote } from "../nvl72.ts";
import type { KnownRate } from "./admitted-rate.ts";
import type { Assume } from "./assume.ts";
import type { CanaryArm } from "./canary-arm.ts";
import type { Policy, PolicyCounts } from "./counts.ts";

interface Answered {
  readonly asked: Policy & { readonly assume: Assume | undefined };
  readonly counts: PolicyCounts;
  readonly arm: CanaryArm;
  readonly rate: KnownRate;
  readonly others: number;
  readonly rows: readonly Attempt[];
}

/** What an answer rests on, and what it left out, in words. */
export function assumptionsOf({ asked, counts, arm, rate, others, rows }: Answered): string[] {
  const { shown, range } = rate;
  const lines: (string | false)[] = [
    "counts: runs are unaffected by the policy",
    counts.expected !== null && "expected: runs that were never made fail as those that were",
    counts.uncertain > 0 &&
      `${String(counts.uncertain)} attempts failed only what is dropped, or what their file does not say, before ` +
        `run ${String(asked.passes)}: their later runs were never made, so hours and the count are bounded`,
    "bounds_none: nothing is assumed of the added nodes",
    range !== null &&
      "bounds_monotone: refused nodes are no better than admitted ones of the same cell; bounds_monotone_ci has " +
        "the lower 95 % limit of the admitted nodes' rate in its place",
    typeof asked.assume === "object" &&
      `bounds_odds: the odds of a re-ban of an added node are at most ${String(asked.assume.odds)} times those of an admitted one, and no lower`,
    arm.identified &&
      `reban_rate_of_additional: the coin that chose ${String(arm.canaries)} canaries among the added nodes was honoured`,
    arm.identified &&
      arm.oneCoin &&
      "no canary probability is known of some of these nodes: those of one cluster are taken to have had the same",
    !arm.identified &&
      counts.added.length + counts.uncertain > 0 &&
      `reban_rate_of_additional is not identified: ${arm.why}`,
    shown.status === "no_data" && "no admission of this cell is known",
    shown.status === "insufficient_follow_up" &&
      `${String(shown.censored)} of ${String(shown.n)} admitted nodes are not followed to the end of the window: their rate is bounded`,
    counts.incomplete > 0 &&
      `${String(counts.incomplete)} attempts neither failed nor made all ${String(asked.of)} runs: left out`,
    others > 0 && `${String(others)} attempts of other lanes than slow: left out`,
    dependenceNote(rows),
  ];
  return lines.filter((line) => line !== false);
}
