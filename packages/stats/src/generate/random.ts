/** Draws that follow from a seed, the same in every engine. */
export interface Random {
  /** In (0, 1), 53 bits. */
  uniform(): number;
  chance(probability: number): boolean;
  /** Exponential, mean 1. */
  exponential(): number;
  /** Beta(a, b) with a, b >= 1. */
  beta(a: number, b: number): number;
}

/**
 * xoshiro128** 1.1 (D. Blackman, S. Vigna, Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47, 2021; public
 * domain), its state filled by splitmix32 of the seed and the words that say what the stream is for, so that another
 * stream moves no other.
 */
export function random(seed: number, ...purpose: readonly string[]): Random {
  let mix = seed >>> 0;
  for (const letter of purpose.join("\0")) mix = Math.imul(mix ^ letter.charCodeAt(0), 0x01000193);
  const fill = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  const bits = (): number => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = (): number => ((bits() >>> 5) * 67_108_864 + (bits() >>> 6) + 0.5) / 9_007_199_254_740_992;

  /** Marsaglia's polar method. */
  const normal = (): number => {
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const s = x * x + y * y;
      if (s > 0 && s < 1) return x * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
  /** Gamma of shape >= 1 (G. Marsaglia, W. W. Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26, 2000). */
  const gamma = (shape: number): number => {
    const center = shape - 1 / 3;
    const scale = 1 / Math.sqrt(9 * center);
    for (;;) {
      const x = normal();
      const v = (1 + scale * x) ** 3;
      if (v > 0 && Math.log(uniform()) < 0.5 * x * x + center * (1 - v + Math.log(v))) return center * v;
    }
  };
  return {
    uniform,
    chance: (probability) => uniform() < probability,
    exponential: () => -Math.log(uniform()),
    beta(alpha, beta) {
      const x = gamma(alpha);
      return x / (x + gamma(beta));
    },
  };
}
