import { StatsInputError } from "./input-error.ts";
import { Z95 } from "./model.ts";

export interface CanarySize {
  readonly schema: "slipway/canary-size@1";
  readonly canaries: number;
  /** Attempts until that many concern the change; null when their share is not given. */
  readonly attempts_needed: number | null;
}

/** A whole number that double precision lifted by its last digits stays that number. */
const ceil = (value: number): number => Math.ceil(value * (1 - 1e-12));

/**
 * How many canaries measure a rate to a half width at 95 %: ceil(z² r(1-r)/d²), and how many attempts that takes when
 * only a share of them concerns the change (statistics.md 1.4, settled.md E).
 *
 * @throws StatsInputError for a rate, half width or share outside (0, 1]
 */
export function canarySize(rate: number, halfWidth: number, share?: number): CanarySize {
  for (const [name, value] of Object.entries({ rate, "half width": halfWidth, share: share ?? 1 })) {
    if (!(value > 0 && value <= 1))
      throw new StatsInputError(`the ${name} has to be above 0, and 1 at most, not ${String(value)}`);
  }
  const canaries = ceil((Z95 * Z95 * rate * (1 - rate)) / (halfWidth * halfWidth));
  return {
    schema: "slipway/canary-size@1",
    canaries,
    attempts_needed: share === undefined ? null : ceil(canaries / share),
  };
}
