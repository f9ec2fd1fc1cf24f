import { createHash } from "node:crypto";
import type { CanaryCoin } from "@slipway/domain";
import type { Lane } from "../lanes/lane.ts";

/** A number in [0, 1), the same for the same words: whoever knows them can check the draw. */
export function drawn(...words: readonly string[]): number {
  return createHash("sha256").update(words.join("\n")).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * Draws, before the first pass of a validation, whether its machine is admitted even if it fails (statistics.md 1.4:
 * the randomised arm that measures what a threshold refuses).
 *
 * @returns null where the lane sets no probability, and in a segment that the lane does not name
 */
export function canaryCoin(lane: Lane, segment: string | null, seed: string): CanaryCoin | null {
  const { probability, segments } = lane.canaryArm;
  if (probability === 0 || segment === null || !segments.includes(segment)) return null;
  const toss = drawn("canary-arm", seed);
  return { probability, seed, drawn: toss, admitted: toss < probability };
}

/** Draws whether an attempt goes on with its passes after a failure, so that the statistics see whole attempts. */
export const keepsRunning = (share: number, seed: string): boolean => share > 0 && drawn("keep-running", seed) < share;
