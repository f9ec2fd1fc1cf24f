import type { Cause, Expectations, Finding, FindingVerdict } from "@slipway/domain";
import type { z } from "zod";
import type { Evidence } from "./evidence.ts";
import type { Probe } from "./probes/probe.ts";

/** Expectation sections a check reads, by name, with the schema of each. */
export type Sections = Readonly<Record<string, z.ZodObject>>;

/** What `judge` is given: each section, absent when the node has no such expectation. */
export type Expected<S extends Sections> = { readonly [Name in keyof S]?: z.output<S[Name]> };

/** What a finding code means; the tables of the README are made from it. */
export interface CodeMeaning {
  readonly verdict: FindingVerdict;
  readonly causes: readonly Cause[];
  readonly meaning: string;
  /** What a person does about it. */
  readonly remedy: string;
  /** Names under which this code was released before (docs/codes.md); `codeNow` follows them. */
  readonly formerly?: readonly string[];
}

/** One node of a rack, as the rack view sees it. */
export interface RackMember<S extends Sections> {
  readonly evidence: Evidence;
  readonly expected: Expected<S>;
}

export interface CheckDefinition<S extends Sections = Sections, Code extends string = string> {
  /** Equals the folder's name. */
  readonly id: string;
  /** Semantic version of the judging: a verdict names the version that gave it. */
  readonly version: string;
  /** What is proven, as one line. */
  readonly title: string;
  /** Probes the check reads. Those that are `optional` may be missing from a bundle without harm. */
  readonly probes: readonly { readonly probe: Probe; readonly optional?: boolean; readonly why: string }[];
  readonly sections: S;
  /** Dotted keys the check cannot do without for this node, such as `gpus.count`. */
  readonly needs: readonly string[] | ((expected: Expected<S>) => readonly string[]);
  readonly codes: Readonly<Record<Code, CodeMeaning>>;
  /**
   * Why the check has nothing to say about a node of which this is expected; undefined where it judges. Asked before
   * any section is read by its schema, so that nothing else in a section stands in the way (rules F1, I10).
   *
   * @param expectations as the node's files give them, without nulls
   */
  notApplicable?(expectations: Expectations): string | undefined;
  /**
   * Judges one node. Pure: no clock, no randomness, no I/O, no environment; the same evidence and
   * expectations give the same findings. No findings is a pass. Missing expectations that `needs`
   * names are reported by the caller, so `judge` only leaves out what it cannot judge without them.
   */
  judge(evidence: Evidence, expected: Expected<S>): readonly FindingOf<Code>[];
  /** Judges what the members of one rack, seen together, disagree on. Pure like `judge`. */
  judgeRack?(members: readonly RackMember<S>[]): readonly FindingOf<Code>[];
}

/** A finding whose code is one of the check's own or one that every check has. */
export type FindingOf<Code extends string> = Finding & { readonly code: Code | CommonCode };

/** A check of any sections, as the catalog hands it out. */
export type Check = Omit<CheckDefinition, "judge" | "judgeRack" | "needs"> & {
  readonly kind: "check";
  readonly needs: (expected: Expectations) => readonly string[];
  readonly judge: (evidence: Evidence, expected: Expectations) => readonly Finding[];
  readonly judgeRack?: (members: readonly { evidence: Evidence; expected: Expectations }[]) => readonly Finding[];
};

/** Codes that every check may give besides its own; they need no row in its README. */
export const commonCodes = {
  "evidence-missing": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A probe that the check needs was not collected.",
    remedy: "Collect again with this check's probes.",
  },
  "evidence-unusable": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A probe could not start, was cut short, or returned damaged or unknown output.",
    remedy: "Read the reason; repair the tool or its access on the node and collect again.",
  },
  "expectation-missing": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "No expectation says what must be true of this node.",
    remedy: "Add the key to the expectations of its vendor, SKU or cluster.",
  },
  "expectation-invalid": {
    verdict: "inconclusive",
    causes: ["configuration"],
    meaning: "An expectation of the node has a value that cannot be read.",
    remedy: "Correct the key that is named.",
  },
  "check-crashed": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "The check itself failed on this evidence.",
    remedy: "A bug: report it with the bundle.",
  },
} as const satisfies Record<string, CodeMeaning>;
export type CommonCode = keyof typeof commonCodes;

/**
 * Declares a check.
 *
 * @example
 * export default defineCheck({ id: "virt", version: "1.0.0", title: "…", probes: [{ probe: probes.virt, why: "…" }],
 *   sections: { hypervisor: HypervisorExpectations }, needs: ["hypervisor.virt"], codes: { … }, judge });
 */
export function defineCheck<S extends Sections, Code extends string>(definition: CheckDefinition<S, Code>): Check {
  const { needs } = definition;
  return {
    ...(definition as unknown as Check),
    kind: "check",
    needs: typeof needs === "function" ? (needs as Check["needs"]) : () => needs,
  };
}
