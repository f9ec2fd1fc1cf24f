import { createHash } from "node:crypto";
import { FieldName, type Sighting } from "@slipway/domain";

/** Fields whose values count whole, whatever keys are in them. */
const KNOWN: ReadonlySet<string> = new Set(FieldName.options);
/** Last words of keys that hold a time or an age, such as `last_seen_at`, `lastHeartbeatTime` or `uptime_seconds`. */
const TIMES: ReadonlySet<string> = new Set(["at", "time", "timestamp", "seen", "heartbeat", "age", "uptime"]);
const UNITS: ReadonlySet<string> = new Set(["ms", "s", "seconds", "minutes", "utc"]);

/**
 * Digest of what a sighting says but for its times: `observed_at`, and what else a source says of when it was
 * asked. Two sightings of a node with the same digest say the same.
 */
export function contentOf(sighting: Sighting): string {
  return createHash("sha256")
    .update(JSON.stringify(timeless(sighting, KNOWN)))
    .digest("hex");
}

/** A value with its keys in order, without times but those below a key of `whole`. */
function timeless(value: unknown, whole: ReadonlySet<string> | "all" = new Set()): unknown {
  if (Array.isArray(value)) return value.map((one) => timeless(one, whole));
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([key, one]) => one !== null && one !== undefined && (whole === "all" || whole.has(key) || !isTime(key)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, timeless(one, whole === "all" || whole.has(key) ? "all" : undefined)]);
}

function isTime(key: string): boolean {
  const words = key.split(/[_-]|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
  return TIMES.has(words.findLast((word) => !UNITS.has(word)) ?? "");
}
