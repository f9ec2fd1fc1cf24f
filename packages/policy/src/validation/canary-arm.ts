import { createHash } from "node:crypto";
import type { CanaryCoin } from "@slipway/domain";
import type { Lane } from "../lanes/lane.ts";

/** A number in [0, 1) that everybody can draw again from the same words. */
export function drawn(...words: readonly string[]): number {
  return createHash("sha256").update(words.join("\n")).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * Tosses the coin of the canary arm for a validation, before its first pass; null where the lane
 * sets no probability, and on a segment that the lane does not name (frontier needs an explicit line).
 */
export function canaryCoin(lane: Lane, segment: string | null, seed: string): CanaryCoin | null {
  const { probability, segments } = lane.canaryArm;
  if (probability === 0 || segment === null || !segments.includes(segment)) return null;
  const toss = drawn("canary-arm", seed);
  return { probability, seed, drawn: toss, admitted: toss < probability };
}

/** Whether an attempt's runs go on after a failure, for the statistics. */
export const keepsRunning = (share: number, seed: string): boolean => share > 0 && drawn("keep-running", seed) < share;
