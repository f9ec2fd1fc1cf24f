import type { Blobs, Store } from "@slipway/store";

/** Every byte that a pass names is there, or is said to have expired; read at the end of a seed. */
export async function evidenceIsKept(store: Store, blobs: Blobs): Promise<readonly string[]> {
  const { passes, expired } = await store.report(async (tx) => ({
    passes: await tx.find("passes", { columns: ["validation", "attempt", "run_index", "try", "evidence"] }),
    expired: new Set(
      (await tx.find("evidence_blobs", { where: { expired_at: { not: null } }, columns: ["digest"] })).map(
        ({ digest }) => digest,
      ),
    ),
  }));
  const named = new Map(
    passes.flatMap(({ evidence, ...pass }) =>
      Object.values(evidence)
        .flatMap(({ out, err }) => [out, err])
        .filter((digest) => digest !== null && !expired.has(digest))
        .map((digest) => [digest, pass] as const),
    ),
  );
  const missing: string[] = [];
  for (const [digest, { validation, attempt, run_index, try: tried }] of named)
    if ((await blobs.get(digest ?? "")) === undefined)
      missing.push(
        `evidence ${String(digest).slice(0, 12)} of pass ${[validation, attempt, run_index, tried].join("/")} ` +
          "is gone, and was never said to have expired",
      );
  return missing;
}
