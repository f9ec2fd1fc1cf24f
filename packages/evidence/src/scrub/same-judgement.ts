import type { CheckJudgement, Finding, NodeJudgement } from "@slipway/domain";

/**
 * How the judgement of a copy differs from that of the original: in verdicts, codes, causes and kinds of parts; with the
 * findings that differ and where each was read.
 */
export function judgementDifferences(original: NodeJudgement, copy: NodeJudgement): string[] {
  const differences = original.checks.flatMap((check) => {
    const other = copy.checks.find((one) => one.check === check.check);
    if (other === undefined) return [`${check.check} was not judged`];
    const verdict = other.verdict === check.verdict ? "" : ` is ${other.verdict} instead of ${check.verdict}`;
    const findings = findingDifferences(check, other);
    if (verdict === "" && findings.length === 0) return [];
    return [`${check.check}${verdict}${findings.length === 0 ? "" : `: ${findings.join("; ")}`}`];
  });
  return original.verdict === copy.verdict
    ? differences
    : [`the node is ${copy.verdict} instead of ${original.verdict}`, ...differences];
}

/** What the copy finds and the original does not, in the copy's words; and what is no longer found, without its message: that has names. */
function findingDifferences(check: CheckJudgement, other: CheckJudgement): string[] {
  return [
    ...without(other.findings, check.findings).map(
      (finding) => `the copy also finds ${essence(finding)}${place(finding)}: ${finding.message}`,
    ),
    ...without(check.findings, other.findings).map(
      (finding) => `the copy does not find ${essence(finding)}${place(finding)}`,
    ),
  ];
}

/** The findings that have no like among the others; each of the others stands for one. */
function without(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const left = others.map(essence);
  return findings.filter((finding) => {
    const at = left.indexOf(essence(finding));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function essence({ code, verdict, cause, scope }: Finding): string {
  return `${code} (${verdict}, ${cause}, ${scope.kind})`;
}

function place({ evidence: [pointer] }: Finding): string {
  if (pointer === undefined) return "";
  const { probe, stream = "out", line, path } = pointer;
  const part = line === undefined ? path : `line ${String(line)}`;
  return ` in ${probe}.${stream}${part === undefined ? "" : `, ${part}`}`;
}
