import type { Lane } from "../lanes/lane.ts";
import type { Proposal } from "./proposal.ts";

/** How many bundles a backtest judged, and how many of them it would let pass that did not before; undefined where it does not say. */
export interface BacktestSays {
  readonly judged: number | undefined;
  readonly toPass: number | undefined;
}

/** Reads the counts of a slipway/backtest@1 document: `flips` by pair, named `fail→pass` or as rows of before, after and count. */
export function backtestSays(backtest: Proposal["backtest"]): BacktestSays {
  const judged = backtest?.["judged"];
  const flips = backtest?.["flips"];
  return { judged: typeof judged === "number" ? judged : undefined, toPass: toPass(flips) };
}

function toPass(flips: unknown): number | undefined {
  if (typeof flips !== "object" || flips === null) return undefined;
  const pairs = Array.isArray(flips)
    ? flips
        .map((row: unknown) => row as { before?: unknown; after?: unknown; count?: unknown })
        .map(({ before, after, count }): [string, unknown] => [`${String(before)} ${String(after)}`, count])
    : Object.entries(flips);
  const counts = pairs
    .filter(([pair]) => /^(?:fail|inconclusive)\W+pass$/.test(pair.replaceAll("_to_", " ")))
    .map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Why the change lets in what was refused before: by its files, and by the flips of its backtest. */
export function relaxations({ change, backtest }: Pick<Proposal, "change" | "backtest">): readonly string[] {
  const { judged = 0, toPass: flips } = backtestSays(backtest);
  const cleared = judged > 0 && flips === 0;
  return [
    ...change.relaxes,
    ...(cleared ? [] : change.may_relax),
    ...(flips !== undefined && flips > 0 ? [`${String(flips)} verdicts of the backtest become pass`] : []),
  ];
}

/**
 * What a draft lacks before it may be agreed on, in words that name the field.
 *
 * @param lanes lanes as the change makes them
 */
export function lacking(proposal: Proposal, lanes: readonly Lane[]): readonly string[] {
  const { kind, change, simulation, backtest, canary, owners } = proposal;
  const relaxed = relaxations(proposal);
  const { judged } = backtestSays(backtest);
  const lane = change.files.some(({ path }) => path.startsWith("lanes/"));
  const { arm } = canary;
  return [
    ...(backtest === null ? ["backtest: none is attached"] : judged === 0 ? ["backtest: it judged nothing"] : []),
    ...(kind === "policy" && lane && simulation.length === 0 ? ["simulation: none is attached"] : []),
    ...(canary.nodes.length === 0 ? ["canary.nodes: no node is named that tries it first"] : []),
    ...(owners.length === 0 ? ["owners: nobody has to agree"] : []),
    ...(relaxed.length > 0 && arm === null
      ? [
          `canary.arm: a threshold is relaxed (${relaxed[0] ?? ""}), so probability, segment and stop rule have to be named`,
        ]
      : []),
    ...(relaxed.length > 0 && arm !== null ? lanes.flatMap((one) => armProblems(one, arm)) : []),
  ];
}

/** The arm of the proposal has to be in the lane too, or nothing is measured. */
function armProblems(
  { lane, canaryArm }: Lane,
  { probability, segment }: NonNullable<Proposal["canary"]["arm"]>,
): readonly string[] {
  return canaryArm.probability === probability && canaryArm.segments.includes(segment)
    ? []
    : [
        `canary.arm: the plan says probability ${String(probability)} in ${segment}, and lane ${lane} has ` +
          `canaryArm.probability ${String(canaryArm.probability)} in ${canaryArm.segments.join(", ") || "no segment"}`,
      ];
}
