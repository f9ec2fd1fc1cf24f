import { Z95, type Bounds } from "./model.ts";

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927). Neither count need be whole: A3 puts an effective number of
 * admissions in. Of nobody it is [0, 1].
 *
 * @param x events, from 0 to n
 * @param z normal quantile of the level; 95 % on both sides unless told
 */
export function wilson(x: number, n: number, z: number = Z95): Bounds {
  if (!(n > 0)) return { lo: 0, hi: 1 };
  const middle = (x + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((Math.max(0, x) * Math.max(0, n - x)) / n + (z * z) / 4);
  return { lo: x <= 0 ? 0 : Math.max(0, middle - half), hi: x >= n ? 1 : Math.min(1, middle + half) };
}

/** The upper end of {@link wilson}. */
export const wilsonUpper = (x: number, n: number, z: number = Z95): number => wilson(x, n, z).hi;

/**
 * The log(-log) interval of a product-limit rate R = 1 - S (A2): 1 - S^exp(-+z sqrt(V)/|ln S|).
 *
 * @param survival S, above 0 and below 1
 * @param greenwood V, the sum of d/(Y(Y-d))
 */
export function logLog(survival: number, greenwood: number): Bounds {
  const reach = Math.exp((Z95 * Math.sqrt(greenwood)) / Math.abs(Math.log(survival)));
  return { lo: 1 - survival ** (1 / reach), hi: 1 - survival ** reach };
}

/**
 * The interval of a difference of two independent rates out of their own intervals (R. G. Newcombe, Interval estimation
 * for the difference between independent proportions, Stat. Med. 17, 1998, 873-890, method 10).
 */
export function hybridDifference(
  a: Bounds & { readonly estimate: number },
  b: Bounds & { readonly estimate: number },
): Bounds {
  const difference = a.estimate - b.estimate;
  return {
    lo: difference - Math.hypot(a.estimate - a.lo, b.hi - b.estimate),
    hi: difference + Math.hypot(a.hi - a.estimate, b.estimate - b.lo),
  };
}
