import { byCell, type Cell } from "../attempts/cells.ts";
import { slowAttempts } from "../attempts/ordered.ts";
import { StatsInputError } from "../input-error.ts";
import { DEFINITION_VERSION, type Attempt, type Bounds, type Endpoint, type Spell, type Status } from "../model.ts";
import { admittedByAttempts, admittedBySpells, type AdmittedRate, type KnownRate } from "./admitted-rate.ts";
import { assumeText, type Assume } from "./assume.ts";
import { assumptionsOf } from "./assumptions.ts";
import { extraRebans, fleetRateAfter, rateOfAdded, type Bounded, type Sizes } from "./bounds.ts";
import { canaryArm, type CanaryArm } from "./canary-arm.ts";
import { countPolicy, type Policy } from "./counts.ts";
import { joinCanaries, overridesBy } from "./join-spells.ts";

export interface SimulationQuestion {
  readonly attempts: readonly Attempt[];
  /** Admissions of the same fleet. R_adm is their re-ban rate; without them it is that of the attempts' own outcomes. */
  readonly spells?: readonly Spell[];
  readonly by?: readonly string[];
  /** Passes that were required. */
  readonly of: number;
  /** Passes asked about, an answer each. */
  readonly passes: readonly number[];
  /** Checks that would not be required. */
  readonly drop?: readonly string[];
  /** What is taken for true of the refused; without it a canary arm is used where there is one. */
  readonly assume?: Assume;
  readonly windowDays: number;
  readonly endpoint: Endpoint;
  /** Until when the data goes, as UTC text. */
  readonly asOf: string | null;
}

/** interfaces.md 6, I7. */
export interface SimulationAnswer {
  readonly schema: "slipway/simulation@1";
  readonly cell: Cell;
  readonly policy: Policy;
  readonly assume: string | null;
  readonly status: Status;
  readonly additionally_admitted: {
    readonly point: number | null;
    readonly lo: number;
    readonly hi: number;
    readonly expected: number | null;
  };
  readonly node_hours_saved: number | null;
  readonly reban_rate_of_additional: Bounded & {
    readonly identified: boolean;
    readonly standard_error: number | null;
    readonly interval: (Bounds & { readonly method: string; readonly level: 0.95 }) | null;
    /** Of the added nodes, those that a coin let in, and those that people did: picked, they tell nothing of the others. */
    readonly canaries: number;
    readonly overrides: number;
  };
  readonly reban_rate_of_admitted: AdmittedRate;
  readonly admitted: number;
  readonly fleet_rate_after: Bounded;
  readonly extra_rebans: Bounded;
  readonly unknown_either_way: { readonly lo: number | null; readonly hi: number | null };
  /** Attempts that the question leaves out. */
  readonly excluded: { readonly other_lanes: number; readonly incomplete: number };
  readonly window_days: number;
  readonly endpoint: Endpoint;
  readonly as_of: string | null;
  readonly definition_version: typeof DEFINITION_VERSION;
  readonly assumptions: readonly string[];
}

/**
 * What other thresholds would have done (statistics.md 1.4): by cell, and in it one answer for each number of passes in
 * the order given. There is a point for the added nodes' re-ban rate only where a canary arm identifies it.
 *
 * @throws StatsInputError for thresholds that are none, and for attempts that contradict themselves
 */
export function simulate({ attempts, spells, by = [], ...question }: SimulationQuestion): SimulationAnswer[] {
  const { of, passes, windowDays, endpoint } = question;
  if (passes.length === 0) throw new StatsInputError("no number of passes is asked about");
  const asked: Asked = { ...question, isOverride: overridesBy(spells), drop: [...new Set(question.drop ?? [])] };
  const slow = slowAttempts(attempts);
  const joined = spells === undefined ? slow.attempts : joinCanaries(slow.attempts, spells, windowDays, endpoint);
  const everyLane = byCell(attempts, by);
  const admissions = spells === undefined ? undefined : byCell(spells, by);
  const cells = byCell(joined, by);
  // A cell that only other lanes have is answered as well, so that their attempts are counted somewhere.
  return [...everyLane].flatMap(([key, { cell, rows: all }]) => {
    const rows = cells.get(key)?.rows ?? [];
    const rate =
      admissions === undefined
        ? admittedByAttempts(rows, of)
        : admittedBySpells(admissions.get(key)?.rows ?? [], windowDays, endpoint);
    const others = all.length - rows.length;
    return passes.map((each) => answer(asked, { of, passes: each, drop: asked.drop }, { cell, rows, rate, others }));
  });
}

type Asked = Omit<SimulationQuestion, "attempts" | "spells" | "by" | "drop"> & {
  readonly drop: readonly string[];
  readonly isOverride: (attempt: Attempt) => boolean;
};

interface CellOfAttempts {
  readonly cell: Cell;
  readonly rows: readonly Attempt[];
  readonly rate: KnownRate;
  readonly others: number;
}

function answer(asked: Asked, policy: Policy, { cell, rows, rate, others }: CellOfAttempts): SimulationAnswer {
  const { assume, windowDays, endpoint, asOf, isOverride } = asked;
  const counts = countPolicy(rows, policy);
  const sizes: Sizes = {
    admitted: counts.admitted,
    lo: counts.added.length,
    hi: counts.added.length + counts.uncertain,
  };
  const odds = typeof assume === "object" ? assume.odds : undefined;
  const arm = armOf(counts.added, sizes, assume);
  const point = arm.identified ? arm.point : null;
  return {
    schema: "slipway/simulation@1",
    cell,
    policy,
    assume: assume === undefined ? null : assumeText(assume),
    status: rate.shown.status,
    additionally_admitted: {
      point: sizes.lo === sizes.hi ? sizes.lo : null,
      lo: sizes.lo,
      hi: sizes.hi,
      expected: counts.expected,
    },
    node_hours_saved: counts.nodeHoursSaved,
    reban_rate_of_additional: {
      ...rateOfAdded(sizes, rate, odds, point),
      identified: arm.identified,
      standard_error: arm.identified ? arm.standardError : null,
      interval: arm.identified ? arm.interval : null,
      canaries: arm.canaries,
      overrides: counts.added.filter(isOverride).length,
    },
    reban_rate_of_admitted: rate.shown,
    admitted: counts.admitted,
    fleet_rate_after: fleetRateAfter(sizes, rate, odds, point),
    extra_rebans: extraRebans(sizes, rate, odds, point),
    unknown_either_way: rate.unknownEitherWay,
    excluded: { other_lanes: others, incomplete: counts.incomplete },
    window_days: windowDays,
    endpoint,
    as_of: asOf,
    definition_version: DEFINITION_VERSION,
    assumptions: assumptionsOf({ asked: { assume, ...policy }, counts, arm, rate, others, rows }),
  };
}

function armOf(added: readonly Attempt[], { lo, hi }: Sizes, assume: Assume | undefined): CanaryArm {
  const canaries = added.filter(({ admittedAsCanary }) => admittedAsCanary).length;
  if (hi === 0) return { identified: false, why: "nobody is added", canaries };
  if (assume !== undefined && assume !== "canary")
    return { identified: false, why: `the question assumes ${assumeText(assume)}`, canaries };
  return lo === hi ? canaryArm(added) : { identified: false, why: "which nodes are added is not known", canaries };
}
