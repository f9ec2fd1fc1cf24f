import type { CheckJudgement, Expectations, NodeIdentity } from "@slipway/domain";
import {
  checkCrashed,
  createEvidence,
  nodeScope,
  runCheck,
  SlipwayError,
  type Check,
  type Evidence,
  type Host,
} from "@slipway/plugin-sdk";
import { unknownCheck, type Checks } from "../judge.ts";
import { readBundle } from "../read-bundle.ts";
import { gpuUse, type GpuUse } from "./gpu-use.ts";
import { identityOf } from "./identity.ts";
import { capturesOf, resultsOf, type Outputs } from "./outputs.ts";

/** Evidence of one node: what its probes left, or a bundle's folder. */
export type EvidenceSource = { readonly node: NodeIdentity } & (
  { readonly outputs: Outputs } | { readonly folder: string }
);

/** A check by its build, and what it judges by. */
export interface AskedCheck {
  readonly id: string;
  readonly version: string;
  /** SHA-256 of the build. */
  readonly digest: string;
  readonly expectations: Expectations;
}

/** What a node says of itself. */
export interface NodeReport {
  /** What the inventory says of it, and the serials and boot that it shows. */
  readonly node: NodeIdentity;
  /** Whether programs use its GPUs. */
  readonly use: GpuUse;
}

/**
 * Reads and judges what nodes print. Whatever they print, a promise is fulfilled: what cannot be read is
 * unknown, and a check that fails on it gives the finding `check-crashed`.
 */
export interface EvidenceReader {
  /** Reads who a node is and whether it is in use. */
  report(host: Host, outputs: Outputs): Promise<NodeReport>;
  /**
   * Judges by checks, in their order.
   *
   * @throws SlipwayError of kind `config` for a build that is not to be had
   */
  judge(source: EvidenceSource, asked: readonly AskedCheck[]): Promise<readonly CheckJudgement[]>;
  close(): Promise<void>;
}

/**
 * Judges by checks of a set, in the order of their ids.
 *
 * @throws SlipwayError of kind `input` for an id that the set does not have
 */
export function judgementsBy(
  reader: EvidenceReader,
  { checks, digests }: { readonly checks: Checks; readonly digests: Readonly<Record<string, string>> },
  ids: readonly string[],
  { source, expectations }: { readonly source: EvidenceSource; readonly expectations: Expectations },
): Promise<readonly CheckJudgement[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return reader.judge(
    source,
    ids.map((id) => {
      const { version } = checks.get(id) ?? unknownCheck(id, checks);
      return { id, version, digest: digests[id] ?? "", expectations };
    }),
  );
}

/** Reads in the caller's own thread, which a text that is made for it can hang or end: for simulations, whose nodes are ours. */
export const inlineReader = (
  load: (id: string, digest: string) => Promise<Check | undefined> | Check | undefined,
): EvidenceReader => ({
  report: (host, outputs) => Promise.resolve(reportOf(host, outputs)),
  async judge(source, asked) {
    const evidence = evidenceOf(source);
    const judgements: CheckJudgement[] = [];
    for (const { id, digest, expectations } of asked) {
      const check = await load(id, digest);
      if (check === undefined) throw new SlipwayError("config", `there is no build ${digest} of the check ${id}`);
      judgements.push(runCheck(check, evidence, expectations));
    }
    return judgements;
  },
  close: () => Promise.resolve(),
});

/** Probes that a report is made of. */
const REPORTING: readonly string[] = ["boot-id", "dmi", "nvidia-smi"];

/** The part of a node's output that a report is made of. */
export const reporting = (outputs: Outputs): Outputs => new Map([...outputs].filter(([id]) => REPORTING.includes(id)));

export const reportOf = (host: Host, outputs: Outputs): NodeReport => ({
  node: identityOf(host, resultsOf(reporting(outputs))),
  use: gpuUse(outputs.get("nvidia-smi")),
});

export const evidenceOf = (source: EvidenceSource): Evidence =>
  "folder" in source ? readBundle(source.folder).evidence : createEvidence(source.node, capturesOf(source.outputs));

/** What is said of a check that did not come to an end on a node's evidence. */
export const crashed = ({ id, version }: AskedCheck, { node }: EvidenceSource, why: string): CheckJudgement => ({
  check: id,
  version,
  verdict: "inconclusive",
  findings: [checkCrashed(nodeScope({ node }), why)],
});
