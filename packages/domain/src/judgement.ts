import { z } from "zod";
import { Finding } from "./finding.ts";
import { FindingVerdict, Verdict } from "./verdict.ts";

export const JUDGEMENT_SCHEMA = "slipway/judgement@1";
export const RACK_JUDGEMENT_SCHEMA = "slipway/rack-judgement@1";

/** What one check concluded about one node. */
export const CheckJudgement = z.object({
  check: z.string(),
  version: z.string(),
  verdict: Verdict,
  /** Why the check does not apply; only with verdict `not-applicable`. */
  reason: z.string().optional(),
  findings: z.array(Finding),
});
export type CheckJudgement = z.infer<typeof CheckJudgement>;

/** What all checks concluded about one node: one line of `slipway judge --json`. */
export const NodeJudgement = z.object({
  schema: z.literal(JUDGEMENT_SCHEMA),
  node: z.string(),
  verdict: FindingVerdict,
  checks: z.array(CheckJudgement),
});
export type NodeJudgement = z.infer<typeof NodeJudgement>;

/** What the nodes of one rack, seen together, disagree on. */
export const RackJudgement = z.object({
  schema: z.literal(RACK_JUDGEMENT_SCHEMA),
  rack: z.string(),
  cluster: z.string().nullable(),
  vendor: z.string().nullable(),
  verdict: FindingVerdict,
  findings: z.array(Finding.extend({ check: z.string() })),
  nodes: z.array(z.object({ node: z.string(), verdict: FindingVerdict })),
});
export type RackJudgement = z.infer<typeof RackJudgement>;
