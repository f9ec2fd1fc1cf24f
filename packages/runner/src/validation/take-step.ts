import type { ValidationStep } from "@slipway/policy";
import type { Row } from "@slipway/store";
import { release, type PassFacts } from "./outcomes.ts";
import { objectOf, type Validation } from "../worker/parts.ts";
import { freeClaim } from "../claims/end-validation.ts";
import { targetOf } from "../worker/at-vendor.ts";
import { wayTo } from "../worker/routing.ts";
import type { BootFor, PassInput } from "./acts.ts";
import type { ValidationTurn } from "./kind.ts";
import { hostOf } from "./run-pass.ts";
import { VALIDATIONS, type Turn } from "../worker/turn.ts";

/** What one batch of ticks reads, by validation or machine. */
export interface Seen {
  readonly passes: ReadonlyMap<number, readonly PassFacts[]>;
  readonly machines: ReadonlyMap<number, Row<"machines">>;
  readonly claims: Map<number, Row<"claims">>;
  readonly open: ReadonlyMap<string, Row<"intents">>;
  /** Passes, of which attempt, before which the node was booted. */
  readonly boots: ReadonlyMap<string, readonly BootFor[]>;
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
export async function takeStep(
  turn: ValidationTurn,
  stepping: Stepping,
  next: ValidationStep,
): Promise<Validation | undefined> {
  const { change } = turn;
  const { seen, validation, machine } = stepping;
  switch (next.do) {
    case "wait":
      waitFor(turn, validation, next);
      return undefined;
    case "claim":
      return claimMachine(turn, stepping);
    case "boot":
      return askForBoot(turn, stepping, next.runIndex);
    case "pass":
      return askForPass(turn, stepping, next);
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
      await freeClaim(turn, validation);
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
      return holdFor(turn, stepping, next);
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

/** Leaves a validation to a person; an act of it under way is given up. */
async function holdFor(
  turn: Turn,
  stepping: Stepping,
  { code, reason, owner }: Extract<ValidationStep, { readonly do: "hold" }>,
): Promise<undefined> {
  const { change, parts } = turn;
  const { seen, validation } = stepping;
  const open = seen.open.get(objectOf(validation));
  if (open !== undefined) change.giveUp(open, reason);
  await freeClaim(turn, validation);
  change.transition(VALIDATIONS, validation, {
    status: "held",
    reason_code: code,
    reason,
    owner: owner ?? parts.fleet.clusters.healthOwner,
    due_at: null,
    acting: null,
  });
}

function askForPass(
  { parts, change, kind }: ValidationTurn,
  { seen, validation }: Stepping,
  { runIndex, try: tried, kind: passKind }: Extract<ValidationStep, { readonly do: "pass" }>,
): undefined {
  const { id, attempt, machine, passes_required } = validation;
  const way = wayTo(parts.fleet.capabilities, validation);
  const input: PassInput = { validation: id, attempt, runIndex, try: tried, kind: passKind, way };
  const part = [attempt, runIndex, tried].map(String).join("/");
  const fence = seen.claims.get(machine)?.fence ?? 0;
  const asking = change.ask(kind, validation, { act: "pass", input, machine, fence, part });
  change.change(VALIDATIONS, asking, {
    run_index: runIndex,
    due_at: change.now + parts.limits.lookAgainMs,
    reason_code: "PassUnderWay",
    reason: `pass ${String(runIndex)} of ${String(passes_required)}${tried === 0 ? "" : `, try ${String(tried + 1)}`}`,
  });
}

/** The boot that a validation's latest pass with a boot id ran on, of whichever attempt. */
const lastBootIdOf = (passes: readonly PassFacts[]): string | undefined =>
  passes
    .filter(({ boot_id }) => boot_id !== null)
    .sort((one, other) => one.finished_at - other.finished_at)
    .at(-1)?.boot_id ?? undefined;

/** A boot is told from the one before by the boot id that the last pass saw; without one nothing could prove it. */
async function askForBoot(turn: ValidationTurn, stepping: Stepping, runIndex: number): Promise<undefined> {
  const { parts, change, kind } = turn;
  const { seen, validation } = stepping;
  const { attempt, machine, cluster, adapter } = validation;
  const bootIdBefore = lastBootIdOf(seen.passes.get(validation.id) ?? []);
  const [op] = parts.fleet.capabilities.get(adapter)?.power ?? [];
  if (op === undefined || bootIdBefore === undefined) {
    const reason =
      op === undefined ? `${adapter} cannot boot a node` : "no pass before its boot read a boot id of the node";
    return holdFor(turn, stepping, { do: "hold", code: "BootUnproven", reason, owner: undefined });
  }
  const input = {
    account: adapter,
    node: targetOf(validation),
    host: hostOf(validation),
    way: wayTo(parts.fleet.capabilities, validation),
    op,
    bootIdBefore,
    ...({ attempt, runIndex } satisfies BootFor),
  };
  const part = [attempt, runIndex, "boot"].map(String).join("/");
  const fence = seen.claims.get(machine)?.fence ?? 0;
  const asking = change.ask(kind, validation, { act: "reboot", input, machine, cluster, fence, part });
  change.change(VALIDATIONS, asking, {
    run_index: runIndex,
    due_at: change.now + parts.limits.lookAgainMs,
    reason_code: "BootUnderWay",
    reason: `boots before pass ${String(runIndex)}`,
  });
}
