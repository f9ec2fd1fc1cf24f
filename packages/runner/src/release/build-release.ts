import { RELEASE_SCHEMA, ReleaseDocument } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store } from "@slipway/store";
import { recordOf } from "./record.ts";

const iso = (at: number): string => new Date(at).toISOString();

/**
 * The document of a release, from what the store holds.
 *
 * @throws SlipwayError of kind `input` for a number that no release has
 */
export function buildRelease(store: Store, id: number): Promise<ReleaseDocument> {
  return store.transaction(async (tx) => {
    const release = await tx.get("releases", { id });
    if (release === undefined) throw new SlipwayError("input", `there is no release ${String(id)}`);
    const validation =
      release.validation === null ? undefined : await tx.get("validations", { id: release.validation });
    const passes =
      validation === undefined
        ? []
        : await tx.find("passes", { where: { validation: validation.id }, orderBy: ["attempt", "run_index", "try"] });
    const results = validation === undefined ? [] : await tx.find("results", { where: { validation: validation.id } });
    const record = recordOf(release);
    return ReleaseDocument.parse({
      schema: RELEASE_SCHEMA,
      release: release.id,
      machine: release.machine,
      node: release.node,
      vendor: release.vendor,
      sku: release.sku,
      cluster: release.cluster,
      segment: release.segment,
      system_serial: record.systemSerial,
      gpu_serials: record.gpuSerials,
      gpu_uuids: record.gpuUuids,
      boot_id: record.bootId,
      entry: release.entry,
      decided_by: release.decided_by,
      reason: record.reason,
      released_at: iso(release.at),
      validation: release.validation,
      lane: validation === undefined ? null : laneOf(validation),
      ...(record.notRequired === undefined ? {} : { notRequired: record.notRequired }),
      coin: validation?.coin ?? null,
      passes: passes.map((pass) => passOf(pass, results)),
    });
  });
}

const laneOf = ({
  lane,
  lane_digest,
  lane_reason,
  passes_required,
  checks,
  policy,
}: Row<"validations">): ReleaseDocument["lane"] => ({
  name: lane,
  digest: lane_digest,
  reason: lane_reason,
  passes_required,
  checks: [...checks],
  policy,
});

function passOf(pass: Row<"passes">, results: readonly Row<"results">[]): ReleaseDocument["passes"][number] {
  const own = results.filter(
    (row) => row.attempt === pass.attempt && row.run_index === pass.run_index && row.try === pass.try,
  );
  return {
    attempt: pass.attempt,
    run_index: pass.run_index,
    try: pass.try,
    kind: pass.kind,
    verdict: pass.verdict,
    checks: Object.fromEntries(own.map(({ check, verdict }) => [check, verdict])),
    boot_id: pass.boot_id,
    system_serial: pass.system_serial,
    gpu_serials: [...pass.gpu_serials],
    gpu_uuids: [...pass.gpu_uuids],
    started_at: iso(pass.started_at),
    finished_at: iso(pass.finished_at),
    judged_by: pass.judged_by,
    evidence: Object.fromEntries(Object.entries(pass.evidence).map(([probe, { out, err }]) => [probe, { out, err }])),
  };
}
