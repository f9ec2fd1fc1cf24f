/** One judgement of a staged change on a canary node's evidence, or on evidence of a known fault. */
export interface Trial {
  readonly control: "positive" | "negative";
  /** Which canary node, or which kind of fault. */
  readonly subject: string;
  readonly active: "pass" | "fail" | "inconclusive" | "not-applicable" | null;
  readonly staged: "pass" | "fail" | "inconclusive" | "not-applicable";
  /** Negative: whether the fault was caught as what it is. */
  readonly good: boolean;
}

export interface GateRequirements {
  /** Canary nodes that must have passed. */
  readonly canaries: number;
  /** Kinds of faults, each of which must have been caught once: fail codes of a changed check, else checks. */
  readonly faults: readonly string[];
}

export interface Gate {
  readonly open: boolean;
  /** What has to be shown before it opens, one sentence each. */
  readonly missing: readonly string[];
  /** The canary node on which only the change fails, in a sentence; that node is not banned. */
  readonly blamed: string | undefined;
}

/**
 * Whether a staged change may become active (settled.md B, Checks as builds): known-good nodes pass
 * under it (positive control), and it catches a fault of each kind (negative control).
 *
 * Where a canary node passes under the active settings and not under the staged ones, the change is at
 * fault. A node that fails under the active settings says nothing of the change, and is handled like any other.
 */
export function canaryGate(trials: readonly Trial[], { canaries, faults }: GateRequirements): Gate {
  const positive = trials.filter(({ control, active }) => control === "positive" && active === "pass");
  const broken = positive.find(({ staged }) => staged !== "pass" && staged !== "not-applicable");
  const good = new Set(positive.filter(({ staged }) => staged === "pass").map(({ subject }) => subject));
  const caught = new Set(
    trials.filter(({ control, good }) => control === "negative" && good).map(({ subject }) => subject),
  );
  const missing = [
    ...(good.size < canaries ? [`${String(good.size)} of ${String(canaries)} canary nodes have passed under it`] : []),
    ...faults
      .filter((kind) => !caught.has(kind))
      .map((kind) => `no fault of the kind ${kind} was shown to it and caught`),
  ];
  const blamed =
    broken === undefined
      ? undefined
      : `${broken.subject} passes under the active one and is ${broken.staged} under this one`;
  return { open: missing.length === 0 && blamed === undefined, missing, blamed };
}
