import type { EvidencePointer, Finding, Scope } from "@slipway/domain";
import type { Evidence, ProbeOutput, Unusable } from "./evidence.ts";

/** The scope of a finding about no single part, and about the node itself (rule G8). */
export function nodeScope(evidence: Evidence): Scope {
  return { kind: "node", id: evidence.node.name };
}

/** The inconclusive finding for a probe that cannot be used (rule G3); of the whole node unless a part is given. */
export function unusableFinding(
  unusable: Unusable,
  scope: Scope,
): Finding & { code: "evidence-missing" | "evidence-unusable" } {
  return {
    code: unusable.absent ? "evidence-missing" : "evidence-unusable",
    verdict: "inconclusive",
    cause: "tool",
    scope,
    message: `The probe ${unusable.probe} cannot be used: ${unusable.reason}.`,
    evidence: [...unusable.evidence],
  };
}

/** Pointer to a line of a probe's stdout. */
export function atLine(output: ProbeOutput, line: number): EvidencePointer {
  return { probe: output.probe, line };
}

/** Pointer into a JSON or XML document, with its line where the parser knows it. */
export function atPath(output: ProbeOutput, path: string, line?: number): EvidencePointer {
  return { probe: output.probe, ...(line === undefined ? {} : { line }), path };
}
