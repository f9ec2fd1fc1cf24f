import { isDeepStrictEqual } from "node:util";
import { verdictOfParts, type CheckJudgement, type Expectations, type Verdict } from "@slipway/domain";
import {
  expectationsOverlaid,
  expectationsUnder,
  judgementsBy,
  type EvidenceReader,
  type EvidenceSource,
} from "@slipway/evidence";
import { codeNow, type Check } from "@slipway/plugin-sdk";
import { requiredChecks, type LaneSubject } from "@slipway/policy";
import type { Row } from "@slipway/store";
import { knownLane } from "../files/fleet.ts";
import type { StagedChange, World } from "./worlds.ts";

/** A trial before it has its number. */
export type TrialRow = Omit<Row<"canary_trials">, "id">;

/** A pass of a canary node, stored or just made. */
export interface CanaryPass {
  readonly machine: number;
  /** Which pass it is, in words. */
  readonly label: string;
  readonly source: EvidenceSource;
  /** The expectations that the pass was judged by. */
  readonly expectations: Expectations;
  readonly subject: LaneSubject;
  /** Checks that its lane names. */
  readonly checks: readonly string[];
  readonly image: string | null;
}

/** Evidence of a known fault: of a node that failed, or of an example. */
export interface KnownFault {
  readonly label: string;
  readonly machine: number | null;
  readonly check: string;
  readonly source: EvidenceSource;
  readonly expectations: Expectations;
  /** What files go by for the node's expectations; absent for an example, which every change concerns. */
  readonly subject?: LaneSubject;
}

/** What a staged change is tried beside, who reads the evidence, and when. */
export interface Trying {
  readonly active: World;
  readonly reader: EvidenceReader;
  readonly now: number;
}

/**
 * The trial of a staged change on a canary node's pass: the same bytes judged under the active settings and under
 * the change (settled.md B, Checks as builds).
 *
 * @returns undefined for a change that makes no difference to this node
 */
export async function positiveTrial(
  { build, world }: StagedChange,
  { active, reader, now }: Trying,
  pass: CanaryPass,
): Promise<TrialRow | undefined> {
  if (world === undefined) return undefined;
  const row = (before: Verdict, after: Verdict, why: string): TrialRow => ({
    kind: build.kind,
    name: build.name,
    digest: build.digest,
    control: "positive",
    machine: pass.machine,
    subject: `m-${String(pass.machine)}`,
    active_verdict: before,
    staged_verdict: after,
    good: after === "pass",
    why: `${pass.label}${why}`,
    at: now,
  });
  const under = (judging: World, ids: readonly string[], expectations: Expectations): Promise<CheckJudgement[]> =>
    judged(reader, judging, requiredChecks(ids, expectations).checks, { source: pass.source, expectations });
  const trial = (before: readonly CheckJudgement[], after: readonly CheckJudgement[]): TrialRow =>
    row(verdictOf(before), verdictOf(after), said(after));
  switch (build.kind) {
    case "check":
      if (!requiredChecks(pass.checks, pass.expectations).checks.includes(build.name)) return undefined;
      return trial(
        await under(active, [build.name], pass.expectations),
        await under(world, [build.name], pass.expectations),
      );
    case "expectation": {
      const expectations = underChange(pass.expectations, active, world, pass.subject);
      if (isDeepStrictEqual(expectations, pass.expectations)) return undefined;
      return trial(await under(active, pass.checks, pass.expectations), await under(world, pass.checks, expectations));
    }
    case "lane": {
      const [before, after] = [active, world].map(
        ({ fleet }) => fleet.lanes.find(({ lane }) => lane.lane === build.name)?.lane,
      );
      const kind = (after ?? before)?.kind ?? "slow";
      const [old, next] = [active, world].map(({ fleet }) => knownLane(fleet, kind, pass.subject));
      // A node for which there is no lane of the kind takes the slow one.
      const instead = next ?? knownLane(world.fleet, "slow", pass.subject);
      if (old?.digest === next?.digest) return undefined;
      return trial(
        await under(active, old?.lane.checks ?? pass.checks, pass.expectations),
        await under(world, instead?.lane.checks ?? [], pass.expectations),
      );
    }
    case "image": {
      if (pass.image === null || JSON.stringify(pass.image) !== build.body) return undefined;
      // The node was proven under the active image before; this pass was made under the staged one.
      const judgements = await under(active, pass.checks, pass.expectations);
      return row("pass", verdictOf(judgements), said(judgements));
    }
  }
}

/** What a node must pass for a fault of each of these to count as caught: fail codes of a changed check, else checks. */
export function faultsToCatch({ build, world }: StagedChange, active: World): readonly string[] {
  if (world === undefined) return [];
  if (build.kind === "check")
    return Object.entries(world.checks.get(build.name)?.codes ?? {})
      .filter(([, { verdict }]) => verdict === "fail")
      .map(([code]) => code);
  return checksConcerned({ build, world }, active);
}

/** Checks whose verdict a change may turn. */
export function checksConcerned(
  { build, world }: Pick<StagedChange, "build" | "world">,
  active: World,
): readonly string[] {
  if (world === undefined) return [];
  switch (build.kind) {
    case "check":
      return [build.name];
    case "image":
      return [];
    case "lane":
      return world.fleet.lanes.find(({ lane }) => lane.lane === build.name)?.lane.checks ?? [];
    case "expectation": {
      const [layer = "", ...rest] = build.name.split("/");
      const node = { [layer]: rest.join("/") };
      const [before, after] = [
        active.fleet.expectations.resolve(node).expect,
        world.fleet.expectations.resolve(node).expect,
      ];
      const sections = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (key) => !isDeepStrictEqual(before[key], after[key]),
      );
      return [...world.checks.values()]
        .filter((check) => sections.some((section) => Object.hasOwn(check.sections, section)))
        .map(({ id }) => id);
    }
  }
}

/** The trial of a staged change on a fault; none where it does not concern the fault, or the active settings miss it too. */
export async function negativeTrials(
  change: StagedChange,
  { active, reader, now }: Trying,
  fault: KnownFault,
): Promise<readonly TrialRow[]> {
  const { build, world } = change;
  if (world === undefined) return [];
  const expectations =
    build.kind !== "expectation"
      ? fault.expectations
      : fault.subject === undefined
        ? laidOver(fault.expectations, build, active, world)
        : underChange(fault.expectations, active, world, fault.subject);
  if (build.kind === "expectation" && isDeepStrictEqual(expectations, fault.expectations)) return [];
  const [before, after] = [
    ...(await judged(reader, active, [fault.check], fault)),
    ...(await judged(reader, world, [fault.check], { ...fault, expectations })),
  ];
  if (before === undefined || after === undefined) return [];
  // By the names that the staged check gives: a code that it renamed is still caught.
  const staged = world.checks.get(fault.check);
  const [seen, caught] = [failCodes(before, staged), failCodes(after, staged)];
  const row = (subject: string, good: boolean, code: string): TrialRow => ({
    kind: build.kind,
    name: build.name,
    digest: build.digest,
    control: "negative",
    machine: fault.machine,
    subject,
    active_verdict: before.verdict,
    staged_verdict: after.verdict,
    good,
    why: `${fault.label}: ${good ? "caught" : "not caught"} as ${code}`,
    at: now,
  });
  if (build.kind === "check")
    return [...new Set([...seen, ...caught])].map((code) => row(code, caught.has(code), code));
  return seen.size === 0
    ? []
    : [
        row(
          fault.check,
          [...seen].some((code) => caught.has(code)),
          [...seen].join(", "),
        ),
      ];
}

/** Judges by checks of a world, in their order; one that it does not have proves nothing. */
async function judged(
  reader: EvidenceReader,
  world: World,
  ids: readonly string[],
  evidence: { readonly source: EvidenceSource; readonly expectations: Expectations },
): Promise<CheckJudgement[]> {
  const known = ids.filter((id) => world.checks.has(id));
  const judgements = new Map(
    (await judgementsBy(reader, world, known, evidence)).map((judgement) => [judgement.check, judgement]),
  );
  return ids.map((id) => judgements.get(id) ?? { check: id, version: "0.0.0", verdict: "inconclusive", findings: [] });
}

/** `inconclusive` where no check was asked for: then nothing is proven. */
const verdictOf = (judgements: readonly CheckJudgement[]): Verdict =>
  judgements.length === 0 ? "inconclusive" : verdictOfParts(judgements.map(({ verdict }) => verdict));

const failCodes = ({ findings }: CheckJudgement, check: Check | undefined): Set<string> =>
  new Set(findings.filter(({ verdict }) => verdict === "fail").map(({ code }) => codeNow(check, code)));

function said(judgements: readonly CheckJudgement[]): string {
  const first =
    judgements.find(({ verdict }) => verdict === "fail") ??
    judgements.find(({ verdict }) => verdict === "inconclusive");
  const finding = first?.findings.find(({ verdict }) => verdict === first.verdict);
  return first === undefined ? "" : `: ${first.check}: ${finding?.message ?? first.verdict}`;
}

/** The expectations of a pass with the change in them, where the files decided and no other source. */
function underChange(
  expectations: Expectations,
  active: World,
  staged: World,
  { vendor, sku, cluster }: LaneSubject,
): Expectations {
  const filesOf = ({ fleet }: World): Expectations => fleet.expectations.resolve({ vendor, sku, cluster }).expect;
  return expectationsUnder(expectations, filesOf(active), filesOf(staged));
}

/** An example's expectations with everything that the file changes. */
function laidOver(
  expectations: Expectations,
  build: StagedChange["build"],
  active: World,
  staged: World,
): Expectations {
  const [layer = "", ...rest] = build.name.split("/");
  const fileOf = ({ fleet }: World): Expectations => fleet.expectations.resolve({ [layer]: rest.join("/") }).expect;
  return expectationsOverlaid(expectations, fileOf(active), fileOf(staged));
}
