import { createPrng, deriveSeed, type Prng } from "@slipway/synth";

/** A source of choices for one purpose; the same words give the same choices. */
export const chance = (seed: number, ...purpose: readonly (string | number)[]): Prng =>
  createPrng(deriveSeed(seed, ...purpose));

/** A time until something that happens `rate` times per unit. */
export const exponential = (rng: Prng, rate: number): number =>
  rate <= 0 ? Infinity : -Math.log(1 - rng.next()) / rate;

/** Days until a failure of Weibull shape, whose cumulative hazard at 30 days is `hazard`. */
export const weibullDays = (rng: Prng, hazard: number, shape: number): number =>
  hazard <= 0 ? Infinity : 30 * (exponential(rng, 1) / hazard) ** (1 / shape);

/** A Beta variate as a ratio of Gamma variates. */
export function beta(rng: Prng, a: number, b: number): number {
  const gamma = (shape: number): number => {
    // Marsaglia and Tsang (2000), with their boost below 1.
    const boost = shape < 1 ? rng.next() ** (1 / shape) : 1;
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - rng.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * boost;
    }
  };
  const x = gamma(a);
  return x / (x + gamma(b));
}
