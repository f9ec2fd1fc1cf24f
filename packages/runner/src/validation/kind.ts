import type { CheckJudgement, Verdict } from "@slipway/domain";
import { attribute, decideValidation, type StepLimit, type ValidationStep } from "@slipway/policy";
import type { ConditionState, Kind, Looked, Reads } from "@slipway/reconciler";
import type { Row, Tx } from "@slipway/store";
import { BY_VALIDATION, insertBan } from "../bans/insert-ban.ts";
import { bootLimit } from "../limits/boots.ts";
import { releaseLimit } from "../limits/new-settings.ts";
import { roomFor } from "../limits/room.ts";
import { tooManyOut } from "../limits/too-many-out.ts";
import { readyPassOf, validationActs, type BootFor } from "./acts.ts";
import { breakerFor } from "./breaker-facts.ts";
import { decide, factsOf, stateOf, type Facts, type Next } from "./facts.ts";
import { PASS_FACTS } from "./outcomes.ts";
import { objectOf, type RunnerParts, type Validation } from "../worker/parts.ts";
import { recordAct } from "./record-act.ts";
import { takeStep, type Seen } from "./take-step.ts";
import { VALIDATIONS, type Turn } from "../worker/turn.ts";

/** Validations, with all that the engine has to know of them. */
export type ValidationKind = Kind<Validation, Facts, Next>;

/** Validations as a kind of object: what a tick reads of them, decides and writes, and what their acts come to. */
export function validationKind(parts: RunnerParts): ValidationKind {
  const kind: ValidationKind = {
    ...VALIDATIONS,
    async look(tx, rows, looked) {
      const seen = await see(tx, rows, looked);
      const room = await roomFor(tx, parts.fleet, seen.machines, rows);
      const { lookAgainMs, bootMs } = parts.limits;
      const facts = { seen, room, now: looked.now, lookAgainMs, bootMs, capabilities: parts.fleet.capabilities };
      return new Map(rows.map(({ id }) => [id, facts]));
    },
    decide,
    status: ({ status, reason_code: reason, reason: message }): readonly ConditionState[] => [
      ...(status === "held" ? [{ type: "Held", status: "True", reason, message } as const] : []),
      ...(reason === "NoWorkerFor" ? [{ type: "Waiting", status: "True", reason, message } as const] : []),
    ],
    async apply(change, row, facts, next) {
      const further = await take({ parts, tx: change.tx, change, kind }, row, { facts, next });
      return further === undefined ? undefined : { row: further, facts };
    },
    owner: () => parts.fleet.clusters.healthOwner,
    parksItself: true,
    acts: validationActs(parts),
    record: (change, row, intent, ended) => recordAct({ parts, tx: change.tx, change, kind }, row, { intent, ended }),
    told(intent, ended, counted) {
      if (ended.did !== "done" || intent.act !== "pass") return;
      const { validation, node, hold, verdict, startedAt, finishedAt } = readyPassOf(ended);
      const said = hold === undefined ? verdict : "held";
      parts.emit({
        event: "pass",
        validation,
        node,
        verdict: said,
        seconds: (finishedAt - startedAt) / 1_000,
        counted,
      });
    },
  };
  return kind;
}

/** One transaction that ticks validations or writes what their acts came to. */
export interface ValidationTurn extends Turn {
  readonly kind: ValidationKind;
}

async function see(tx: Reads, validations: readonly Validation[], { open, covers }: Looked): Promise<Seen> {
  const ids = validations.map(({ id }) => id);
  const machines = [...new Set(validations.map(({ machine }) => machine))];
  const passes = await tx.find("passes", {
    where: { validation: { in: ids } },
    orderBy: ["run_index", "try"],
    columns: PASS_FACTS,
  });
  const boots = await tx.find("intents", {
    where: { object: { in: validations.map(objectOf) }, act: "await-boot", outcome: "done" },
    columns: ["object", "input"],
  });
  return {
    passes: Map.groupBy(passes, ({ validation }) => validation),
    machines: new Map((await tx.find("machines", { where: { id: { in: machines } } })).map((row) => [row.id, row])),
    claims: new Map(
      (await tx.find("claims", { where: { machine: { in: machines } } })).map((row) => [row.machine, row]),
    ),
    open,
    covers,
    boots: new Map(
      [...Map.groupBy(boots, ({ object }) => object)].map(([object, rows]) => [
        object,
        rows.map(({ input }) => input as unknown as BootFor),
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

/** What a tick decided, and what it went by. */
interface Decided {
  readonly facts: Facts;
  readonly next: Next;
}

/** Writes what was decided. @returns the validation as it then is when another step may follow */
async function take(
  turn: ValidationTurn,
  validation: Validation,
  { facts, next }: Decided,
): Promise<Validation | undefined> {
  const { change } = turn;
  const machine = facts.seen.machines.get(validation.machine);
  if (next.do === "rest") return undefined;
  if (next.do === "wake") {
    const again = { status: "queued", reason_code: "TriedAgain", reason: "tried again" } as const;
    return change.transition(VALIDATIONS, validation, again);
  }
  if (next.do === "lose-machine" || machine === undefined) {
    const reason = { reason_code: "MachineUnknown", reason: "the machine is unknown" } as const;
    const end = { status: "cancelled", due_at: null, finished_at: change.now } as const;
    return void change.transition(VALIDATIONS, validation, { ...reason, ...end });
  }
  return takeDecided(turn, { facts, validation, machine }, next);
}

/** A validation with its machine, and what its batch goes by. */
interface Deciding {
  readonly facts: Facts;
  readonly validation: Validation;
  readonly machine: Row<"machines">;
}

/** Writes a step of policy's, once it was decided again with what only this step has to know. */
async function takeDecided(
  turn: ValidationTurn,
  { facts, validation, machine }: Deciding,
  next: ValidationStep,
): Promise<Validation | undefined> {
  const { change } = turn;
  const { seen } = facts;
  const state = stateOf(facts, validation);
  const known = factsOf(facts, validation);
  let step = next;
  if (step.do === "claim") step = decideValidation(state, { ...known, full: facts.room.fullFor(change, validation) });
  if (step.do === "boot" || step.do === "release")
    step = decideValidation(state, { ...known, limited: await limitOf(turn, validation, step.do) });
  if (known.claim === "ours" && step.do !== "wait") change.hold(seen.claims.get(machine.id), machine.id);
  if (step.do === "ban") {
    const failures = await failuresOf(turn.tx, validation, step.runIndex);
    const breaker = (await breakerFor(turn, validation, failures)) ?? (await tooManyOut(turn, validation, failures));
    if (breaker !== undefined) step = decideValidation(state, { ...known, breaker });
    if (step.do === "ban") {
      await insertBan({ tx: turn.tx, change, fleet: turn.parts.fleet }, machine, {
        ...attribute(failures),
        at: change.now,
        by: "policy",
        reason: step.reason,
        source: BY_VALIDATION,
        externalId: objectOf(validation),
        failed: validation,
      });
      return undefined;
    }
  }
  return takeStep(turn, { seen, validation, machine }, step);
}

const limitOf = (turn: Turn, validation: Validation, step: "boot" | "release"): Promise<StepLimit | undefined> =>
  step === "boot" ? bootLimit(turn, validation) : releaseLimit(turn, validation);

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
