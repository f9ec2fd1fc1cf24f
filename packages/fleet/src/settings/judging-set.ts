import { isFiled, type Contents } from "@slipway/plugin-sdk";
import { createHash } from "node:crypto";
import type { CheckJudgement, Expectations, NodeIdentity } from "@slipway/domain";
import { judgementsBy, type Checks, type EvidenceReader, type Outputs, type ProbeBytes } from "@slipway/evidence";
import type { StagedChange } from "./worlds.ts";

/** The check builds that judge now, by content (settled.md B, Checks as builds). */
export interface JudgingSet {
  readonly checks: Checks;
  readonly digests: Readonly<Record<string, string>>;
  /** Changes that canary nodes try beside it. */
  readonly staged: readonly StagedChange[];
  /** Judges one node by the named checks, in their order. The same evidence gives the same answer. */
  judge(ids: readonly string[], source: JudgedSource, expectations: Expectations): Promise<readonly CheckJudgement[]>;
}

/** Evidence of a pass that was just made. */
export interface JudgedSource {
  readonly node: NodeIdentity;
  readonly outputs: Outputs;
}

/** Judgements kept for evidence that comes again byte for byte: a healthy node prints much the same each time. */
const KEPT = 1_000;

/**
 * A judging set over loaded checks.
 *
 * @param digests content hash of each check's build
 * @param reader judges what nodes print
 * @param staged changes that canary nodes try
 * @param remember how many judgements are kept by content, 0 for none; a check is a pure function, so the answer is the same
 */
export function judgingSet(
  { checks, digests }: Pick<JudgingSet, "checks" | "digests">,
  reader: EvidenceReader,
  { remember = KEPT, staged = [] }: { readonly remember?: number; readonly staged?: JudgingSet["staged"] } = {},
): JudgingSet {
  const kept = new Map<string, CheckJudgement>();
  const keep = (key: string, judgement: CheckJudgement): void => {
    // What ended on one evidence may not do so again.
    if (judgement.findings.some(({ code }) => code === "check-crashed")) return;
    if (kept.size >= remember) kept.delete(kept.keys().next().value ?? "");
    // A copy, for text cut out of an output keeps the whole output in memory.
    kept.set(key, structuredClone(judgement));
  };
  return {
    checks,
    digests,
    staged,
    async judge(ids, source, expectations) {
      if (remember === 0) return judgementsBy(reader, { checks, digests }, ids, { source, expectations });
      const keyOf = keysOf({ checks, digests }, source, expectations);
      const keys = ids.map(keyOf);
      const known = keys.map((key) => kept.get(key));
      const unknown = ids.filter((_, index) => known[index] === undefined);
      const fresh = [...(await judgementsBy(reader, { checks, digests }, unknown, { source, expectations }))];
      return ids.map((id, index) => {
        const judgement = known[index] ?? fresh.shift();
        if (judgement === undefined) throw new RangeError(`the check ${id} judged nothing`);
        if (known[index] === undefined) keep(keys[index] ?? "", judgement);
        return judgement;
      });
    },
  };
}

/** Everything that a judgement depends on: the check's build, its probes' output and records, the node and the expectations. */
function keysOf(
  { checks, digests }: Pick<JudgingSet, "checks" | "digests">,
  { node, outputs }: JudgedSource,
  expectations: Expectations,
): (id: string) => string {
  const hashes = [...outputs].map(([id, bytes]) => [id, hashOf(bytes)] as const);
  return (id) => {
    const hash = createHash("sha256");
    hash.update(JSON.stringify([id, digests[id], node, expectations]));
    for (const { probe } of checks.get(id)?.probes ?? [])
      for (const [name, digest] of hashes)
        if (name === probe.id || name.startsWith(`${probe.id}-`)) hash.update(`${name}\n${digest}\n`);
    return hash.digest("base64");
  };
}

const NOTHING = new Uint8Array();
/** What tells contents apart: bytes, or the name of their file, which is of this one run. */
const contentOf = (contents: Contents): Uint8Array | string => (isFiled(contents) ? contents.file : contents);

function hashOf({ record, stdout, stderr }: ProbeBytes): string {
  const { argv, exitCode, signal, timedOut, startError, truncated } = (record ?? {}) as Readonly<
    Record<string, unknown>
  >;
  return createHash("sha256")
    .update(JSON.stringify([argv, exitCode, signal, timedOut, startError, truncated, stdout?.length, stderr.length]))
    .update(contentOf(stderr))
    .update(contentOf(stdout ?? NOTHING))
    .digest("base64");
}
