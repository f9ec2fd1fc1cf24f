import { FieldName } from "@slipway/domain";
import { comparableSerial } from "@slipway/plugin-sdk";
import type { Precedence } from "./precedence.ts";

/** What one source says of a field, and since when it says so. */
export interface Claim {
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly observedAt: number;
  readonly sighting: number;
}

/** The newest claims of one source about one machine. */
export interface SourceClaims {
  readonly source: string;
  readonly fields: Readonly<Partial<Record<FieldName, Claim>>>;
}

export interface SourcedValue extends Claim {
  readonly source: string;
}

/** The value that counts, and every other with its source: losing values stay. */
export interface CurrentValue extends SourcedValue {
  readonly losing: readonly SourcedValue[];
}

export type CurrentValues = Readonly<Partial<Record<FieldName, CurrentValue>>>;

/** Sources that disagree about a field, the counting value first. */
export interface Conflict {
  readonly field: FieldName;
  readonly owner: string;
  readonly values: readonly SourcedValue[];
}

const DAY_MS = 86_400_000;

/**
 * The current value of each field: of the best source that says anything, the newest. A lower source
 * fills a gap and overwrites nothing. `expect` counts only from sources that its own rule names. The
 * result depends on the claims alone, not on their order.
 */
export function currentValues(claims: readonly SourceClaims[], precedence: Precedence): CurrentValues {
  const newest = Math.max(...claims.flatMap(({ fields }) => Object.values(fields).map(({ observedAt }) => observedAt)));
  const values: Partial<Record<FieldName, CurrentValue>> = {};
  for (const field of FieldName.options) {
    const rule = precedence.fields[field] ?? precedence.default;
    const oldest = rule.maxAgeDays === undefined ? -Infinity : newest - rule.maxAgeDays * DAY_MS;
    const ranked = claims
      .flatMap(({ source, fields }) => (fields[field] === undefined ? [] : [{ source, ...fields[field] }]))
      .map((value) => ({
        value,
        rank: rankOf(value.source, rule.sources) + (value.observedAt < oldest ? rule.sources.length + 1 : 0),
      }))
      .sort(
        (a, b) =>
          a.rank - b.rank || b.value.observedAt - a.value.observedAt || (a.value.source < b.value.source ? -1 : 1),
      );
    const [best, ...losing] = ranked.map(({ value }) => value);
    if (best === undefined || (field === "expect" && !mayExpect(best.source, precedence))) continue;
    values[field] = { ...best, losing };
  }
  return values;
}

/** Whether what a source expects of a node counts at all. */
export function mayExpect(source: string, { fields: { expect } }: Precedence): boolean {
  return expect !== undefined && rankOf(source, expect.sources) < expect.sources.length;
}

/** Fields on which sources disagree, each with its owner. */
export function conflictsOf(values: CurrentValues, precedence: Precedence): readonly Conflict[] {
  return FieldName.options.flatMap((field) => {
    const current = values[field];
    if (current === undefined) return [];
    const { losing, ...winner } = current;
    if (losing.every(({ value }) => comparable(field, value) === comparable(field, winner.value))) return [];
    return [{ field, owner: (precedence.fields[field] ?? precedence.default).owner, values: [winner, ...losing] }];
  });
}

function rankOf(source: string, sources: readonly string[]): number {
  const rank = sources.findIndex((pattern) =>
    pattern.endsWith("*") ? source.startsWith(pattern.slice(0, -1)) : source === pattern,
  );
  return rank < 0 ? sources.length : rank;
}

/** Serials as they are compared, those of GPUs in any order: sources number and spell them differently. */
function comparable(field: FieldName, value: unknown): string {
  if (field === "system_serial" && typeof value === "string") return comparableSerial(value);
  const listed = (field === "gpu_serials" || field === "gpu_uuids") && Array.isArray(value);
  return JSON.stringify(listed ? value.map((one) => comparableSerial(String(one))).sort() : value);
}
