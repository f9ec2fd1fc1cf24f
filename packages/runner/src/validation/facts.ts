import type { ReasonCode } from "@slipway/domain";
import type { Fleet } from "@slipway/fleet";
import {
  decideValidation,
  type PassSummary,
  type ValidationFacts,
  type ValidationState,
  type ValidationStep,
} from "@slipway/policy";
import { lacks } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import type { Room } from "../limits/room.ts";
import type { PassFacts } from "./outcomes.ts";
import { objectOf, type Validation } from "../worker/parts.ts";
import { wayTo } from "../worker/routing.ts";
import type { Seen } from "./take-step.ts";

/** What a batch of validations goes by. */
export interface Facts {
  readonly seen: Seen;
  readonly room: Room;
  readonly now: number;
  readonly lookAgainMs: number;
  /** Time a node has to prove that it booted. */
  readonly bootMs: number;
  readonly capabilities: Fleet["capabilities"];
}

/** What comes next for a validation: a step of policy's; `rest` changes nothing. */
export type Next = ValidationStep | { readonly do: "rest" } | { readonly do: "wake" } | { readonly do: "lose-machine" };

/** A held validation waits for a person, or until its time when there is one. */
export function decide(validation: Validation, facts: Facts): Next {
  const { status, due_at, machine } = validation;
  if (status === "held") return { do: due_at === null || due_at > facts.now ? "rest" : "wake" };
  if (!facts.seen.machines.has(machine)) return { do: "lose-machine" };
  return decideValidation(stateOf(facts, validation), factsOf(facts, validation));
}

/** A validation as policy sees it. */
export function stateOf({ seen }: Facts, validation: Validation): ValidationState {
  const all = seen.passes.get(validation.id) ?? [];
  return {
    carried: carriedBy(validation, all),
    status: validation.status,
    passesRequired: validation.passes_required,
    policy: validation.policy,
    attempt: validation.attempt,
    coin: validation.coin,
    keepsRunning: validation.keeps_running,
    passes: all.filter(({ attempt }) => attempt === validation.attempt).map(summaryOf),
  };
}

const summaryOf = (pass: PassFacts): PassSummary => ({
  runIndex: pass.run_index,
  try: pass.try,
  kind: pass.kind,
  verdict: pass.verdict,
  bootId: pass.boot_id,
  finishedAt: pass.finished_at,
});

/** What policy decides by. */
export function factsOf(
  { seen, now, lookAgainMs, bootMs, capabilities }: Facts,
  validation: Validation,
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
    open:
      open === undefined
        ? undefined
        : {
            key: open.key,
            lookAgainAt: Math.max(now + lookAgainMs, open.look_again_at),
            failed: open.tries === 0 ? undefined : `${open.act} failed ${times(open.tries)}: ${open.last_error ?? ""}`,
            overdue: overdue(open, bootMs),
          },
    breaker: undefined,
    full: undefined,
    nobody: nobodyFor(capabilities, seen, validation),
    moved: elsewhere
      ? `the machine is now ${placement.node_name ?? "unnamed"} in ${placement.cluster ?? "no cluster"}`
      : undefined,
    bootedFor: (seen.boots.get(object) ?? [])
      .filter(({ attempt }) => attempt === validation.attempt)
      .map(({ runIndex }) => runIndex),
  };
}

/** That a node did not prove its boot in its time, by a look after that time: where nobody could look, it may have. */
function overdue(
  { act, tries, last_error, written_at, look_again_at }: Row<"intents">,
  bootMs: number,
): { readonly code: ReasonCode; readonly reason: string } | undefined {
  if (act !== "await-boot" || tries > 0 || last_error === null || look_again_at < written_at + bootMs) return undefined;
  const reason = `no other boot of the node was seen within ${String(Math.round(bootMs / 60_000))} minutes: ${last_error}`;
  return { code: "BootUnproven", reason };
}

/** That no living worker can do a validation's open act, or else ask its node. */
function nobodyFor(capabilities: Fleet["capabilities"], seen: Seen, validation: Validation): string | undefined {
  const needs = seen.open.get(objectOf(validation))?.needs ?? [wayTo(capabilities, validation)];
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
