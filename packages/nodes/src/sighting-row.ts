import { createHash } from "node:crypto";
import { FieldName, type Sighting } from "@slipway/domain";
import { comparableSerial, isSpecific, vendorId } from "@slipway/plugin-sdk";
import { showsGpus, type Seen } from "@slipway/policy";
import type { Row } from "@slipway/store";

/** A sighting with the place it was read at: file and row, API path, object name. */
export interface SightingAt {
  readonly sighting: Sighting;
  readonly path: string;
}

/** A sighting to be stored. */
export interface Incoming {
  readonly digest: string;
  readonly source: string;
  readonly at: number;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** @returns the sighting as it is kept: whole, with a digest of source, time and body */
export function incomingOf({ sighting, path }: SightingAt): Incoming {
  const { source, observed_at, ...body } = sighting;
  const at = Date.parse(observed_at);
  const digest = createHash("sha256")
    .update(JSON.stringify([source, at, sortedKeys(body)]))
    .digest("hex");
  return { digest, source, at, path, body };
}

/** The claims of a sighting: every field that it has a value for, except a placeholder for a serial; a vendor by its id. */
export function fieldsOf(body: Readonly<Record<string, unknown>>): ReadonlyMap<FieldName, unknown> {
  const fields = new Map<FieldName, unknown>();
  for (const name of FieldName.options) {
    const value = body[name];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    if (name === "system_serial" && !isSpecific(text(value))) continue;
    fields.set(name, name === "vendor" && typeof value === "string" ? vendorId(value) : value);
  }
  return fields;
}

/** The fields of a sighting by which its machine is found. */
export function seenOf(body: Readonly<Record<string, unknown>>): Seen {
  const vendor = text(body["vendor"]);
  return {
    systemSerial: text(body["system_serial"]),
    gpuSerials: serialList(body["gpu_serials"]),
    gpuUuids: serialList(body["gpu_uuids"]),
    instanceId: text(body["vendor_instance_id"]),
    vendor: vendor === null ? null : vendorId(vendor),
    cluster: text(body["cluster"]),
    nodeName: text(body["node_name"]),
  };
}

export const hasHardware = (seen: Seen): boolean => isSpecific(seen.systemSerial) || showsGpus(seen);

/** Whether both name one machine's chassis. */
export const sameSerial = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && comparableSerial(a) === comparableSerial(b);

export const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** GPU serials or UUIDs that name a GPU, in their order and with repeats: GPUs of one board share a serial. */
export const serialList = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && isSpecific(one)) : [];

/** Sightings in the order in which they are applied: by time, and by content where times are equal. */
export const byTime = (
  a: { readonly at: number; readonly digest: string },
  b: { readonly at: number; readonly digest: string },
): number => a.at - b.at || (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0);

export const incomingOfRow = ({ digest, source, observed_at, path, body }: Row<"sightings">): Incoming => ({
  digest,
  source,
  at: observed_at,
  path,
  body,
});

const sortedKeys = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
