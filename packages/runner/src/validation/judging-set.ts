import { createHash } from "node:crypto";
import type { CheckJudgement, Expectations, NodeIdentity } from "@slipway/domain";
import { judgeNode, type Checks } from "@slipway/evidence";
import { createEvidence, type ProbeCapture } from "@slipway/plugin-sdk";
import type { JudgingSet } from "./parts.ts";

/** Judgements kept for evidence that comes again byte for byte: a healthy node prints much the same each time. */
const KEPT = 1_000;

/**
 * A judging set over loaded checks.
 *
 * @param digests content hash of each check's build
 * @param staged changes that canary nodes try
 * @param remember how many judgements are kept by content, 0 for none; a check is a pure function, so the answer is the same
 */
export function judgingSet(
  checks: Checks,
  digests: Readonly<Record<string, string>>,
  { remember = KEPT, staged = [] }: { readonly remember?: number; readonly staged?: JudgingSet["staged"] } = {},
): JudgingSet {
  const kept = new Map<string, CheckJudgement>();
  return {
    checks,
    digests,
    staged,
    judge(ids, node, captures, expectations) {
      const evidence = createEvidence(node, captures);
      const one = (id: string): CheckJudgement => {
        const [judgement] = judgeNode(evidence, expectations, checks, [id]).checks;
        if (judgement === undefined) throw new RangeError(`the check ${id} judged nothing`);
        return judgement;
      };
      if (remember === 0) return ids.map(one);
      const hashes = new Map([...captures].map(([id, capture]) => [id, hashOf(capture)]));
      return ids.map((id) => {
        const key = keyOf(id, { checks, digests, node, hashes, expectations });
        const known = kept.get(key);
        if (known !== undefined) return known;
        const judgement = one(id);
        if (kept.size >= remember) kept.delete(kept.keys().next().value ?? "");
        // A copy: V8 keeps the whole output in memory for a text that was cut out of it.
        kept.set(key, structuredClone(judgement));
        return judgement;
      });
    },
  };
}

/** Everything that a judgement depends on: the check's build, its probes' output and records, the node and the expectations. */
function keyOf(
  id: string,
  {
    checks,
    digests,
    node,
    hashes,
    expectations,
  }: {
    readonly checks: Checks;
    readonly digests: Readonly<Record<string, string>>;
    readonly node: NodeIdentity;
    readonly hashes: ReadonlyMap<string, string>;
    readonly expectations: Expectations;
  },
): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([id, digests[id], node, expectations]));
  for (const { probe } of checks.get(id)?.probes ?? [])
    for (const [name, digest] of hashes)
      if (name === probe.id || name.startsWith(`${probe.id}-`)) hash.update(`${name}\n${digest}\n`);
  return hash.digest("base64");
}

function hashOf({ record, stdout, stderr, stdoutProblem, stdoutDamaged }: ProbeCapture): string {
  const { argv, exitCode, signal, timedOut, startError, truncated } = (record ?? {}) as Readonly<
    Record<string, unknown>
  >;
  return createHash("sha256")
    .update(
      JSON.stringify([argv, exitCode, signal, timedOut, startError, truncated, stdoutProblem, stdoutDamaged, stderr]),
    )
    .update(stdout ?? "")
    .digest("base64");
}
