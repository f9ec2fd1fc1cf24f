import { z } from "zod";

export const PROPOSAL_SCHEMA = "slipway/proposal@1";

const control = /\p{Cc}/u;
/** One line of free text. */
const Words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !control.test(text), "is one line, without control characters");
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in hexadecimal");
const Instant = z.iso.datetime({ precision: 0 });
const Probability = z.number().gt(0).lt(1);

/** Also the name of the proposal's file, so it holds only characters that are safe in one. */
export const ProposalId = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words joined by '-'");
export const ProposalKind = z.enum(["check", "expectation", "policy"]);
export type ProposalKind = z.infer<typeof ProposalKind>;
export const ProposalState = z.enum([
  "draft",
  "open",
  "approved",
  "staged",
  "applied",
  "reverted",
  "rejected",
  "expired",
]);
export type ProposalState = z.infer<typeof ProposalState>;
export const Segment = z.enum(["frontier", "research", "fleet"]);
export type Segment = z.infer<typeof Segment>;

/** A file below `fleet/` by its content before and after; null where it is not there. */
const ChangedFile = z.strictObject({
  path: z
    .string()
    .regex(
      /^(?:lanes\/[\w.-]+\.ya?ml|expectations\/(?:vendor|sku|cluster)\/[\w.-]+\.ya?ml|clusters\.yaml)$/,
      "a lane, an expectations file or clusters.yaml",
    ),
  before: Sha256.nullable(),
  after: Sha256.nullable(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

/** Two commits of a repository between which a check's folder changes. */
const CheckChange = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  from: z.string().regex(/^[0-9a-f]{40,64}$/),
  to: z.string().regex(/^[0-9a-f]{40,64}$/),
});

const Change = z.strictObject({
  /** A unified diff: applying writes it, and reverting takes it back. */
  diff: z.string().min(1).max(1_000_000),
  files: z.array(ChangedFile).max(50).default([]),
  check: CheckChange.optional(),
  /** The settings that are tried on canary nodes, by the names that `slipway canary` takes. */
  settings: z
    .array(z.strictObject({ kind: z.enum(["check", "expectation", "lane", "image"]), name: z.string().min(1) }))
    .min(1)
    .max(500),
  /** In which ways it lets in machines that were refused before, as far as the files tell. */
  relaxes: z.array(Words).max(100).default([]),
  /** Changed values of which the files do not tell whether they let more machines in; the backtest tells it. */
  may_relax: z.array(Words).max(100).default([]),
});

/** How the randomised arm measures what a relaxed threshold lets in (statistics.md 1.4). */
const Arm = z.strictObject({
  probability: Probability,
  segment: Segment,
  /** Admitted machines after which it ends in any case; `slipway canary size` says how many. */
  canaries: z.number().int().min(1).max(1_000_000),
  /** Wald's sequential test that ends it early: p0 and p1 are a good and a bad re-ban rate, alpha and beta its errors. */
  stop: z
    .strictObject({ p0: Probability, p1: Probability, alpha: Probability, beta: Probability })
    .refine(({ p0, p1 }) => p0 < p1, "p0 has to be below p1")
    .refine(({ alpha, beta }) => alpha + beta < 1, "alpha and beta have to be below 1 together"),
});

/** A team that has to approve, for one segment or, where that is null, for all of them. */
export const RequiredOwner = z.strictObject({ owner: Words, segment: Segment.nullable(), why: Words });
export type RequiredOwner = z.infer<typeof RequiredOwner>;

/** What an approval is bound to. `terms` holds author, plan, owners and expiry together. */
export const Binding = z.strictObject({
  diff: Sha256,
  simulation: Sha256.nullable(),
  backtest: Sha256.nullable(),
  terms: Sha256,
});
export type Binding = z.infer<typeof Binding>;

/** A JWS in flattened JSON (RFC 7515, 7.2.2). */
export const Signed = z.strictObject({ payload: z.string(), protected: z.string(), signature: z.string() });
export type Signed = z.infer<typeof Signed>;

/** An approval as it was given. It counts only while its proof can be verified; this file alone proves nothing. */
const Approval = z.strictObject({
  by: Words,
  at: Instant,
  binding: Binding,
  proof: z.union([z.strictObject({ signed: Signed }), z.strictObject({ audit: z.number().int().positive() })]),
});
export type Approval = z.infer<typeof Approval>;

/** A setting that applying stages, and what was active before; null for the first of its name. */
const StagedSetting = z.strictObject({
  kind: z.enum(["check", "expectation", "lane", "image"]),
  name: z.string(),
  digest: z.string(),
  before: z.string().nullable(),
});
export type StagedSetting = z.infer<typeof StagedSetting>;

/** An act, written before it is tried. `unknown`: it was tried, and nobody can read whether it had its effect. */
const Act = z.strictObject({
  key: z.string(),
  act: z.enum(["apply", "revert", "post"]),
  by: Words,
  at: Instant,
  outcome: z.enum(["done", "failed", "unknown"]).nullable(),
  ended: Instant.nullable(),
  note: Words.nullable(),
  /** For a post that was answered with a time to wait: it is not sent again before. */
  not_before: Instant.nullable().default(null),
  /** For `apply`: the settings that reverting takes back. */
  settings: z.array(StagedSetting).default([]),
});
export type Act = z.infer<typeof Act>;

const HistoryEntry = z.strictObject({
  at: Instant,
  by: Words,
  from: ProposalState.nullable(),
  to: ProposalState,
  reason: Words,
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** A document of another command, kept as it was printed. */
const document = (schema: string): z.ZodType<Readonly<Record<string, unknown>>> =>
  z.looseObject({ schema: z.literal(schema) });

/** `fleet/proposals/<id>.yaml`: a change of what a fleet is judged by, from its draft to its end. */
export const Proposal = z
  .strictObject({
    schema: z.literal(PROPOSAL_SCHEMA),
    id: ProposalId,
    kind: ProposalKind,
    title: Words,
    reason: Words,
    author: Words,
    created: Instant,
    expires: Instant,
    state: ProposalState,
    change: Change,
    /** Answers of `slipway simulate`. */
    simulation: z.array(document("slipway/simulation@1")).max(200).default([]),
    /** The last line of `slipway backtest`. */
    backtest: document("slipway/backtest@1").nullable().default(null),
    canary: z
      .strictObject({ nodes: z.array(Words).max(100).default([]), arm: Arm.nullable().default(null) })
      .prefault({}),
    owners: z.array(RequiredOwner).max(200),
    approvals: z.array(Approval).max(1000).default([]),
    acts: z.array(Act).max(10_000).default([]),
    /** Append-only. */
    history: z.array(HistoryEntry).min(1),
  })
  .superRefine(({ kind, change, state, history, created, expires }, context) => {
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    if ((kind === "check") !== (change.check !== undefined))
      issue(["change", "check"], kind === "check" ? "is needed for kind check" : `has no place in kind ${kind}`);
    if ((kind === "check") === change.files.length > 0)
      issue(["change", "files"], kind === "check" ? "a check is changed by commits, not by files" : "is empty");
    for (const [index, { path }] of change.files.entries()) {
      if ((kind === "expectation") !== path.startsWith("expectations/") && kind !== "check")
        issue(["change", "files", index, "path"], `is no file of kind ${kind}`);
      if (change.files.findIndex((other) => other.path === path) !== index)
        issue(["change", "files", index, "path"], "occurs twice");
    }
    if (Date.parse(expires) <= Date.parse(created)) issue(["expires"], "is not after its creation");
    if (history.at(-1)?.to !== state)
      issue(["state"], `is ${state}, and its history ends in ${String(history.at(-1)?.to)}`);
    for (const [index, { from }] of history.entries())
      if (from !== (history[index - 1]?.to ?? null))
        issue(["history", index, "from"], "is not where the entry before ended");
  });
export type Proposal = z.infer<typeof Proposal>;
