import { z } from "zod";
import { Cause } from "./finding.ts";

/** Why a machine is validated. */
export const Trigger = z.enum([
  "re-entry",
  "post-maintenance",
  "post-repair",
  "post-ban",
  "new-hardware",
  "canary",
  "on-demand",
]);
export type Trigger = z.infer<typeof Trigger>;

/** `queued`, `running` and `held` are open; the others are ends. */
export const ValidationStatus = z.enum(["queued", "running", "held", "released", "banned", "cancelled"]);
export type ValidationStatus = z.infer<typeof ValidationStatus>;

/** How passes count (settled.md B, Passes). */
export const PassPolicy = z.object({
  /** All in a row, or in all. */
  counting: z.enum(["consecutive", "cumulative"]).default("consecutive"),
  /** `ban`: the first fail ends the validation. `reset`: a new attempt at 0, while attempts are left. */
  onFail: z.enum(["ban", "reset"]).default("ban"),
  maxAttempts: z.number().int().min(1).max(100).default(1),
  /** Tries of one pass after an inconclusive one; then the validation is held. */
  inconclusiveRetries: z.number().int().min(0).max(100).default(2),
  /** A boot proven by boot id before every n-th pass; 0 never. */
  freshBootEvery: z.number().int().min(0).max(1000).default(0),
  /** Marked extra runs after a fail, for telling flakes apart later. They overrule nothing. */
  confirmations: z.number().int().min(0).max(20).default(0),
  /** Share of failed attempts whose remaining runs are made all the same, for the statistics. */
  keepRunning: z.number().min(0).max(1).default(0),
  minutesBetween: z.number().min(0).max(10_080).default(0),
});
export type PassPolicy = z.infer<typeof PassPolicy>;

/** `confirmation` and `after-failure` runs count for nothing but the statistics. */
export const PassKind = z.enum(["required", "confirmation", "after-failure"]);
export type PassKind = z.infer<typeof PassKind>;

/** Causes a ban can have, in the order of precedence; a tool is never one. */
export const BAN_CAUSES = ["hardware", "fabric", "platform", "configuration", "unknown", "workload"] as const;
export const BanCause = Cause.extract([...BAN_CAUSES]);
export type BanCause = z.infer<typeof BanCause>;

/** The findings that say why a ban has its cause. */
export const Attribution = z.object({
  findings: z.array(
    z.object({
      check: z.string(),
      code: z.string(),
      cause: Cause,
      scope: z.string(),
      serial: z.string().optional(),
      message: z.string(),
    }),
  ),
  /** In words for people. */
  rule: z.string(),
  /** Who gave the cause by hand, after the ban was made: no rule overrules it. */
  person: z.string().optional(),
});
export type Attribution = z.infer<typeof Attribution>;

/** How a machine came in; `canary` and `override` are populations of their own. */
export const EntryKind = z.enum(["new", "ofr", "move", "maintenance", "canary", "override"]);
export type EntryKind = z.infer<typeof EntryKind>;

/** The randomised canary arm's coin, stored before the deciding pass. */
export const CanaryCoin = z.object({
  probability: z.number().min(0).max(1),
  seed: z.string(),
  drawn: z.number().min(0).max(1),
  admitted: z.boolean(),
});
export type CanaryCoin = z.infer<typeof CanaryCoin>;

/** By what a pass was judged: check builds, lane, expectations and image, each by content. */
export const JudgedBy = z.object({
  checks: z.record(z.string(), z.object({ version: z.string(), digest: z.string() })),
  lane: z.string(),
  expectations: z.string(),
  image: z.string().nullable(),
});
export type JudgedBy = z.infer<typeof JudgedBy>;

/** One probe's record and where its bytes lie. */
export const EvidenceRef = z.object({
  record: z.record(z.string(), z.unknown()),
  out: z.string().nullable(),
  err: z.string().nullable(),
  size: z.number(),
});
export type EvidenceRef = z.infer<typeof EvidenceRef>;
