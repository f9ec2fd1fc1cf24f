import type { CheckJudgement, Finding } from "@slipway/domain";
import { z } from "zod";

const ScopeExpected = z.union([
  z.string(),
  z.strictObject({ kind: z.string(), id: z.string(), causes: z.array(z.string()).optional() }),
  z.strictObject({
    anyOf: z.array(z.union([z.string(), z.strictObject({ kind: z.string(), id: z.string() })])),
    causes: z.array(z.string()).optional(),
  }),
]);
type ScopeExpected = z.output<typeof ScopeExpected>;

/** What a check must answer for an example; null means that it does not matter. */
export const ExpectedCheck = z.strictObject({
  verdict: z.string(),
  causes: z.array(z.string()).nullable(),
  otherCauses: z.array(z.string()).optional(),
  scopes: z.array(ScopeExpected).nullable(),
});
export type ExpectedCheck = z.output<typeof ExpectedCheck>;

/** `expected.json` of an evidence bundle: the right answer by the rules, written by hand. */
export const ExpectedAnswer = z.strictObject({
  /** Exit code of `slipway judge` with one `--check` for each check named below. */
  exit: z.number().int(),
  /** The node's verdict; null when the input must be refused. */
  node: z.string().nullable(),
  checks: z.record(z.string(), ExpectedCheck),
  why: z.string().min(1),
});
export type ExpectedAnswer = z.output<typeof ExpectedAnswer>;

function names(scope: Finding["scope"], expected: string | { kind: string; id: string }): boolean {
  const { kind, id } = typeof expected === "string" ? { kind: scope.kind, id: expected } : expected;
  if (scope.kind !== kind) return false;
  const seen = scope.id.toLowerCase();
  const wanted = id.toLowerCase();
  return seen === wanted || (seen.endsWith(wanted) && /[^a-z0-9]/.test(seen.charAt(seen.length - wanted.length - 1)));
}

/** How a judgement differs from the expected answer, in words; empty when it agrees. */
export function disagreements(expected: ExpectedCheck, judgement: CheckJudgement): string[] {
  if (judgement.verdict !== expected.verdict) return [`verdict ${judgement.verdict} instead of ${expected.verdict}`];
  const { causes, otherCauses = [], scopes } = expected;
  const deciding = judgement.findings.filter((finding) => finding.verdict === expected.verdict);
  const found: string[] = [];
  const named = new Set<Finding>();
  for (const scope of scopes ?? []) {
    const choices = typeof scope === "object" && "anyOf" in scope ? scope.anyOf : [scope];
    const findings = deciding.filter((finding) => choices.some((choice) => names(finding.scope, choice)));
    const allowed = (typeof scope === "object" ? scope.causes : undefined) ?? causes;
    const shown = JSON.stringify(scope);
    if (findings.length === 0) found.push(`no ${expected.verdict} finding names ${shown}`);
    else if (allowed !== null && !findings.some((finding) => allowed.includes(finding.cause)))
      found.push(
        `the cause for ${shown} is ${findings.map((finding) => finding.cause).join(", ")}, not one of ${allowed.join(", ")}`,
      );
    for (const finding of findings) named.add(finding);
  }
  if (causes === null) return found;
  if ((scopes ?? []).length === 0 && !deciding.some((finding) => causes.includes(finding.cause)))
    found.push(`no ${expected.verdict} finding has a cause of ${causes.join(", ")}`);
  for (const finding of deciding) {
    if (!named.has(finding) && ![...causes, ...otherCauses].includes(finding.cause))
      found.push(
        `finding ${finding.code} has cause ${finding.cause}, outside ${[...causes, ...otherCauses].join(", ")}`,
      );
  }
  return found;
}
