import type { CheckJudgement, NodeJudgement } from "@slipway/domain";

/** How the judgement of a copy differs from that of the original: in verdicts, codes, causes and kinds of parts. */
export function judgementDifferences(original: NodeJudgement, copy: NodeJudgement): string[] {
  const differences = original.checks.flatMap((check) => {
    const other = copy.checks.find((one) => one.check === check.check);
    if (other === undefined) return [`${check.check} was not judged`];
    if (other.verdict !== check.verdict) return [`${check.check} is ${other.verdict} instead of ${check.verdict}`];
    const [wanted, seen] = [essence(check), essence(other)];
    return wanted.join("\n") === seen.join("\n")
      ? []
      : [`${check.check} finds ${seen.join(", ") || "nothing"} instead of ${wanted.join(", ") || "nothing"}`];
  });
  return original.verdict === copy.verdict
    ? differences
    : [`the node is ${copy.verdict} instead of ${original.verdict}`, ...differences];
}

function essence({ findings }: CheckJudgement): string[] {
  return findings.map(({ code, verdict, cause, scope }) => `${code} (${verdict}, ${cause}, ${scope.kind})`).sort();
}
