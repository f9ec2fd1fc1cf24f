import { verdictOfFindings, withoutNulls, type CheckJudgement, type Expectations, type Finding } from "@slipway/domain";
import type { Check } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import { nodeScope } from "./findings.ts";

/** What a check can use of a node's expectations, and findings about the rest of what it asked for. */
export interface PreparedExpectations {
  readonly expected: Expectations;
  readonly findings: readonly Finding[];
}

/** Reads the sections of a check; a section that is invalid is as good as absent, and is reported. */
export function prepareExpectations(check: Check, node: string, expectations: Expectations): PreparedExpectations {
  const expected: Record<string, unknown> = {};
  const findings: Finding[] = [];
  const invalid = new Set<string>();
  for (const [name, schema] of Object.entries(check.sections)) {
    const raw = withoutNulls(expectations[name] ?? undefined);
    if (raw === undefined) continue;
    const parsed = schema.safeParse(raw);
    if (parsed.success) {
      expected[name] = parsed.data;
      continue;
    }
    invalid.add(name);
    const issue = parsed.error.issues[0];
    const key = [name, ...(issue?.path ?? [])].join(".");
    findings.push(
      expectationFinding(
        "expectation-invalid",
        node,
        key,
        `The expectation ${key} cannot be read: ${issue?.message ?? "invalid"}.`,
      ),
    );
  }
  for (const key of check.needs(expected)) {
    const [section = key] = key.split(".", 1);
    if (invalid.has(section) || lookUp(expected, key) !== undefined) continue;
    findings.push(expectationFinding("expectation-missing", node, key, `No expectation ${key} for this node.`));
  }
  return { expected, findings };
}

function expectationFinding(
  code: "expectation-missing" | "expectation-invalid",
  node: string,
  key: string,
  message: string,
): Finding {
  return {
    code,
    verdict: "inconclusive",
    cause: "configuration",
    scope: { kind: "node", id: node },
    message,
    expected: key,
    evidence: [],
  };
}

function lookUp(value: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>(
      (inner, part) =>
        typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[part] : undefined,
      value,
    );
}

/**
 * Runs one check over one node's evidence (rules G1, G3, G11).
 *
 * A check that gives no finding without having read anything usable did not judge, so its silence
 * is never taken for a pass; and one that throws is reported, not trusted.
 */
export function runCheck(check: Check, evidence: Evidence, expectations: Expectations): CheckJudgement {
  const { id, version } = check;
  const reason = check.notApplicable?.(withoutNulls(expectations) as Expectations);
  if (reason !== undefined) return { check: id, version, verdict: "not-applicable", reason, findings: [] };
  const { expected, findings: aboutExpectations } = prepareExpectations(check, evidence.node.name, expectations);
  let readings = 0;
  const watched: Evidence = {
    node: evidence.node,
    probes: evidence.probes,
    printed: (probe) => evidence.printed(probe),
    read: (probe, format) => {
      const reading = evidence.read(probe, format);
      if (reading.usable) readings += 1;
      return reading;
    },
  };
  let own: readonly Finding[];
  try {
    own = check.judge(watched, expected);
  } catch (error) {
    own = [checkCrashed(nodeScope(evidence), `The check failed on this evidence: ${String(error)}`)];
  }
  const findings = [...aboutExpectations, ...own];
  if (findings.length === 0 && readings === 0 && check.probes.length > 0) {
    findings.push({
      code: "evidence-missing",
      verdict: "inconclusive",
      cause: "tool",
      scope: nodeScope(evidence),
      message: "The check read no evidence.",
      evidence: [],
    });
  }
  return { check: id, version, verdict: verdictOfFindings(findings.map((finding) => finding.verdict)), findings };
}

/** What is said of a check that did not come to an end: it proves nothing. */
export const checkCrashed = (scope: Finding["scope"], message: string): Finding => ({
  code: "check-crashed",
  verdict: "inconclusive",
  cause: "tool",
  scope,
  message,
  evidence: [],
});
