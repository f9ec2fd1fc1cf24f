import type { Cause, EvidencePointer, Finding, Scope } from "@slipway/domain";
import type { CodeMeaning } from "./check.ts";
import type { Evidence, ProbeOutput, Unusable } from "./evidence.ts";

/** The scope of a finding about no single part, and about the node itself (rule G8). */
export function nodeScope(evidence: Pick<Evidence, "node">): Scope {
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

/** The inconclusive finding for what a probe printed and a check cannot use, for a reason that the check found. */
export function unusable(
  probe: string,
  reason: string,
  scope: Scope,
  evidence: readonly EvidencePointer[] = [{ probe }],
): Finding & { code: "evidence-unusable" } {
  return {
    ...unusableFinding(
      { usable: false, probe, absent: false, started: true, unknownShape: false, reason, evidence },
      scope,
    ),
    code: "evidence-unusable",
  };
}

/** What a finding says besides its code; the cause may be left out where the code has one alone. */
type Details<Meaning extends CodeMeaning> = Pick<Finding, "scope" | "message"> &
  Partial<Pick<Finding, "evidence" | "action">> & {
    readonly expected?: string | undefined;
    readonly observed?: string | undefined;
  } & (Meaning["causes"] extends readonly [infer Only]
    ? { readonly cause?: Only }
    : { readonly cause: Meaning["causes"][number] });

/**
 * Makes the builder of a check's findings from its codes: the verdict is the code's, and the compiler
 * refuses a cause that the code does not declare.
 *
 * @example
 * export const finding = findingsOf(codes);
 * finding("rail-down", { scope, cause: "fabric", message: "…", evidence: [atLine(output, 3)] });
 */
export function findingsOf<const Codes extends Readonly<Record<string, CodeMeaning>>>(codes: Codes) {
  return <Code extends keyof Codes & string>(code: Code, details: Details<Codes[Code]>): Finding & { code: Code } => {
    const { verdict, causes } = codes[code] as CodeMeaning;
    const { scope, message, expected, observed, evidence = [], action } = details;
    const cause = (details as { cause?: Cause }).cause ?? causes[0];
    if (cause === undefined) throw new TypeError(`The code ${code} declares no cause.`);
    return {
      code,
      verdict,
      cause,
      scope,
      message,
      ...(expected === undefined ? {} : { expected }),
      ...(observed === undefined ? {} : { observed }),
      evidence,
      ...(action === undefined ? {} : { action }),
    };
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
