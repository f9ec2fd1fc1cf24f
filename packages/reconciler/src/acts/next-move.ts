import type { ActClass, Observed } from "@slipway/plugin-sdk";

/** What is known of an act when its effect was looked for. */
export interface Standing {
  readonly class: ActClass;
  readonly observed: Pick<Observed, "state" | "lookAgainMs">;
  /** Since it was written, in milliseconds. */
  readonly writtenMs: number;
  /** For how long it may have been performed, in milliseconds; undefined: it was not. */
  readonly sentMs: number | undefined;
  /** It was just performed, so that performing it is not the next move. */
  readonly performed: boolean;
  /** Somebody has it in hand, under an id of an operation. */
  readonly inHand: boolean;
}

export interface MoveLimits {
  /** Between two looks where the act does not say when. */
  readonly lookAgainMs: number;
  /**
   * How long the effect of an act that may have been performed is waited for; and, from when it was written, for an act
   * that was not to see whether it is to be.
   */
  readonly effectMs: number;
}

/** What is done next for an act. `fail` is a failed try, after which it is tried again. */
export type Move =
  { readonly do: "end" | "perform" | "fail" | "ask-person" } | { readonly do: "wait"; readonly forMs: number };

/**
 * What comes next once the effect of an act was looked for.
 *
 * An act of class `once` that may have been performed is never performed again: its effect is waited for, and when that
 * stays away a person decides.
 */
export function nextMove(standing: Standing, limits: MoveLimits): Move {
  const { state, lookAgainMs } = standing.observed;
  if (state === "already") return { do: "end" };
  const wait = { do: "wait", forMs: lookAgainMs ?? limits.lookAgainMs } as const;
  if (standing.class === "read") return state === "not-yet" || lookAgainMs !== undefined ? wait : { do: "fail" };
  if (standing.sentMs === undefined) {
    if (state === "not-yet") return { do: "perform" };
    return lookAgainMs !== undefined && standing.writtenMs < limits.effectMs ? wait : { do: "fail" };
  }
  if (standing.inHand && (state === "not-yet" || standing.sentMs < limits.effectMs)) return wait;
  if (lookAgainMs !== undefined && standing.sentMs < limits.effectMs) return wait;
  if (standing.class === "once") return { do: "ask-person" };
  return state === "not-yet" && !standing.performed ? { do: "perform" } : { do: "fail" };
}
