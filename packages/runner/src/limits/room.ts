import type { ChangeSet, Reads } from "@slipway/reconciler";
import type { Row, Where } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import type { Validation } from "../worker/parts.ts";
import { shareOf } from "./share.ts";

/** A limit that a validation counts against while it runs. */
interface Scope {
  readonly name: string;
  readonly limit: number;
  /** What the running validations that count have in common. */
  readonly where: Where<"validations">;
}

/** Of a cluster, so many machines that were in service may be tested at once whatever its size. */
const TESTED_AT_LEAST = 2;

/** Room for further machines under limits, as one transaction sees and takes it. */
export interface Room {
  /**
   * Why there is no room for a validation in line; undefined after counting it in. The limits under which it takes a
   * place are locked, so that of two transactions that take from the same one looks again; one that finds no room
   * anywhere locks nothing, and stands in nobody's way.
   */
  fullFor(change: ChangeSet, validation: Validation): string | undefined;
}

/**
 * Counts the room for further machines: under the limits per cluster, rack and vendor, and of a machine that is in
 * service, under that of those taken from there.
 */
export async function roomFor(
  tx: Reads,
  fleet: Fleet,
  machines: ReadonlyMap<number, Row<"machines">>,
  validations: readonly Validation[],
): Promise<Room> {
  const scopes = new Map<number, readonly Scope[]>();
  for (const validation of validations)
    if (validation.status !== "running")
      scopes.set(validation.id, [
        ...scopesOf(fleet, validation),
        ...(await scopeOfService(tx, fleet, machines.get(validation.machine), validation)),
      ]);
  const running = new Map<string, number>();
  for (const { name, where } of [...scopes.values()].flat())
    if (!running.has(name)) running.set(name, await tx.count("validations", { status: "running", ...where }));
  return {
    fullFor(change, validation) {
      if (validation.status === "running") return undefined;
      const own = scopes.get(validation.id) ?? [];
      const full = own.find(({ name, limit }) => (running.get(name) ?? 0) >= limit);
      if (full !== undefined) return `${String(full.limit)} nodes of ${full.name} are validating, which is its limit`;
      for (const { name } of own) running.set(name, (running.get(name) ?? 0) + 1);
      change.lock(own.map(({ name }) => name));
      return undefined;
    },
  };
}

function scopesOf({ clusters }: Fleet, { cluster, vendor, rack }: Validation): Scope[] {
  const limits = clusters.clusters[cluster ?? ""]?.limits;
  const ofVendor = clusters.vendors[vendor ?? ""]?.limit;
  return [
    ...(limits?.cluster === undefined
      ? []
      : [{ name: `cluster ${cluster ?? ""}`, limit: limits.cluster, where: { cluster } }]),
    ...(limits?.rack === undefined || rack === null
      ? []
      : [{ name: `rack ${rack} of ${cluster ?? ""}`, limit: limits.rack, where: { cluster, rack } }]),
    ...(ofVendor === undefined ? [] : [{ name: `vendor ${vendor ?? ""}`, limit: ofVendor, where: { vendor } }]),
  ];
}

/** The limit of machines that are tested instead of serving; new and repaired ones take nothing from anybody. */
async function scopeOfService(
  tx: Reads,
  fleet: Fleet,
  machine: Row<"machines"> | undefined,
  { cluster, from_service }: Validation,
): Promise<Scope[]> {
  const { blastRadius } = fleet.clusters;
  if (cluster === null || (machine?.account !== "InPool" && !from_service)) return [];
  return [
    {
      name: `those that served in ${cluster}`,
      limit: await shareOf({ tx, fleet }, cluster, blastRadius.testingShare, TESTED_AT_LEAST),
      where: { cluster, from_service: true },
    },
  ];
}
