import { isDeepStrictEqual } from "node:util";
import type { Expectations } from "@slipway/domain";

/**
 * Expectations that a sighting may give, because they are facts of a rack or a node that no file can know:
 * its rails and partition key, the members of its IMEX domain, the serials of its GPUs.
 */
export const RUNTIME_FACTS: Readonly<Record<string, readonly string[]>> = {
  ib: ["rails", "pkey"],
  imex: ["members", "domainActive"],
  gpus: ["serials"],
};

/** A key of a sighting's expectations that does not count. */
export interface IgnoredExpectation {
  /** `ib.pkey`: section and key; the section alone where it is no object. */
  readonly key: string;
  readonly said: unknown;
  /** What a file gives; undefined where only files may give the key and none does. */
  readonly file: unknown;
}

/**
 * What of a sighting's expectations counts: the runtime facts that no file gives for the node. Where a file
 * gives a key, the file wins, and a difference is named.
 *
 * @param said by the sighting, whatever it is
 * @param files what the fleet's files give for the node
 */
export function runtimeFacts(
  said: Readonly<Record<string, unknown>>,
  files: Expectations,
): { readonly facts: Expectations; readonly ignored: readonly IgnoredExpectation[] } {
  const facts: Record<string, Record<string, unknown>> = {};
  const ignored: IgnoredExpectation[] = [];
  for (const [section, values] of Object.entries(said)) {
    const given = keysOf(files[section]);
    const own = keysOf(values);
    if (own === undefined) {
      if (!isDeepStrictEqual(values, files[section]))
        ignored.push({ key: section, said: values, file: files[section] });
      continue;
    }
    for (const [key, value] of Object.entries(own)) {
      const file = given?.[key] ?? undefined;
      if (file === undefined && isRuntimeFact(section, key)) facts[section] = { ...facts[section], [key]: value };
      else if (!isDeepStrictEqual(value, file)) ignored.push({ key: `${section}.${key}`, said: value, file });
    }
  }
  return { facts, ignored };
}

/** Whether a sighting may give this key where no file does. */
export const isRuntimeFact = (section: string, key: string): boolean =>
  Object.hasOwn(RUNTIME_FACTS, section) && (RUNTIME_FACTS[section] ?? []).includes(key);

const keysOf = (section: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof section === "object" && section !== null && !Array.isArray(section)
    ? (section as Readonly<Record<string, unknown>>)
    : undefined;
