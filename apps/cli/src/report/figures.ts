/** Digits of a percentage that a width supports: tenths below 10 points, hundredths below 1. */
export const digitsFor = (width: number): number => (width >= 0.1 ? 0 : width >= 0.01 ? 1 : 2);

export const percent = (fraction: number, digits: number): string => `${(fraction * 100).toFixed(digits)} %`;

/** `27-100 %`, to the digits that the range supports. */
export function percentRange(lo: number, hi: number): string {
  const digits = digitsFor(hi - lo);
  return `${(lo * 100).toFixed(digits)}-${(hi * 100).toFixed(digits)} %`;
}

export const whole = (count: number): string => Math.round(count).toLocaleString("en-US");

const rounded = (value: number, round: (value: number) => number): string =>
  (value < 10 ? round(value * 10) / 10 : round(value)).toLocaleString("en-US");

/** A lower bound, never more than it is; tenths below 10. */
export const atLeast = (value: number): string => rounded(value, Math.floor);

/** An upper bound, never less than it is. */
export const atMost = (value: number): string => rounded(value, Math.ceil);

/** Of what is not known. */
export const NONE = "–";

export const wholeOr = (count: number | null | undefined): string =>
  count === null || count === undefined ? NONE : whole(count);
