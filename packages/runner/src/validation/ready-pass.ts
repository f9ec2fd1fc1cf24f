import type { CheckJudgement, EvidenceRef, JudgedBy, PassKind, ReasonCode } from "@slipway/domain";
import type { TrialRow } from "@slipway/fleet";
import type { Reached } from "@slipway/plugin-sdk";

/** A pass that was run and judged, ready to be counted. Its evidence is durable already. */
export interface ReadyPass {
  /** The intent it was run for. */
  readonly key: string;
  readonly fence: number;
  readonly validation: number;
  readonly priority: number;
  readonly attempt: number;
  readonly runIndex: number;
  readonly try: number;
  readonly kind: PassKind;
  readonly machine: number;
  readonly node: string;
  readonly cluster: string | null;
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly checks: readonly CheckJudgement[];
  readonly bootId: string | null;
  readonly systemSerial: string | null;
  readonly gpuSerials: readonly string[];
  readonly gpuUuids: readonly string[];
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly judgedBy: JudgedBy;
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  /** Trials of staged changes on it, on a canary node. */
  readonly trials?: readonly TrialRow[];
  /** How its node was reached, where the way to it can tell. */
  readonly reached?: Reached | undefined;
  /** Why it was not counted as judged: in use, another machine under the name. Holds the validation. */
  readonly hold?: Hold | undefined;
}

/** Why a pass is not counted. */
export interface Hold {
  readonly code: ReasonCode;
  readonly reason: string;
  /** When it is looked at again, in milliseconds since 1970; null: a person decides. */
  readonly retryAt: number | null;
  /** The key that its node showed, where that is why. */
  readonly hostKey?: string;
}
