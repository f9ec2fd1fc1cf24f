/**
 * The point that a standard normal exceeds with a probability: Newton on the series
 * Φ(z) - 1/2 = φ(z) Σ z^(2k+1) / (1·3·5···(2k+1)) (Abramowitz and Stegun 26.2.11). Right to 1e-11 down to 1e-6.
 *
 * @param tail in (0, 1/2]
 */
export function normalUpperQuantile(tail: number): number {
  let z = 0;
  for (let step = 0; step < 100; step += 1) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    let term = z;
    let sum = z;
    for (let k = 1; Math.abs(term) > 1e-18 * sum; k += 1) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    // From 0 the steps only grow towards the point, because the upper tail is convex there.
    const change = (0.5 - density * sum - tail) / density;
    z += change;
    if (Math.abs(change) < 1e-14 * Math.max(1, z)) break;
  }
  return z;
}
