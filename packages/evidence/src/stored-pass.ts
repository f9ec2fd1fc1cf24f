import type { EvidenceRef, Expectations, NodeIdentity } from "@slipway/domain";
import type { Outputs, ProbeBytes } from "./node-text/outputs.ts";

/** What is kept of a pass that was judged; the bytes lie elsewhere, by their digests. */
export interface PassRecord {
  /** The node that it was judged as. */
  readonly node: NodeIdentity;
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  /** Digest of the expectations that it was judged by. */
  readonly expectations: string;
}

/** Bytes that were stored and are gone. */
export interface AbsentBytes {
  readonly digest: string;
  /** The file that a bundle keeps them in, such as `dmi.out`; `expectations` for those. */
  readonly name: string;
}

/** What a stored pass was judged by, byte for byte. */
export interface PassEvidence {
  readonly node: NodeIdentity;
  readonly outputs: Outputs;
  /** Undefined where they are gone. */
  readonly expectations: Expectations | undefined;
  /** Probes of which bytes are gone, so that nothing may be concluded from them. */
  readonly lost: ReadonlySet<string>;
  /** All that is gone, expectations too. */
  readonly absent: readonly AbsentBytes[];
}

/** What a pass keeps of the machine that answered, and by what it was judged. */
export interface JudgedPass {
  readonly node: string;
  readonly cluster: string | null;
  readonly boot_id: string | null;
  readonly system_serial: string | null;
  readonly gpu_serials: readonly string[];
  readonly gpu_uuids: readonly string[];
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  readonly judged_by: { readonly expectations: string };
}

/** Where a node stands, as its validation says. */
export type PassPlace = { readonly [Field in "vendor" | "sku" | "rack"]: string | null };

/** The record of a pass. @param place of its validation, where that is known */
export function recordOfPass(pass: JudgedPass, place: PassPlace | undefined): PassRecord {
  const { node: name, cluster, boot_id: bootId, system_serial: system, gpu_serials: gpus, gpu_uuids: uuids } = pass;
  const { vendor = null, sku = null, rack = null } = place ?? {};
  const serials = {
    ...(system === null ? {} : { system }),
    ...(gpus.length === 0 ? {} : { gpus: [...gpus] }),
    ...(uuids.length === 0 ? {} : { uuids: [...uuids] }),
  };
  const node = {
    name,
    ...Object.fromEntries(Object.entries({ vendor, sku, cluster, rack, bootId }).filter(([, value]) => value !== null)),
    ...(Object.keys(serials).length === 0 ? {} : { serials }),
  };
  return { node, evidence: pass.evidence, expectations: pass.judged_by.expectations };
}

const NOTHING = new Uint8Array();

/**
 * Reads the evidence of a stored pass: the only way in which it is read, so that all who judge it again judge the same.
 *
 * @param get the bytes of a digest; undefined where they are gone
 * @throws what `get` throws, and SyntaxError for expectations that are no JSON
 */
export async function evidenceOfPass(
  { node, evidence, expectations: digest }: PassRecord,
  get: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<PassEvidence> {
  const [expect, ...probes] = await Promise.all([
    get(digest),
    ...Object.entries(evidence).map(async ([probe, ref]) => {
      const [stdout, stderr] = await Promise.all(
        [ref.out, ref.err].map(async (one) => (one === null ? undefined : get(one))),
      );
      return { probe, ref, stdout, stderr };
    }),
  ]);
  const absent = probes.flatMap(({ probe, ref: { out, err }, stdout, stderr }) => [
    ...(out === null || stdout !== undefined ? [] : [{ probe, digest: out, name: `${probe}.out` }]),
    ...(err === null || stderr !== undefined ? [] : [{ probe, digest: err, name: `${probe}.err` }]),
  ]);
  return {
    node,
    outputs: new Map(
      probes.map(({ probe, ref: { record }, stdout, stderr = NOTHING }): [string, ProbeBytes] => [
        probe,
        { record, stdout, stderr },
      ]),
    ),
    expectations: expect === undefined ? undefined : (JSON.parse(Buffer.from(expect).toString("utf8")) as Expectations),
    lost: new Set(absent.map(({ probe }) => probe)),
    absent: [
      ...(expect === undefined ? [{ digest, name: "expectations" }] : []),
      ...absent.map(({ digest: gone, name }) => ({ digest: gone, name })),
    ],
  };
}
