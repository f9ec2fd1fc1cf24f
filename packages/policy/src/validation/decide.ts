import type { CanaryCoin, PassKind, PassPolicy, ReasonCode, ValidationStatus } from "@slipway/domain";

/** A pass of the current attempt, as far as deciding needs it. */
export interface PassSummary {
  readonly runIndex: number;
  readonly try: number;
  readonly kind: PassKind;
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly bootId: string | null;
  readonly finishedAt: number;
}

/** A validation, and what happened in it so far. All times in milliseconds since 1970. */
export interface ValidationState {
  readonly status: ValidationStatus;
  readonly passesRequired: number;
  readonly policy: PassPolicy;
  readonly attempt: number;
  readonly coin: CanaryCoin | null;
  /** Passes of earlier attempts, where the policy counts them all. */
  readonly carried: number;
  /** The attempt goes on with its passes after one failed; drawn once, when it began. */
  readonly keepsRunning: boolean;
  /** Passes of this attempt in the order of their run index and try. */
  readonly passes: readonly PassSummary[];
}

/** A limit that keeps a step from being taken now. */
export interface StepLimit {
  readonly code: ReasonCode;
  /** When it is looked at again, in milliseconds since 1970. */
  readonly until: number;
  readonly reason: string;
}

/** An act of a validation that has no outcome yet. */
export interface OpenAct {
  readonly key: string;
  readonly lookAgainAt: number;
  /** How it failed, if it did. */
  readonly failed?: string | undefined;
  /** Why it is waited for no longer, if it is not. */
  readonly overdue?: { readonly code: ReasonCode; readonly reason: string } | undefined;
}

export interface ValidationFacts {
  readonly now: number;
  readonly claim: "ours" | "free" | "other";
  /** An intent that has no outcome yet. */
  readonly open: OpenAct | undefined;
  /** That no worker is alive who can do the open act, or else ask the node; undefined when one is. */
  readonly nobody: string | undefined;
  /** Why no further machine may be validated now; undefined when there is room. */
  readonly full: string | undefined;
  /** Why bans in this machine's rack, cluster or SKU are stopped, and who looks into it. */
  readonly breaker:
    { readonly reason: string; readonly owner: string; readonly code?: ReasonCode | undefined } | undefined;
  /** Why the boot or the release that is due is not made now; absent when nothing is against it. */
  readonly limited?: StepLimit | undefined;
  /** The machine is not where this validation was planned for; undefined when it is. */
  readonly moved: string | undefined;
  /** Run indexes before which the machine was seen to boot in this attempt. */
  readonly bootedFor: readonly number[];
}

export type ValidationStep =
  | {
      readonly do: "wait";
      readonly until: number | undefined;
      readonly reason: string;
      /** Unless it stays as it is. */
      readonly code?: ReasonCode;
    }
  | { readonly do: "claim" }
  | { readonly do: "boot"; readonly runIndex: number }
  | { readonly do: "pass"; readonly runIndex: number; readonly try: number; readonly kind: PassKind }
  | { readonly do: "release"; readonly entry: "passed" | "canary"; readonly reason: string }
  | { readonly do: "ban"; readonly runIndex: number; readonly reason: string }
  | { readonly do: "restart"; readonly reason: string }
  | { readonly do: "cancel"; readonly reason: string }
  | {
      readonly do: "hold";
      readonly reason: string;
      readonly code: ReasonCode;
      readonly owner: string | undefined;
    };

type Wait = Extract<ValidationStep, { readonly do: "wait" }>;
type Hold = Extract<ValidationStep, { readonly do: "hold" }>;

const MINUTE = 60_000;
/** Whoever frees a place wakes who waits for it; after this it is looked for all the same. */
const NO_ROOM_MS = 15 * MINUTE;
/** What no living worker can do is looked at again after this; a worker that starts wakes it before. */
const NOBODY_MS = 5 * MINUTE;

/**
 * The next step of a validation. Pure; the same state and facts give the same step.
 *
 * A pass counts once, whatever tries it took; `inconclusive` neither counts nor fails; and nothing
 * is released by fewer passes than its lane requires, except in the canary arm, which is drawn before the first pass.
 */
export function decideValidation(state: ValidationState, facts: ValidationFacts): ValidationStep {
  const { policy, passes } = state;
  if (state.status !== "queued" && state.status !== "running")
    return { do: "wait", until: undefined, reason: `it is ${state.status}` };
  if (facts.open !== undefined) return whileOpen(facts, facts.open);
  if (facts.moved !== undefined) return { do: "cancel", reason: facts.moved };
  if (facts.claim === "other")
    return { do: "wait", until: facts.now + MINUTE, reason: "another holds the machine", code: "HeldByOther" };
  if (facts.claim === "free") {
    if (facts.nobody !== undefined) return forWorker(facts.now, facts.nobody);
    if (facts.full !== undefined)
      return { do: "wait", until: facts.now + NO_ROOM_MS, reason: facts.full, code: "NoRoom" };
    return { do: "claim" };
  }
  const judged = passes.filter(({ verdict, kind }) => verdict !== "inconclusive" && kind === "required");
  const failed = judged.find(({ verdict }) => verdict === "fail");
  if (failed !== undefined) return afterFail(state, facts, failed);

  const done = state.carried + judged.length;
  if (done >= state.passesRequired && facts.limited !== undefined) return { do: "wait", ...facts.limited };
  if (done >= state.passesRequired)
    return { do: "release", entry: "passed", reason: `${String(done)} of ${String(state.passesRequired)} passes` };
  return (
    nextRun(state, facts, judged.length + 1, "required") ?? {
      do: "hold",
      owner: undefined,
      code: "StayedInconclusive",
      reason: `pass ${String(judged.length + 1)} stayed inconclusive after ${String(policy.inconclusiveRetries + 1)} tries`,
    }
  );
}

/** The wait for an act that has no outcome yet, or its end. */
function whileOpen({ now, nobody }: ValidationFacts, { key, lookAgainAt, failed, overdue }: OpenAct): Wait | Hold {
  if (overdue !== undefined) return { do: "hold", owner: undefined, ...overdue };
  if (nobody !== undefined) return forWorker(now, nobody);
  const [reason, code] =
    failed === undefined ? ([`${key} is under way`, "ActUnderWay"] as const) : ([failed, "ActTriedAgain"] as const);
  return { do: "wait", until: lookAgainAt, reason, code };
}

const forWorker = (now: number, nobody: string): Wait => ({
  do: "wait",
  until: now + NOBODY_MS,
  reason: nobody,
  code: "NoWorkerFor",
});

function afterFail(state: ValidationState, facts: ValidationFacts, failed: PassSummary): ValidationStep {
  const { policy, passes, coin } = state;
  const extra = passes.filter(({ kind, verdict }) => kind !== "required" && verdict !== "inconclusive");
  if (extra.filter(({ kind }) => kind === "confirmation").length < policy.confirmations) {
    const next = nextRun(state, facts, failed.runIndex + extra.length + 1, "confirmation");
    if (next !== undefined) return next;
  }
  const last = Math.max(failed.runIndex, ...extra.map(({ runIndex }) => runIndex));
  if (state.keepsRunning && last < state.passesRequired) {
    const next = nextRun(state, facts, last + 1, "after-failure");
    if (next !== undefined) return next;
  }
  if (coin?.admitted === true && facts.limited !== undefined) return { do: "wait", ...facts.limited };
  if (coin?.admitted === true)
    return {
      do: "release",
      entry: "canary",
      reason: `failed pass ${String(failed.runIndex)} and drawn for the canary arm (${String(coin.probability)})`,
    };
  if (policy.onFail === "reset" && state.attempt < policy.maxAttempts)
    return { do: "restart", reason: `pass ${String(failed.runIndex)} of attempt ${String(state.attempt)} failed` };
  if (facts.breaker !== undefined)
    return {
      do: "hold",
      code: facts.breaker.code ?? "BreakerTripped",
      reason: facts.breaker.reason,
      owner: facts.breaker.owner,
    };
  return {
    do: "ban",
    runIndex: failed.runIndex,
    reason: `failed pass ${String(failed.runIndex)} of ${String(state.passesRequired)}`,
  };
}

/** The pass with this index: a boot before it where due, or the next try; undefined when its tries are used up. */
function nextRun(
  state: ValidationState,
  facts: ValidationFacts,
  runIndex: number,
  kind: PassKind,
): ValidationStep | undefined {
  const { policy, passes } = state;
  const tries = passes.filter((pass) => pass.runIndex === runIndex);
  if (tries.length > policy.inconclusiveRetries) return undefined;
  const previous = passes.at(-1);
  const notBefore = previous === undefined ? 0 : previous.finishedAt + policy.minutesBetween * MINUTE;
  if (facts.now < notBefore)
    return {
      do: "wait",
      until: notBefore,
      reason: `pass ${String(runIndex)} is due ${String(policy.minutesBetween)} minutes after the one before`,
      code: "PassNotDue",
    };
  if (facts.nobody !== undefined) return forWorker(facts.now, facts.nobody);
  const bootDue =
    policy.freshBootEvery > 0 && kind === "required" && runIndex > 1 && (runIndex - 1) % policy.freshBootEvery === 0;
  if (bootDue && tries.length === 0 && !facts.bootedFor.includes(runIndex))
    return facts.limited === undefined ? { do: "boot", runIndex } : { do: "wait", ...facts.limited };
  return { do: "pass", runIndex, try: tries.length, kind };
}
