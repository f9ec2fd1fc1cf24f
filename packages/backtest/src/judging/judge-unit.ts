import {
  RequiredChecks,
  verdictOfParts,
  type CheckJudgement,
  type Expectations,
  type FindingVerdict,
  type Verdict,
} from "@slipway/domain";
import { expectationsUnder, overlay, parseExpectationFile, type FleetExpectations } from "@slipway/evidence";
import type { Check } from "@slipway/plugin-sdk";
import { laneOf, type Lane, type LaneSubject } from "@slipway/policy";
import type { Change } from "../change/change.ts";
import type { ReadUnit } from "../evidence/read-unit.ts";
import type { StoredUnit } from "../evidence/unit.ts";
import { judgementsBy, type LoadedSide } from "./load-side.ts";
import type { Drift, NamedFinding, Outcome, OutcomeLabels, OutcomeOfRun } from "./outcome.ts";

/** A change with both of its sides loaded. */
export interface Worlds {
  readonly kind: Change["kind"];
  readonly name: string;
  readonly before: LoadedSide;
  readonly after: LoadedSide;
  readonly made: FleetExpectations;
}

type Pair<T> = { readonly before: T; readonly after: T };

/** What one side concludes: the judgements that the verdict is of, and those of the whole pass where they are known. */
interface Judged {
  readonly shown: readonly CheckJudgement[];
  readonly whole: readonly CheckJudgement[];
}

/**
 * Judges one unit by both sides, over the same bytes.
 *
 * @param stored the pass it is; absent for a bundle in a folder
 */
export function judgeUnit(
  worlds: Worlds,
  unit: ReadUnit,
  { name, labels, stored }: { readonly name: string; readonly labels: OutcomeLabels; readonly stored?: StoredUnit },
): Outcome {
  const base = { name, labels, node: unit.node.name };
  const expectations = expectationsOf(worlds, unit);
  const asked = askedOf(worlds, expectations, labels, stored);
  const run = (whole: OutcomeOfRun["whole"]): { run?: OutcomeOfRun } =>
    stored === undefined ? {} : { run: runOf(stored, asked?.required, whole) };
  if (asked === undefined) {
    // Such a pass still counts in an attempt of which other passes are concerned.
    const same =
      stored === undefined || worlds.kind !== "check"
        ? null
        : wholeVerdict(judgementsBy(worlds.before, stored.judgedBy, unit.evidence, expectations.before));
    return { ...base, state: "not-concerned", ...run({ before: same, after: same }) };
  }
  const unknown = run({ before: null, after: null });

  const lostOf = (families: readonly string[]): readonly string[] =>
    [...new Set(families)].filter((family) =>
      unit.evidence.probes.some((probe) => isOf(probe, family) && unit.lost(probe)),
    );
  const lost = lostOf([
    ...probesOf(worlds.before, asked.ids.before, expectations.before),
    ...probesOf(worlds.after, asked.ids.after, expectations.after),
  ]);
  if (lost.length > 0) return { ...base, state: "evidence-missing", why: lost.join(", "), ...unknown };

  const known = new Map<string, CheckJudgement>();
  const side = (which: "before" | "after"): Judged =>
    judgedBy(worlds, which, { unit, expectations, ids: asked.ids[which], others: asked.others }, known);
  const judged: Pair<Judged> = { before: side("before"), after: side("after") };
  const drift = driftOf(judged.before.whole, unit.verdicts);
  const common = { ...base, ...(drift.length === 0 ? {} : { drift }) };
  const crashed = crashOf(judged.before.shown) ?? crashOf(judged.after.shown);
  if (crashed !== undefined) return { ...common, state: "error", why: crashed, ...unknown };

  const [before, after] = [verdictBy(worlds, judged.before.shown), verdictBy(worlds, judged.after.shown)];
  const otherLost = lostOf(probesOf(worlds.before, asked.others, expectations.before)).length > 0;
  const whole = otherLost
    ? unknown
    : run({ before: wholeVerdict(judged.before.whole), after: wholeVerdict(judged.after.whole) });
  const missing = after === "inconclusive" ? missingProbes(worlds, judged, unit) : [];
  if (missing.length > 0) return { ...common, state: "probe-missing", why: missing.join(", "), ...unknown };
  // Which run of an attempt a lane's change hangs on is known when its last one is judged.
  const shown = before !== after || (worlds.kind === "policy" && stored !== undefined);
  return {
    ...common,
    state: "judged",
    before,
    after,
    ...whole,
    ...(shown ? { shown: shownOf(unit, judged) } : {}),
  };
}

const runOf = (
  { place, passesRequired }: StoredUnit,
  required: OutcomeOfRun["required"] | undefined,
  whole: OutcomeOfRun["whole"],
): OutcomeOfRun => ({
  ...place,
  required: required ?? { before: passesRequired, after: passesRequired },
  whole,
});

/** What a flip is told with. */
const shownOf = (unit: ReadUnit, judged: Pair<Judged>): NonNullable<Outcome["shown"]> => ({
  bundle_hash: unit.hash(),
  node: unit.node.name,
  machine: unit.machine,
  findings_before: findingsOf(judged.before.shown),
  findings_after: findingsOf(judged.after.shown),
});

/** What each side expects of the node. Both sides have the same object where nothing differs. */
function expectationsOf(worlds: Worlds, unit: ReadUnit): Pair<Expectations> {
  const { kind, before, after, made } = worlds;
  const file = unit.ownFile?.();
  const own =
    unit.own ??
    (file === undefined ? undefined : overlay([parseExpectationFile(file.name, file.text, after.sections)]).expect);
  if (kind !== "expectation") {
    const expect = own ?? after.fleet.resolve(unit.node).expect;
    return { before: expect, after: expect };
  }
  const filesSay = (files: FleetExpectations): Expectations => files.resolve(unit.node).expect;
  const by = (side: LoadedSide): Expectations =>
    side.whole ??
    (own === undefined ? filesSay(side.fleet) : expectationsUnder(own, filesSay(made), filesSay(side.fleet)));
  return { before: by(before), after: by(after) };
}

interface Asked {
  /** Checks whose judgement each side is shown by; undefined for those that its expectations name. */
  readonly ids: Pair<readonly string[] | undefined>;
  /** The other checks of the pass, which the change leaves as they are. */
  readonly others: readonly string[];
  readonly required?: Pair<number>;
}

/** What each side has to judge; undefined when the change is not about this unit. */
function askedOf(
  worlds: Worlds,
  expectations: Pair<Expectations>,
  labels: OutcomeLabels,
  stored: StoredUnit | undefined,
): Asked | undefined {
  const { kind, name, before } = worlds;
  switch (kind) {
    case "check": {
      const required = stored?.judgedBy ?? namedIn(expectations.after);
      const isNew = !before.loaded.has(name);
      if (!isNew && required !== undefined && !required.includes(name)) return undefined;
      return {
        ids: { before: isNew ? [] : [name], after: [name] },
        others: (stored?.judgedBy ?? []).filter((id) => id !== name),
      };
    }
    case "expectation":
      return { ids: { before: stored?.judgedBy, after: stored?.judgedBy }, others: [] };
    case "policy": {
      const lanes = lanesFor(worlds, labels, stored);
      if (lanes === undefined) return undefined;
      const ids = (lane: Lane): readonly string[] =>
        stored === undefined || sameSet(stored.checks, lanes.before.checks) ? lane.checks : stored.checks;
      return {
        ids: { before: ids(lanes.before), after: ids(lanes.after) },
        others: [],
        required: { before: lanes.before.passes, after: lanes.after.passes },
      };
    }
  }
}

/** The lane that a node takes on each side, of the kind that it took or, of a bundle in a folder, of the kind that is changed. */
function lanesFor(
  { name, before, after }: Worlds,
  subject: LaneSubject,
  stored: StoredUnit | undefined,
): Pair<Lane> | undefined {
  const named = (wanted: string): Lane | undefined =>
    [...before.lanes, ...after.lanes].find(({ lane }) => lane === wanted);
  const kind = named(stored?.lane ?? name)?.kind;
  if (kind === undefined) return undefined;
  // Without a lane of its kind a node takes the slow one.
  const of = ({ lanes }: LoadedSide): Lane | undefined =>
    laneOf(lanes, kind, subject) ?? laneOf(lanes, "slow", subject);
  const [old, next] = [of(before), of(after)];
  if (old === undefined || next === undefined || JSON.stringify(old) === JSON.stringify(next)) return undefined;
  return { before: old, after: next };
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((one) => b.includes(one));

function namedIn(expectations: Expectations): readonly string[] | undefined {
  const parsed = RequiredChecks.safeParse(expectations["checks"]);
  return parsed.success && parsed.data.length > 0 ? parsed.data : undefined;
}

function judgedBy(
  worlds: Worlds,
  which: "before" | "after",
  {
    unit,
    expectations,
    ids,
    others,
  }: {
    readonly unit: ReadUnit;
    readonly expectations: Pair<Expectations>;
    readonly ids: readonly string[] | undefined;
    readonly others: readonly string[];
  },
  known: Map<string, CheckJudgement>,
): Judged {
  const side = worlds[which];
  const shared = expectations.before === expectations.after;
  const one = (id: string): readonly CheckJudgement[] => {
    const key = `${id} ${side.checks[id]?.digest ?? ""}`;
    const found = shared ? known.get(key) : undefined;
    const judgements = found === undefined ? judgementsBy(side, [id], unit.evidence, expectations[which]) : [found];
    for (const judgement of judgements) known.set(key, judgement);
    return judgements;
  };
  const shown =
    ids === undefined ? judgementsBy(side, undefined, unit.evidence, expectations[which]) : ids.flatMap(one);
  return { shown, whole: [...shown, ...others.flatMap(one)] };
}

/** Of a changed check its own verdict; a check that is new said nothing before. */
function verdictBy({ kind }: Worlds, judgements: readonly CheckJudgement[]): Verdict {
  if (kind === "check") return judgements[0]?.verdict ?? "not-applicable";
  return verdictOfParts(judgements.map(({ verdict }) => verdict));
}

const CRASHED = "check-crashed";
const wholeVerdict = (judgements: readonly CheckJudgement[]): FindingVerdict | null =>
  crashOf(judgements) === undefined ? verdictOfParts(judgements.map(({ verdict }) => verdict)) : null;

function crashOf(judgements: readonly CheckJudgement[]): string | undefined {
  for (const { check, version, findings } of judgements) {
    const crash = findings.find(({ code }) => code === CRASHED);
    if (crash !== undefined) return `${check} ${version}: ${crash.message}`;
  }
  return undefined;
}

/** Stored verdicts decide nothing; where the side that is compared with says otherwise, that is told. */
const driftOf = (
  judgements: readonly CheckJudgement[],
  verdicts: Readonly<Record<string, Verdict>>,
): readonly Drift[] =>
  judgements.flatMap(({ check, verdict }) => {
    const stored = Object.hasOwn(verdicts, check) ? verdicts[check] : undefined;
    return stored === undefined || stored === verdict ? [] : [{ check, stored, now: verdict }];
  });

const findingsOf = (judgements: readonly CheckJudgement[]): readonly NamedFinding[] =>
  judgements.flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding })));

const isOf = (probe: string, family: string): boolean => probe === family || probe.startsWith(`${family}-`);

/** Probes that checks of a side may read; without ids those of the checks that its expectations name. */
const probesOf = (
  side: LoadedSide,
  ids: readonly string[] | undefined,
  expectations: Expectations,
): readonly string[] =>
  (ids ?? namedIn(expectations) ?? [...side.loaded.keys()]).flatMap(
    (id) => side.loaded.get(id)?.probes.map(({ probe }) => probe.id) ?? [],
  );

/** Probes that only the changed side asks for and that nobody collected then: by its declaration, and by what it found missing. */
function missingProbes({ before, after }: Worlds, judged: Pair<Judged>, unit: ReadUnit): readonly string[] {
  const needs = (side: LoadedSide, judgements: readonly CheckJudgement[]): Set<string> =>
    new Set(judgements.flatMap(({ check }) => requiredProbes(side.loaded.get(check))));
  const old = needs(before, judged.before.shown);
  const declared = [...needs(after, judged.after.shown)].filter(
    (family) => !old.has(family) && !unit.evidence.probes.some((probe) => isOf(probe, family)),
  );
  const said = (judgements: readonly CheckJudgement[]): string[] =>
    judgements.flatMap(({ check, findings }) =>
      findings.filter(({ code }) => code === "evidence-missing").map(({ message }) => `${check}: ${message}`),
    );
  const then = new Set(said(judged.before.shown));
  return declared.length > 0 ? declared : said(judged.after.shown).filter((message) => !then.has(message));
}

const requiredProbes = (check: Check | undefined): readonly string[] =>
  (check?.probes ?? []).filter(({ optional }) => optional !== true).map(({ probe }) => probe.id);
