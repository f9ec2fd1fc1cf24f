import type { CheckJudgement, Verdict } from "@slipway/domain";
import {
  attribute,
  decideValidation,
  type PassSummary,
  type ValidationFacts,
  type ValidationState,
  type ValidationStep,
} from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import { breakerFor } from "./breaker-facts.ts";
import { roomFor } from "./limits.ts";
import { ban, PASS_FACTS, release, type PassFacts } from "./outcomes.ts";
import { objectOf, type RunnerParts, type Validation } from "./parts.ts";
import { Writes } from "./writes.ts";

/** Steps one look may take: a claim, then a pass, and a few more where no act lies between. */
const STEPS = 6;

/** What one batch of ticks reads, by validation or machine. */
interface Seen {
  readonly passes: ReadonlyMap<number, readonly PassFacts[]>;
  readonly machines: ReadonlyMap<number, Row<"machines">>;
  readonly claims: Map<number, Row<"claims">>;
  readonly open: ReadonlyMap<string, Row<"intents">>;
  readonly boots: ReadonlyMap<string, readonly number[]>;
  readonly placements: ReadonlyMap<number, Pick<Row<"placements">, "machine" | "node_name" | "cluster">>;
}

/**
 * Looks at validations again and takes the next step of each, in one transaction. What a step needs
 * of the world is an act: its intent is written here, and carried out by `runAct`.
 */
export async function tick(parts: RunnerParts, ids: readonly number[]): Promise<void> {
  const writes = await parts.store.transaction(async (tx) => {
    const now = parts.clock.now();
    const writes = new Writes(now, parts.worker.id);
    const validations = (await tx.find("validations", { where: { id: { in: ids } }, orderBy: ["id"] })).filter(
      ({ status }) => ["queued", "running", "held"].includes(status),
    );
    if (validations.length === 0) return writes;
    const seen = await look(tx, validations);
    const room = await roomFor(tx, parts.fleet, validations);
    for (const row of validations) {
      let validation = row.status === "held" ? wake(row, now, writes) : row;
      if (validation === undefined) continue;
      for (let steps = 0; steps < STEPS && validation !== undefined; steps += 1) {
        validation = await step(parts, tx, writes, seen, room, validation);
      }
    }
    await writes.flush(tx, parts.queue);
    return writes;
  });
  for (const event of writes.events) parts.emit(event);
}

/** A held validation waits for a person, or until its time when there is one. */
function wake(validation: Validation, now: number, writes: Writes): Validation | undefined {
  if (validation.due_at === null || validation.due_at > now) return undefined;
  return writes.transition(validation, { status: "queued", reason: "tried again" });
}

async function look(tx: Tx, validations: readonly Validation[]): Promise<Seen> {
  const ids = validations.map(({ id }) => id);
  const machines = [...new Set(validations.map(({ machine }) => machine))];
  const passes = await tx.find("passes", {
    where: { validation: { in: ids } },
    orderBy: ["run_index", "try"],
    columns: PASS_FACTS,
  });
  const intents = await tx.find("intents", { where: { object: { in: validations.map(objectOf) } } });
  return {
    passes: Map.groupBy(passes, ({ validation }) => validation),
    machines: new Map((await tx.find("machines", { where: { id: { in: machines } } })).map((row) => [row.id, row])),
    claims: new Map(
      (await tx.find("claims", { where: { machine: { in: machines } } })).map((row) => [row.machine, row]),
    ),
    open: new Map(intents.filter(({ outcome }) => outcome === null).map((row) => [row.object, row])),
    boots: new Map(
      [
        ...Map.groupBy(
          intents.filter(({ act, outcome }) => act === "boot" && outcome === "done"),
          ({ object }) => object,
        ),
      ].map(([object, rows]) => [
        object,
        rows.map(({ before }) => Number(before["runIndex"]) + Number(before["attempt"]) * 1_000_000),
      ]),
    ),
    placements: new Map(
      (
        await tx.find("placements", {
          where: { machine: { in: machines }, until_at: null },
          columns: ["machine", "node_name", "cluster"],
        })
      ).map((row) => [row.machine, row]),
    ),
  };
}

/** Takes one step. @returns the validation as it then is when another step may follow */
async function step(
  parts: RunnerParts,
  tx: Tx,
  writes: Writes,
  seen: Seen,
  room: (validation: Validation) => string | undefined,
  validation: Validation,
): Promise<Validation | undefined> {
  const machine = seen.machines.get(validation.machine);
  if (machine === undefined)
    return void writes.transition(validation, {
      status: "cancelled",
      reason: "the machine is unknown",
      due_at: null,
      finished_at: writes.now,
    });
  const passes = (seen.passes.get(validation.id) ?? []).filter(({ attempt }) => attempt === validation.attempt);
  const facts = factsOf(seen, validation, writes.now, parts.limits.lookAgainMs, room);
  const state = stateOf(validation, passes, carriedBy(validation, seen.passes.get(validation.id) ?? []));
  let next = decideValidation(state, facts);
  if (next.do === "ban") {
    const failures = await failuresOf(tx, validation, next.runIndex);
    const breaker = await breakerFor(parts, tx, writes, validation, failures);
    if (breaker !== undefined) next = decideValidation(state, { ...facts, breaker });
    if (next.do === "ban") {
      await ban(parts, tx, writes, validation, machine, { reason: next.reason, ...attribute(failures) });
      return undefined;
    }
  }
  return apply(parts, tx, writes, seen, validation, machine, passes, facts, next);
}

async function apply(
  parts: RunnerParts,
  tx: Tx,
  writes: Writes,
  seen: Seen,
  validation: Validation,
  machine: Row<"machines">,
  passes: readonly PassFacts[],
  facts: ValidationFacts,
  next: ValidationStep,
): Promise<Validation | undefined> {
  const object = objectOf(validation);
  const claim = seen.claims.get(validation.machine);
  const fence = claim?.fence ?? 0;
  const giveUp = (): void => {
    if (claim?.holder === object) writes.claim(validation.machine, null, fence);
  };
  switch (next.do) {
    case "wait":
      if (facts.open !== undefined) writes.again(facts.open.key, validation.priority);
      if (next.until !== validation.due_at || next.reason !== validation.reason)
        writes.change(validation, { due_at: next.until ?? null, reason: next.reason });
      return undefined;
    case "claim": {
      writes.claim(validation.machine, object, fence + 1);
      seen.claims.set(validation.machine, {
        machine: validation.machine,
        holder: object,
        fence: fence + 1,
        at: writes.now,
      });
      writes.book(machine, "Validating", object);
      return writes.transition(validation, {
        status: "running",
        started_at: validation.started_at ?? writes.now,
        reason: `${validation.lane}: ${validation.lane_reason}`,
        due_at: writes.now,
      });
    }
    case "boot":
    case "pass": {
      const key = `${object}/${String(validation.attempt)}/${String(next.runIndex)}/${next.do === "boot" ? "boot" : String(next.try)}/${String(validation.generation)}`;
      const before =
        next.do === "boot"
          ? { attempt: validation.attempt, runIndex: next.runIndex }
          : { attempt: validation.attempt, runIndex: next.runIndex, try: next.try, kind: next.kind };
      writes.intent({ key, object, act: next.do, machine: validation.machine, fence, before }, validation.priority);
      writes.change(validation, {
        acting: key,
        run_index: next.runIndex,
        due_at: writes.now + parts.limits.lookAgainMs,
        reason:
          next.do === "boot"
            ? `boots before pass ${String(next.runIndex)}`
            : `pass ${String(next.runIndex)} of ${String(validation.passes_required)}${next.try === 0 ? "" : `, try ${String(next.try + 1)}`}`,
      });
      return undefined;
    }
    case "release":
      await release(parts, tx, writes, validation, machine, {
        entry: next.entry,
        reason: next.reason,
        passes: seen.passes.get(validation.id) ?? passes,
      });
      return undefined;
    case "restart":
      return writes.transition(validation, {
        attempt: validation.attempt + 1,
        run_index: 1,
        passes_done: validation.policy.counting === "cumulative" ? validation.passes_done : 0,
        tries: 0,
        reason: next.reason,
        due_at: writes.now,
      });
    case "cancel":
      giveUp();
      writes.book(machine, "Spare", object);
      writes.transition(validation, {
        status: "cancelled",
        reason: next.reason,
        due_at: null,
        acting: null,
        finished_at: writes.now,
      });
      return undefined;
    case "hold":
      giveUp();
      writes.transition(validation, {
        status: "held",
        reason: next.reason,
        owner: next.owner ?? parts.fleet.clusters.healthOwner,
        due_at: null,
        acting: null,
      });
      return undefined;
    case "ban":
      return undefined;
  }
}

function factsOf(
  seen: Seen,
  validation: Validation,
  now: number,
  lookAgainMs: number,
  room: (validation: Validation) => string | undefined,
): ValidationFacts {
  const object = objectOf(validation);
  const holder = seen.claims.get(validation.machine)?.holder ?? null;
  const open = seen.open.get(object);
  const placement = seen.placements.get(validation.machine);
  const elsewhere =
    placement !== undefined && (placement.node_name !== validation.node || placement.cluster !== validation.cluster);
  return {
    now,
    claim: holder === null ? "free" : holder === object ? "ours" : "other",
    open: open === undefined ? undefined : { key: open.key, lookAgainAt: now + lookAgainMs },
    full: room(validation),
    breaker: undefined,
    moved: elsewhere
      ? `the machine is now ${placement.node_name ?? "unnamed"} in ${placement.cluster ?? "no cluster"}`
      : undefined,
    bootedFor: (seen.boots.get(object) ?? [])
      .filter((code) => Math.floor(code / 1_000_000) === validation.attempt)
      .map((code) => code % 1_000_000),
  };
}

/** Passes of earlier attempts that still count. */
const carriedBy = ({ policy, attempt }: Validation, passes: readonly PassFacts[]): number =>
  policy.counting === "cumulative"
    ? passes.filter((pass) => pass.attempt < attempt && pass.kind === "required" && pass.verdict === "pass").length
    : 0;

const stateOf = (validation: Validation, passes: readonly PassFacts[], carried: number): ValidationState => ({
  carried,
  status: validation.status,
  passesRequired: validation.passes_required,
  policy: validation.policy,
  attempt: validation.attempt,
  coin: validation.coin,
  keepsRunning: validation.keeps_running,
  passes: passes.map((pass): PassSummary => ({
    runIndex: pass.run_index,
    try: pass.try,
    kind: pass.kind,
    verdict: pass.verdict,
    bootId: pass.boot_id,
    finishedAt: pass.finished_at,
  })),
});

/** What the checks of the failing pass said. */
async function failuresOf(tx: Tx, validation: Validation, runIndex: number): Promise<CheckJudgement[]> {
  const rows = await tx.find("results", {
    where: {
      validation: validation.id,
      attempt: validation.attempt,
      run_index: runIndex,
      verdict: "fail" satisfies Verdict,
    },
  });
  return rows.map(({ check, version, verdict, findings }) => ({
    check,
    version,
    verdict,
    findings: [...(findings ?? [])],
  }));
}
