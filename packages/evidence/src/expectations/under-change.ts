import { isDeepStrictEqual } from "node:util";
import type { Expectations } from "@slipway/domain";

/**
 * Expectations of a node that came of files, as they would be where the files say otherwise: only where
 * the files' word was the last, so that what a rack or a machine said over them stays.
 *
 * @param before what the files expect of the node, @param after what they would
 */
export const expectationsUnder = (
  expectations: Expectations,
  before: Expectations,
  after: Expectations,
): Expectations => replaced(expectations, before, after, false) as Expectations;

/** Expectations with what differs between files laid over them, whatever they were. */
export const expectationsOverlaid = (
  expectations: Expectations,
  before: Expectations,
  after: Expectations,
): Expectations => replaced(expectations, before, after, true) as Expectations;

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

function replaced(value: unknown, before: unknown, after: unknown, always: boolean): unknown {
  if (isDeepStrictEqual(before, after)) return value;
  if (!isTree(before) || !isTree(after)) return always || isDeepStrictEqual(value, before) ? after : value;
  const own = isTree(value) ? value : {};
  const keys = [...new Set([...Object.keys(own), ...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    keys
      .map((key) => [key, replaced(own[key], before[key], after[key], always)])
      .filter(([, inner]) => inner !== undefined),
  );
}
