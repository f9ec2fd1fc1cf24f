import { createEvidence, type Check, type ProbeCapture } from "@slipway/plugin-sdk";
import { judgeNode } from "@slipway/evidence";
import { canaryGate, type Gate, type Trial } from "@slipway/policy";
import type { Blobs, Row, Store } from "@slipway/store";

type Build = Row<"builds">;

/** A build of this checkout. */
export interface OfferedBuild {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}

const DEFAULT_CANARIES = 2;

/**
 * Makes builds known: the first of a name is active; a later one with other content is staged, and
 * the fleet goes on with the active one.
 *
 * @returns the active digest of each name
 */
export function registerBuilds(store: Store, offered: readonly OfferedBuild[], now: number): Promise<ReadonlyMap<string, string>> {
  return store.transaction(async (tx) => {
    const known = await tx.find("builds", { where: { kind: "check" } });
    const active = new Map(known.filter(({ state }) => state === "active").map(({ name, digest }) => [name, digest]));
    const fresh: Build[] = [];
    for (const { name, version, digest } of offered) {
      if (known.some((row) => row.name === name && row.digest === digest)) continue;
      const first = !active.has(name);
      if (first) active.set(name, digest);
      fresh.push({ kind: "check", name, digest, version, state: first ? "active" : "staged", body: null, first_seen: now, since: now, why: first ? "the first build of this name" : "it differs from the active build; canary nodes try it first" });
    }
    if (fresh.length > 0) await tx.insert("builds", fresh, { skipConflicts: true });
    return active;
  });
}

/** A staged build with what was tried, and whether it may become active. */
export interface StagedBuild {
  readonly build: Build;
  readonly trials: readonly Row<"canary_trials">[];
  readonly gate: Gate;
}

/** @param codesOf the fail codes of a build's check */
export function stagedBuilds(store: Store, codesOf: (build: Build) => readonly string[], canaries: number = DEFAULT_CANARIES): Promise<readonly StagedBuild[]> {
  return store.transaction(async (tx) => {
    const staged = await tx.find("builds", { where: { state: "staged" }, orderBy: ["name", "first_seen"] });
    const trials = await tx.find("canary_trials", { where: { digest: { in: staged.map(({ digest }) => digest) } }, orderBy: ["id"] });
    return staged.map((build) => {
      const own = trials.filter(({ name, digest }) => name === build.name && digest === build.digest);
      return { build, trials: own, gate: canaryGate(own.map(({ control, subject, active_verdict, staged_verdict }): Trial => ({ control, subject, active: active_verdict, staged: staged_verdict })), { canaries, codes: codesOf(build) }) };
    });
  });
}

/** Both builds of a check. */
export interface TrialBuilds {
  readonly build: Build;
  readonly active: Check;
  readonly staged: Check;
}

/**
 * Tries a staged build: on the newest pass of every canary node (positive control), and on the newest
 * stored pass that failed with each of its fail codes (negative control). Both builds judge the same
 * bytes; nobody is released or banned by it.
 */
export async function tryBuild(store: Store, blobs: Blobs, { build, active, staged }: TrialBuilds, now: number): Promise<number> {
  const { canaries, failed } = await store.transaction(async (tx) => {
    const nodes = await tx.find("canary_nodes", { where: { active: true } });
    const passes = await tx.find("passes", { where: { machine: { in: nodes.map(({ machine }) => machine) } }, orderBy: ["finished_at"] });
    const results = await tx.find("results", { where: { check: build.name, verdict: "fail" } });
    return { canaries: [...new Map(passes.map((pass) => [pass.machine, pass])).values()], failed: results };
  });
  const rows: Omit<Row<"canary_trials">, "id">[] = [];
  const add = (control: "positive" | "negative", subject: string, machine: number | null, before: Row<"results">["verdict"] | null, after: Row<"results">["verdict"], why: string): void =>
    void rows.push({ kind: "check", name: build.name, digest: build.digest, control, machine, subject, active_verdict: before, staged_verdict: after, good: control === "positive" ? after === "pass" : after === "fail", why, at: now });
  for (const pass of canaries) {
    const judge = await judgeOf(blobs, pass);
    if (judge !== undefined) add("positive", `m-${String(pass.machine)}`, pass.machine, judge(active), judge(staged), `pass ${String(pass.validation)}/${String(pass.attempt)}/${String(pass.run_index)}`);
  }
  const byCode = new Map(failed.flatMap((row) => (row.findings ?? []).filter(({ verdict }) => verdict === "fail").map(({ code }) => [code, row] as const)));
  for (const [code, { validation, attempt, run_index, try: tried }] of byCode) {
    const pass = await store.transaction((tx) => tx.get("passes", { validation, attempt, run_index, try: tried }));
    const judge = pass === undefined ? undefined : await judgeOf(blobs, pass);
    if (pass !== undefined && judge !== undefined) add("negative", code, pass.machine, judge(active), judge(staged), `pass ${String(validation)}/${String(attempt)}/${String(run_index)}`);
  }
  await store.transaction(async (tx) => {
    const ids = await tx.nextIds("event", rows.length);
    await tx.insert("canary_trials", rows.map((row, index) => ({ id: ids[index] ?? 0, ...row })));
  });
  return rows.length;
}

/** Judges a stored pass by any check; undefined when its evidence has expired. */
async function judgeOf(blobs: Blobs, pass: Row<"passes">): Promise<((check: Check) => Row<"results">["verdict"]) | undefined> {
  const expect = await blobs.get(pass.judged_by.expectations);
  if (expect === undefined) return undefined;
  const captures = new Map<string, ProbeCapture>();
  for (const [probe, { record, out, err }] of Object.entries(pass.evidence)) {
    const [stdout, stderr] = [out === null ? undefined : await blobs.get(out), err === null ? undefined : await blobs.get(err)];
    if (out !== null && stdout === undefined) return undefined;
    captures.set(probe, { record, ...(stdout === undefined ? {} : { stdout: Buffer.from(stdout).toString("utf8") }), stderr: Buffer.from(stderr ?? []).toString("utf8") });
  }
  const node = { name: pass.node, cluster: pass.cluster, bootId: pass.boot_id, serials: { system: pass.system_serial, gpus: [...pass.gpu_serials] } };
  const expectations = JSON.parse(Buffer.from(expect).toString("utf8")) as Readonly<Record<string, unknown>>;
  return (check) => judgeNode(createEvidence(node, captures), expectations, new Map([[check.id, check]]), [check.id]).checks[0]?.verdict ?? "inconclusive";
}

/** Makes a staged build active, or refuses it, in somebody's name. @returns whether there was one to decide */
export function decideBuild(store: Store, name: string, digest: string, to: "active" | "rejected", said: { readonly by: string; readonly reason: string; readonly now: number }): Promise<boolean> {
  return store.transaction(async (tx) => {
    const staged = await tx.get("builds", { kind: "check", name, digest });
    if (staged?.state !== "staged") return false;
    if (to === "active") {
      const before = await tx.find("builds", { where: { kind: "check", name } });
      await tx.update("builds", before.filter(({ state }) => state === "active").map((row) => ({ key: { kind: row.kind, name, digest: row.digest }, set: { state: "retired" as const, since: said.now, why: `replaced by ${digest.slice(0, 12)}` } })));
    }
    await tx.update("builds", [{ key: { kind: "check", name, digest }, set: { state: to, since: said.now, why: said.reason } }]);
    const [id = 0] = await tx.nextIds("event", 1);
    await tx.insert("audit", [{ id, at: said.now, actor: said.by, object: `build/${name}/${digest.slice(0, 12)}`, from_state: "staged", to_state: to, reason: said.reason, detail: null }]);
    return true;
  });
}
