import { verdictOfParts } from "@slipway/domain";
import type { Row } from "@slipway/store";
import { nameOf, objectOf, type Pass, type View } from "./view.ts";

/** Whether an audit row is of a pass that was run and not counted, because of where or when it ran: it then has a code. */
const isNotCounted = ({ to_state, detail }: Row<"audit">): boolean =>
  to_state === "held" && typeof detail === "object" && detail !== null && "code" in detail;

/** Each pass has exactly one intent that is done, and each such intent one pass, or the hold it led to. */
export function* passesAreOfIntents({ tables, validation, passNamed, auditOf }: View): Iterable<string> {
  const done = new Map<string, number>();
  for (const { act, outcome, object, input } of tables.intents) {
    if (act !== "pass" || outcome !== "done") continue;
    const name = `${object}/${String(input["attempt"])}/${String(input["runIndex"])}/${String(input["try"])}`;
    done.set(name, (done.get(name) ?? 0) + 1);
    if (!passNamed.has(name) && holdsOf(object) === 0) yield `${name}: an intent of it is done, and no pass is there`;
  }
  for (const pass of tables.passes) {
    const [name, object] = [nameOf(pass), `validation/${String(pass.validation)}`];
    const times = done.get(name) ?? 0;
    if (times < 1 || times - 1 > holdsOf(object))
      yield `${name} was counted, and ${String(times)} intents of it are done`;
    if (validation.get(pass.validation)?.machine !== pass.machine)
      yield `${name} is credited to machine ${String(pass.machine)}, which is not the one validated`;
  }
  function holdsOf(object: string): number {
    return (auditOf.get(object) ?? []).filter(isNotCounted).length;
  }
}

/** The audit tells of each pass as often as it was counted. */
export function* auditTellsOfPasses({ tables, passesOf, auditOf }: View): Iterable<string> {
  for (const validation of tables.validations) {
    const passes = passesOf.get(validation.id) ?? [];
    const told = countsOf((auditOf.get(objectOf(validation)) ?? []).map(({ reason }) => reason));
    for (const [said, times] of countsOf(passes.map(saidOf)))
      if (told.get(said) !== times)
        yield `${objectOf(validation)}: "${said}" is audited ${String(told.get(said) ?? 0)} times and counted ${String(times)} times`;
  }
}

const countsOf = (words: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

const saidOf = ({ kind, run_index, try: tried, verdict }: Pass): string =>
  `${kind === "required" ? "" : `${kind} `}pass ${String(run_index)}${tried === 0 ? "" : `, try ${String(tried + 1)}`}: ${verdict}`;

/** Of one index only one pass is conclusive, its tries follow each other, and what is counted is what is there. */
export function* passesAreNumbered({ tables, passesOf }: View): Iterable<string> {
  for (const validation of tables.validations) {
    const byAttempt = Map.groupBy(passesOf.get(validation.id) ?? [], ({ attempt }) => attempt);
    for (const [attempt, passes] of byAttempt) {
      const where = `${objectOf(validation)}/${String(attempt)}`;
      for (const [index, tries] of Map.groupBy(passes, ({ run_index }) => run_index)) {
        if (tries.some(({ try: tried }, at) => tried !== at))
          yield `${where}: the tries of pass ${String(index)} are ${tries.map(({ try: tried }) => tried).join(", ")}`;
        if (tries.slice(0, -1).some(({ verdict }) => verdict !== "inconclusive"))
          yield `${where}: pass ${String(index)} was tried again after it was conclusive`;
      }
    }
    const good = (
      validation.policy.counting === "cumulative"
        ? [...byAttempt.values()].flat()
        : (byAttempt.get(validation.attempt) ?? [])
    ).filter(({ verdict, kind }) => verdict === "pass" && kind === "required").length;
    if (good !== validation.passes_done)
      yield `${objectOf(validation)} says ${String(validation.passes_done)} passes are done, and ${String(good)} are there`;
  }
}

/** A pass concludes what its checks concluded, and all of its checks. */
export function* passesFollowResults({ tables, validation }: View): Iterable<string> {
  const results = Map.groupBy(tables.results, nameOf);
  for (const pass of tables.passes) {
    const own = results.get(nameOf(pass)) ?? [];
    const verdict = verdictOfParts(own.map((result) => result.verdict));
    if (verdict !== pass.verdict) yield `${nameOf(pass)} is ${pass.verdict}, and its checks come to ${verdict}`;
    const of = validation.get(pass.validation);
    const wanted =
      pass.run_index === 1 && of !== undefined && of.first_checks.length > 0 ? of.first_checks : (of?.checks ?? []);
    const missing = wanted.filter((check) => !own.some((result) => result.check === check));
    if (missing.length > 0) yield `${nameOf(pass)} was judged without ${missing.join(", ")}`;
  }
}
