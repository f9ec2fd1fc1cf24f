import type { Tx } from "@slipway/store";

/** Which of these digests are evidence that has not expired. */
export async function stillNamed(tx: Tx, digests: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.find("evidence_blobs", {
    where: { digest: { in: digests }, expired_at: null },
    columns: ["digest"],
  });
  return new Set(rows.map(({ digest }) => digest));
}
