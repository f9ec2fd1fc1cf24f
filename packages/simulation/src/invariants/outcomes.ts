import { nameOf, objectOf, type Pass, type Validation, type View } from "./view.ts";

/** Nothing is released without its passes, nor on `inconclusive`, but for the entries that say so. */
export function* releasesAreProven({ tables, validation, passesOf, settled }: View): Iterable<string> {
  for (const release of tables.releases) {
    const name = `release/${String(release.id)}`;
    if (release.entry === "override") {
      if (release.decided_by === "policy") yield `${name} is an override, and nobody's`;
      continue;
    }
    if (release.validation !== null && settled.has(release.validation)) continue;
    const of = release.validation === null ? undefined : validation.get(release.validation);
    if (of === undefined) {
      yield `${name} is of no validation`;
      continue;
    }
    if (of.machine !== release.machine)
      yield `${name} is of machine ${String(release.machine)}, and ${objectOf(of)} of ${String(of.machine)}`;
    if (of.status !== "released") yield `${name} was written, and ${objectOf(of)} is ${of.status}`;
    const required = conclusive(of, passesOf.get(of.id) ?? []);
    const failed = required.find(({ verdict }) => verdict === "fail");
    if (release.entry === "canary") {
      if (of.coin?.admitted !== true) yield `${name} is of the canary arm, and ${objectOf(of)} was not drawn for it`;
      if (failed === undefined) yield `${name} is of the canary arm, and nothing failed`;
      continue;
    }
    const good = new Set(
      required
        .filter(({ verdict }) => verdict === "pass")
        .map(({ attempt, run_index }) => `${String(attempt)}/${String(run_index)}`),
    ).size;
    if (failed !== undefined) yield `${name} was given although ${nameOf(failed)} failed`;
    if (good < of.passes_required)
      yield `${name} was given after ${String(good)} of ${String(of.passes_required)} passes`;
  }
}

/** A validation bans on a fail, never on `inconclusive`, and it ends once. */
export function* bansAreProven({ tables, validation, passesOf, settled }: View): Iterable<string> {
  const ended = new Map(
    tables.releases.filter(({ entry }) => entry !== "override").map(({ validation: id }) => [id, "released"]),
  );
  for (const ban of tables.bans) {
    if (ban.source !== "validation" || (ban.validation !== null && settled.has(ban.validation))) continue;
    const name = `ban/${String(ban.id)}`;
    const of = ban.validation === null ? undefined : validation.get(ban.validation);
    if (of === undefined) {
      yield `${name} is of no validation`;
      continue;
    }
    if (ended.has(of.id)) yield `${name} was given, and ${objectOf(of)} was ${String(ended.get(of.id))} already`;
    ended.set(of.id, "banned");
    if (of.status !== "banned") yield `${name} was given, and ${objectOf(of)} is ${of.status}`;
    const failed = conclusive(of, passesOf.get(of.id) ?? []).find(({ verdict }) => verdict === "fail");
    if (failed === undefined) yield `${name} was given, and no pass of ${objectOf(of)} failed`;
    else if (failed.failed_checks.length === 0)
      yield `${name} was given, and ${nameOf(failed)} names no check that failed`;
  }
  for (const { id, status } of tables.validations)
    if ((status === "released" || status === "banned") && ended.get(id) !== status)
      yield `validation/${String(id)} is ${status}, and no such record is there`;
}

/** What counts: the required passes of the attempt that decided. */
const conclusive = ({ attempt, policy }: Validation, passes: readonly Pass[]): readonly Pass[] =>
  passes.filter(
    (pass) =>
      (pass.attempt === attempt || (policy.counting === "cumulative" && pass.verdict === "pass")) &&
      pass.kind === "required" &&
      pass.verdict !== "inconclusive",
  );

/** In service stands only what a release let in, or what comes back from a ban for the workload. */
export function* serviceIsProven({ tables }: View): Iterable<string> {
  const releases = new Map(tables.releases.map((row) => [`release/${String(row.id)}`, row]));
  const bans = new Map(tables.bans.map((row) => [`ban/${String(row.id)}`, row]));
  const letIn = new Set<number>();
  for (const { machine, to_account, cause } of tables.ledger) {
    if (to_account !== "InPool") continue;
    const [release, ban] = [releases.get(cause), bans.get(cause)];
    if (release?.machine === machine) letIn.add(machine);
    else if (ban?.machine !== machine || ban.cause !== "workload" || !letIn.has(machine))
      yield `machine ${String(machine)} came into service by ${cause}`;
  }
}
