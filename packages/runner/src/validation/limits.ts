import type { Tx } from "@slipway/store";
import type { Fleet } from "../fleet/fleet.ts";
import type { Validation } from "./parts.ts";

/** A limit that a validation counts against. */
interface Scope {
  readonly name: string;
  readonly limit: number;
}

/**
 * Room for further machines under the limits per cluster, rack and vendor. The rows of the limits
 * are written, so that of two workers only one takes the last place.
 *
 * @returns why there is no room for a validation, or undefined after counting it in
 */
export async function roomFor(
  tx: Tx,
  fleet: Fleet,
  validations: readonly Validation[],
): Promise<(validation: Validation) => string | undefined> {
  const scopes = new Map(validations.map((validation) => [validation.id, scopesOf(fleet, validation)]));
  const names = [...new Set([...scopes.values()].flat().map(({ name }) => name))].sort();
  if (names.length === 0) return () => undefined;
  const gates = new Map((await tx.find("gates", { where: { name: { in: names } } })).map((gate) => [gate.name, gate]));
  const running = await tx.find("validations", { where: { status: "running" } });
  const taken = new Map<string, number>();
  for (const validation of running)
    for (const { name } of scopesOf(fleet, validation)) taken.set(name, (taken.get(name) ?? 0) + 1);
  await tx.upsert(
    "gates",
    names.map((name) => ({ name, taken: taken.get(name) ?? 0, turn: (gates.get(name)?.turn ?? 0) + 1 })),
  );
  return (validation) => {
    const own = scopes.get(validation.id) ?? [];
    if (validation.status === "running") return undefined;
    const full = own.find(({ name, limit }) => (taken.get(name) ?? 0) >= limit);
    if (full !== undefined) return `${String(full.limit)} nodes of ${full.name} are validating, which is its limit`;
    for (const { name } of own) taken.set(name, (taken.get(name) ?? 0) + 1);
    return undefined;
  };
}

function scopesOf({ clusters }: Fleet, { cluster, vendor, rack }: Validation): Scope[] {
  const limits = clusters.clusters[cluster ?? ""]?.limits;
  const ofVendor = clusters.vendors[vendor ?? ""]?.limit;
  return [
    ...(limits?.cluster === undefined ? [] : [{ name: `cluster ${cluster ?? ""}`, limit: limits.cluster }]),
    ...(limits?.rack === undefined || rack === null
      ? []
      : [{ name: `rack ${rack} of ${cluster ?? ""}`, limit: limits.rack }]),
    ...(ofVendor === undefined ? [] : [{ name: `vendor ${vendor ?? ""}`, limit: ofVendor }]),
  ];
}
