import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EVIDENCE_SCHEMA, ProbeRecord, type EvidenceRef } from "@slipway/domain";
import { evidenceOfPass, recordOfPass, type AbsentBytes, type PassEvidence, bytesOf } from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Blobs, Row, Store } from "@slipway/store";
import { folderName } from "@slipway/collect";

type Pass = Row<"passes">;

/** Name of a pass's bundle: `<node>.<validation>-<attempt>-<run>[-<try>]`. */
export const bundleName = ({
  node,
  validation,
  attempt,
  run_index,
  try: tried,
}: Pick<Pass, "node" | "validation" | "attempt" | "run_index" | "try">): string =>
  folderName(`${node}.${[validation, attempt, run_index, ...(tried === 0 ? [] : [tried])].join("-")}`);

/**
 * Writes the evidence of one pass as a slipway/evidence@1 folder that `judge` answers as it was
 * answered then. A folder with the same evidence is left as it is.
 *
 * @returns the folder; `expired`: files whose bytes retention has removed; `missing`: those whose bytes
 *   should be there and cannot be found, so that the bundle may be judged otherwise than it was
 * @throws SlipwayError of kind `input` when no evidence of the pass is left
 */
export async function exportBundle(
  store: Store,
  blobs: Blobs,
  pass: Pass,
  out: string,
): Promise<{ readonly dir: string; readonly expired: readonly string[]; readonly missing: readonly string[] }> {
  const validation = await store.transaction((tx) => tx.get("validations", { id: pass.validation }));
  const evidence = await evidenceOfPass(recordOfPass(pass, validation), (digest) => blobs.get(digest));
  const dir = join(out, bundleName(pass));
  const { absent } = evidence;
  const files = filesOf(evidence);
  const { expired, missing } = await whyAbsent(store, absent);
  if (absent.length > 0 && files.size === 0)
    throw missing.length === 0
      ? new SlipwayError(
          "input",
          `the evidence of pass ${bundleName(pass)} has expired; its hashes remain in the release record`,
        )
      : new SlipwayError("input", `the evidence of pass ${bundleName(pass)} is missing: ${missing.join(", ")}`, {
          hint: "it may lie in another worker's folder: name the one that they share by SLIPWAY_EVIDENCE",
        });
  const manifest = manifestOf(pass, evidence);
  mkdirSync(dir, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(dir, name), content);
  // Last: only a whole bundle has its manifest.
  writeFileSync(join(dir, "bundle.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { dir, expired, missing };
}

/** The bytes of each probe by the name of their file: nothing for a program that did not start, or said nothing beside. */
const filesOf = ({ outputs }: PassEvidence): ReadonlyMap<string, Uint8Array> =>
  new Map(
    [...outputs].flatMap(([probe, { stdout, stderr }]): [string, Uint8Array][] => [
      ...(stdout === undefined ? [] : [[`${probe}.out`, bytesOf(stdout)] as [string, Uint8Array]]),
      ...(stderr.length === 0 ? [] : [[`${probe}.err`, bytesOf(stderr)] as [string, Uint8Array]]),
    ]),
  );

function manifestOf(pass: Pass, { node, outputs, expectations }: PassEvidence): object {
  return {
    schema: EVIDENCE_SCHEMA,
    node,
    collectedAt: new Date(pass.started_at).toISOString(),
    ...(pass.host_key === null ? {} : { reached: { hostKey: pass.host_key, route: pass.route ?? "direct" } }),
    ...(expectations === undefined ? {} : { expect: { ...expectations, checks: Object.keys(pass.judged_by.checks) } }),
    probes: Object.fromEntries([...outputs].map(([probe, { record }]) => [probe, ProbeRecord.parse(record)])),
  };
}

/** Read after the bytes: retention marks a row as expired before it removes them. */
async function whyAbsent(
  store: Store,
  absent: readonly AbsentBytes[],
): Promise<{ readonly expired: string[]; readonly missing: string[] }> {
  const rows = await store.transaction((tx) =>
    tx.find("evidence_blobs", {
      where: { digest: { in: absent.map(({ digest }) => digest) }, expired_at: { not: null } },
    }),
  );
  const removed = new Set(rows.map(({ digest }) => digest));
  const names = (gone: boolean): string[] =>
    absent.filter(({ digest }) => removed.has(digest) === gone).map(({ name }) => name);
  return { expired: names(true), missing: names(false) };
}

/** Whether files are those that a pass names: every hash, over the bytes as they are. @returns what differs */
export function differences(
  evidence: Readonly<Record<string, Pick<EvidenceRef, "out" | "err">>>,
  read: (file: string) => Uint8Array | undefined,
): string[] {
  return Object.entries(evidence).flatMap(([probe, { out, err }]) =>
    (
      [
        ["out", out],
        ["err", err],
      ] as const
    ).flatMap(([suffix, digest]) => {
      if (digest === null) return [];
      const content = read(`${probe}.${suffix}`);
      if (content === undefined) return [`${probe}.${suffix} is missing`];
      return createHash("sha256").update(content).digest("hex") === digest
        ? []
        : [`${probe}.${suffix} is not the evidence that was judged`];
    }),
  );
}
