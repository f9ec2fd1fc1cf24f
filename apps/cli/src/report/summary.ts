import type { Cause, EvidencePointer, Finding, NodeJudgement, RackJudgement, Verdict } from "@slipway/domain";

/** Causes in the order in which a person wants to read them. */
const CAUSES: readonly Cause[] = ["hardware", "fabric", "platform", "configuration", "unknown", "tool", "workload"];

/** A finding with the node or rack and the check it comes from. */
export interface Located extends Finding {
  readonly where: string;
  readonly check: string;
}

/** Findings that are no pass, by cause; fails first. */
export function byCause(nodes: readonly NodeJudgement[], racks: readonly RackJudgement[]): [Cause, Located[]][] {
  const all: Located[] = [
    ...nodes.flatMap(({ node, checks }) =>
      checks.flatMap(({ check, findings }) => findings.map((finding) => ({ ...finding, where: node, check }))),
    ),
    ...racks.flatMap(({ rack, findings }) => findings.map((finding) => ({ ...finding, where: `rack ${rack}` }))),
  ].filter((finding) => finding.verdict !== "pass");
  const rank = (finding: Located): number => (finding.verdict === "fail" ? 0 : 1);
  return CAUSES.map((cause): [Cause, Located[]] => [
    cause,
    all.filter((finding) => finding.cause === cause).sort((a, b) => rank(a) - rank(b)),
  ]).filter(([, findings]) => findings.length > 0);
}

export function pointerText({ probe, stream, line, path }: EvidencePointer): string {
  return `${probe}${stream === "err" ? ".err" : ""}${line === undefined ? "" : `:${String(line)}`}${path === undefined ? "" : `#${path}`}`;
}

/** Counts of verdicts, as a sentence. */
export function verdictCounts(verdicts: readonly Verdict[]): string {
  return (["fail", "inconclusive", "pass"] as const)
    .map((verdict) => [verdicts.filter((one) => one === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${String(count)} ${verdict}`)
    .join(", ");
}
