import {
  JUDGEMENT_SCHEMA,
  RequiredChecks,
  verdictOfParts,
  type CheckJudgement,
  type Expectations,
  type NodeJudgement,
} from "@slipway/domain";
import { nodeScope, runCheck, SlipwayError, type Check, type Evidence } from "@slipway/plugin-sdk";

/** A set of checks by id, as the catalog hands them out. */
export type Checks = ReadonlyMap<string, Check>;

/**
 * Judges one node by its evidence.
 *
 * @param only ids given by the caller; without them `expectations.checks` says what the node must
 *   prove, and without that every check does. Never derived from the probes that happen to be there.
 * @throws SlipwayError of kind `input` for an id in `only` that is no check
 */
export function judgeNode(
  evidence: Evidence,
  expectations: Expectations,
  checks: Checks,
  only?: readonly string[],
): NodeJudgement {
  const judgements = selectChecks(evidence, expectations, checks, only).map((selected) =>
    "judge" in selected ? runCheck(selected, evidence, expectations) : selected,
  );
  return {
    schema: JUDGEMENT_SCHEMA,
    node: evidence.node.name,
    verdict: verdictOfParts(judgements.map((judgement) => judgement.verdict)),
    checks: judgements,
  };
}

/** The checks a node is judged by; one that it must prove and that nobody knows is inconclusive, not skipped. */
function selectChecks(
  evidence: Evidence,
  expectations: Expectations,
  checks: Checks,
  only?: readonly string[],
): readonly (Check | CheckJudgement)[] {
  if (only !== undefined && only.length > 0)
    return [...new Set(only)].map((id) => checks.get(id) ?? unknownCheck(id, checks));
  const required = expectations["checks"];
  if (required === undefined || required === null) return [...checks.values()];
  const parsed = RequiredChecks.safeParse(required);
  const cannot = (check: string, code: string, message: string): CheckJudgement => ({
    check,
    version: "0.0.0",
    verdict: "inconclusive",
    findings: [
      {
        code,
        verdict: "inconclusive",
        cause: "configuration",
        scope: nodeScope(evidence),
        message,
        expected: "checks",
        evidence: [],
      },
    ],
  });
  if (!parsed.success || parsed.data.length === 0)
    return [cannot("checks", "expectation-invalid", "The expectation checks names no check.")];
  return [...new Set(parsed.data)].map(
    (id) =>
      checks.get(id) ?? cannot(id, "check-unknown", `The node must prove ${id}, which this version does not know.`),
  );
}

export function unknownCheck(id: string, checks: Checks): never {
  throw new SlipwayError("input", `--check ${id}: there is no such check`, {
    hint: `known checks: ${[...checks.keys()].join(", ")}`,
  });
}
