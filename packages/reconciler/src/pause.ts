import { createHash } from "node:crypto";

const FIRST_MS = 5_000;
const LONGEST_MS = 3_600_000;

/**
 * How long what failed is left alone, in milliseconds: twice as long with each failure in a row, up
 * to an hour, of which the second half is spread by the key, so that what failed together does not
 * come again together.
 *
 * @param failures in a row, from 1
 */
export function pauseAfter(failures: number, key: string): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round((longest * (1 + drawn(key))) / 2);
}

/** From 0 up to 1, the same for the same key. */
const drawn = (key: string): number => createHash("sha256").update(`pause\n${key}`).digest().readUIntBE(0, 6) / 2 ** 48;
