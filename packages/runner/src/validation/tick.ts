import type { CheckJudgement, Verdict } from "@slipway/domain";
import {
  attribute,
  decideValidation,
  type PassSummary,
  type StepLimit,
  type ValidationFacts,
  type ValidationState,
} from "@slipway/policy";
import { lacks, livingCovers } from "@slipway/reconciler";
import type { Tx } from "@slipway/store";
import { BY_VALIDATION, insertBan } from "../bans/insert-ban.ts";
import { bootLimit } from "../limits/boots.ts";
import { releaseLimit } from "../limits/new-settings.ts";
import { roomFor, type Room } from "../limits/room.ts";
import { tooManyOut } from "../limits/too-many-out.ts";
import { breakerFor } from "./breaker-facts.ts";
import { PASS_FACTS, type PassFacts } from "./outcomes.ts";
import { objectOf, type RunnerParts, type Validation } from "../worker/parts.ts";
import { coversOf, needsOf } from "../worker/routing.ts";
import { takeStep, type Seen } from "./take-step.ts";
import { type ChangeSet } from "@slipway/reconciler";
import { VALIDATIONS, takeTurn, type Turn } from "../worker/turn.ts";

/** Most steps of one tick: a claim, then a pass, and a few more that need no act in between. */
const STEPS = 6;

/**
 * One tick of validations: takes the next step of each, in one transaction. What has to be done outside the store
 * is an act: its intent is written here, and carried out by `runAct`.
 */
export function tick(parts: RunnerParts, ids: readonly number[]): Promise<void> {
  return takeTurn(parts, async (turn) => {
    const { tx, change } = turn;
    const validations = (await tx.find("validations", { where: { id: { in: ids } }, orderBy: ["id"] })).filter(
      ({ status }) => ["queued", "running", "held"].includes(status),
    );
    if (validations.length === 0) return;
    const seen = await look(turn, validations);
    const room = await roomFor(tx, turn.parts.fleet, seen.machines, validations);
    const ticking: Ticking = { turn, seen, room };
    for (const row of validations) {
      let validation = row.status === "held" ? wake(row, change) : row;
      if (row.failures > 0 && validation !== undefined)
        validation = change.change(VALIDATIONS, validation, { failures: 0, last_error: null });
      if (validation === undefined) continue;
      for (let steps = 0; steps < STEPS && validation !== undefined; steps += 1) {
        validation = await step(ticking, validation);
      }
    }
    await room.lock();
  });
}

/** A held validation waits for a person, or until its time when there is one. */
function wake(validation: Validation, change: ChangeSet): Validation | undefined {
  if (validation.due_at === null || validation.due_at > change.now) return undefined;
  return change.transition(VALIDATIONS, validation, {
    status: "queued",
    reason_code: "TriedAgain",
    reason: "tried again",
  });
}

async function look({ parts, tx, change }: Turn, validations: readonly Validation[]): Promise<Seen> {
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
    covers: await livingCovers({ ...parts, covers: () => coversOf(parts) }, tx, change.now),
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

/** A transaction, and what its ticks know. */
interface Ticking {
  readonly turn: Turn;
  readonly seen: Seen;
  readonly room: Room;
}

/** Takes one step. @returns the validation as it then is when another step may follow */
async function step({ turn, seen, room }: Ticking, validation: Validation): Promise<Validation | undefined> {
  const { parts, tx, change } = turn;
  const machine = seen.machines.get(validation.machine);
  if (machine === undefined)
    return void change.transition(VALIDATIONS, validation, {
      status: "cancelled",
      reason_code: "MachineUnknown",
      reason: "the machine is unknown",
      due_at: null,
      finished_at: change.now,
    });
  const all = seen.passes.get(validation.id) ?? [];
  const passes = all.filter(({ attempt }) => attempt === validation.attempt);
  const facts = {
    ...factsOf(seen, validation, { now: change.now, lookAgainMs: parts.limits.lookAgainMs }),
    nobody: nobodyFor(parts, seen, validation),
    full: undefined,
  };
  const state = stateOf(validation, passes, carriedBy(validation, all));
  let next = decideValidation(state, facts);
  if (next.do === "claim") next = decideValidation(state, { ...facts, full: room.fullFor(validation) });
  if (next.do === "boot" || next.do === "release")
    next = decideValidation(state, { ...facts, limited: await limitOf(turn, validation, next.do) });
  if (facts.claim === "ours" && next.do !== "wait") change.hold(seen.claims.get(machine.id), machine.id);
  if (next.do === "ban") {
    const failures = await failuresOf(tx, validation, next.runIndex);
    const breaker = (await breakerFor(turn, validation, failures)) ?? (await tooManyOut(turn, validation, failures));
    if (breaker !== undefined) next = decideValidation(state, { ...facts, breaker });
    if (next.do === "ban") {
      const { cause, attribution } = attribute(failures);
      await insertBan({ tx, change, fleet: parts.fleet }, machine, {
        cause,
        attribution,
        at: change.now,
        by: "policy",
        reason: next.reason,
        source: BY_VALIDATION,
        externalId: objectOf(validation),
        failed: validation,
      });
      return undefined;
    }
  }
  return takeStep(turn, { seen, validation, machine }, next);
}

const limitOf = (turn: Turn, validation: Validation, step: "boot" | "release"): Promise<StepLimit | undefined> =>
  step === "boot" ? bootLimit(turn, validation) : releaseLimit(turn, validation);

function factsOf(
  seen: Seen,
  validation: Validation,
  { now, lookAgainMs }: { readonly now: number; readonly lookAgainMs: number },
): Omit<ValidationFacts, "full" | "nobody"> {
  const object = objectOf(validation);
  const holder = seen.claims.get(validation.machine)?.holder ?? null;
  const open = seen.open.get(object);
  const placement = seen.placements.get(validation.machine);
  const elsewhere =
    placement !== undefined && (placement.node_name !== validation.node || placement.cluster !== validation.cluster);
  return {
    now,
    claim: holder === null ? "free" : holder === object ? "ours" : "other",
    open:
      open === undefined
        ? undefined
        : {
            key: open.key,
            lookAgainAt: Math.max(now + lookAgainMs, open.look_again_at),
            failed: open.tries === 0 ? undefined : `${open.act} failed ${times(open.tries)}: ${open.last_error ?? ""}`,
          },
    breaker: undefined,
    moved: elsewhere
      ? `the machine is now ${placement.node_name ?? "unnamed"} in ${placement.cluster ?? "no cluster"}`
      : undefined,
    bootedFor: (seen.boots.get(object) ?? [])
      .filter((code) => Math.floor(code / 1_000_000) === validation.attempt)
      .map((code) => code % 1_000_000),
  };
}

/** That no living worker can do a validation's open act, or else ask its node. */
function nobodyFor({ fleet: { capabilities } }: RunnerParts, seen: Seen, validation: Validation): string | undefined {
  const needs = seen.open.get(objectOf(validation))?.needs ?? needsOf(capabilities, "pass", validation);
  return seen.covers.some((covers) => lacks(covers, needs).length === 0)
    ? undefined
    : `no worker that is alive has ${needs.join(" and ")}: it goes on when one starts (slipway workers)`;
}

const times = (count: number): string => (count === 1 ? "once" : `${String(count)} times`);

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

/** Judgements of the checks in the failing pass. */
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
