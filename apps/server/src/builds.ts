import { createHash } from "node:crypto";
import { loadChecks } from "@slipway/catalog";

/** A digest of each check as this checkout has it. */
export async function buildDigests(ids: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const checks = await loadChecks(ids);
  return Object.fromEntries([...checks].map(([id, { version }]) => [id, createHash("sha256").update(`${id}@${version}`).digest("hex")]));
}
