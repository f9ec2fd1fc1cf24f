import type { ValidationStep } from "@slipway/policy";
import type { Row } from "@slipway/store";
import { release, type PassFacts } from "./outcomes.ts";
import { objectOf, type Validation } from "../worker/parts.ts";
import { intend } from "../worker/intend.ts";
import { needsOf } from "../worker/routing.ts";
import { VALIDATIONS, type Turn } from "../worker/turn.ts";

/** What one batch of ticks reads, by validation or machine. */
export interface Seen {
  readonly passes: ReadonlyMap<number, readonly PassFacts[]>;
  readonly machines: ReadonlyMap<number, Row<"machines">>;
  readonly claims: Map<number, Row<"claims">>;
  readonly open: ReadonlyMap<string, Row<"intents">>;
  /** Passes, of which attempt, before which the node was booted. */
  readonly boots: ReadonlyMap<string, readonly { readonly attempt: number; readonly runIndex: number }[]>;
  /** Of each living worker, what it covers. */
  readonly covers: readonly (readonly string[])[];
  readonly placements: ReadonlyMap<number, Pick<Row<"placements">, "machine" | "node_name" | "cluster">>;
}

/** A validation that takes a step, and what the step needs to know. */
interface Stepping {
  readonly seen: Seen;
  readonly validation: Validation;
  readonly machine: Row<"machines">;
}

/**
 * Writes the step that policy decided; not a ban, which the caller that asked the breaker writes.
 *
 * @returns the validation as it then is when another step may follow
 */
export async function takeStep(turn: Turn, stepping: Stepping, next: ValidationStep): Promise<Validation | undefined> {
  const { change, parts } = turn;
  const { seen, validation, machine } = stepping;
  switch (next.do) {
    case "wait":
      waitFor(turn, validation, next);
      return undefined;
    case "claim":
      return claimMachine(turn, stepping);
    case "boot":
    case "pass":
      return writeAct(turn, stepping, next);
    case "release":
      await release(turn, validation, machine, {
        entry: next.entry,
        reason: next.reason,
        passes: seen.passes.get(validation.id) ?? [],
      });
      return undefined;
    case "restart":
      return change.transition(VALIDATIONS, validation, {
        attempt: validation.attempt + 1,
        run_index: 1,
        passes_done: validation.policy.counting === "cumulative" ? validation.passes_done : 0,
        tries: 0,
        reason_code: "PassFailed",
        reason: next.reason,
        due_at: change.now,
      });
    case "cancel":
      // The account of a machine that this validation never claimed, or another has claimed since, is not changed.
      if (change.accountOf(machine) === "Validating" && isOursOrFree(stepping))
        change.book(machine, "Spare", objectOf(validation));
      giveMachineUp(turn, stepping);
      change.transition(VALIDATIONS, validation, {
        status: "cancelled",
        reason_code: "Moved",
        reason: next.reason,
        due_at: null,
        acting: null,
        finished_at: change.now,
      });
      return undefined;
    case "hold":
      giveMachineUp(turn, stepping);
      change.transition(VALIDATIONS, validation, {
        status: "held",
        reason_code: next.code,
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

function waitFor(
  { change }: Turn,
  validation: Validation,
  { until, reason, code = validation.reason_code }: Extract<ValidationStep, { readonly do: "wait" }>,
): void {
  const due_at = until ?? null;
  if (due_at !== validation.due_at || reason !== validation.reason || code !== validation.reason_code)
    change.change(VALIDATIONS, validation, { due_at, reason, reason_code: code });
}

function claimMachine({ change }: Turn, { seen, validation, machine }: Stepping): Validation {
  const object = objectOf(validation);
  seen.claims.set(machine.id, change.take(seen.claims.get(machine.id), machine.id, object));
  const from_service = validation.from_service || change.accountOf(machine) === "InPool";
  change.book(machine, "Validating", object);
  return change.transition(VALIDATIONS, validation, {
    status: "running",
    from_service,
    started_at: validation.started_at ?? change.now,
    reason_code: "Claimed",
    reason: `${validation.lane}: ${validation.lane_reason}`,
    due_at: change.now,
  });
}

function isOursOrFree({ seen, validation }: Stepping): boolean {
  const holder = seen.claims.get(validation.machine)?.holder ?? null;
  return holder === null || holder === objectOf(validation);
}

function giveMachineUp({ change }: Turn, { seen, validation }: Stepping): void {
  change.free(seen.claims.get(validation.machine), objectOf(validation));
}

/** Writes the intent of a boot or a pass; `runAct` carries it out. */
function writeAct(
  { parts, change }: Turn,
  { seen, validation }: Stepping,
  next: Extract<ValidationStep, { readonly do: "boot" | "pass" }>,
): undefined {
  const object = objectOf(validation);
  const { attempt, revision, machine, passes_required } = validation;
  const part = next.do === "boot" ? "boot" : String(next.try);
  const key = [object, String(attempt), String(next.runIndex), part, String(revision)].join("/");
  const before = {
    attempt,
    runIndex: next.runIndex,
    ...(next.do === "boot" ? {} : { try: next.try, kind: next.kind }),
  };
  const fence = seen.claims.get(machine)?.fence ?? 0;
  const needs = needsOf(parts.fleet.capabilities, next.do, validation);
  const cluster = next.do === "boot" ? validation.cluster : null;
  intend(change, { key, object, act: next.do, needs, machine, cluster, fence, before }, validation.priority);
  const again = next.do === "boot" || next.try === 0 ? "" : `, try ${String(next.try + 1)}`;
  change.change(VALIDATIONS, validation, {
    acting: key,
    run_index: next.runIndex,
    due_at: change.now + parts.limits.lookAgainMs,
    reason_code: next.do === "boot" ? "BootUnderWay" : "PassUnderWay",
    reason:
      next.do === "boot"
        ? `boots before pass ${String(next.runIndex)}`
        : `pass ${String(next.runIndex)} of ${String(passes_required)}${again}`,
  });
}
