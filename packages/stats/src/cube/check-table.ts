import { StatsInputError } from "../input-error.ts";
import { MAX_CHECKS } from "./columns.ts";

/** Which check has which bit. */
export class CheckTable {
  readonly #names: string[] = [];

  constructor(names: readonly string[] = []) {
    this.mask(names);
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The bits of checks; one not met before gets the next. */
  mask(checks: readonly string[]): number {
    let bits = 0;
    for (const check of checks) {
      let bit = this.#names.indexOf(check);
      if (bit < 0) {
        if (this.#names.length === MAX_CHECKS)
          throw new StatsInputError(
            `more than ${String(MAX_CHECKS)} checks failed: ${check} has no place beside ${this.#names.join(", ")}`,
          );
        bit = this.#names.push(check) - 1;
      }
      bits |= 1 << bit;
    }
    return bits >>> 0;
  }

  /** The bits of those among the checks that ever failed: to drop another changes nothing. */
  knownMask(checks: readonly string[]): number {
    return this.#names.reduce((bits, name, bit) => (checks.includes(name) ? bits | (1 << bit) : bits), 0) >>> 0;
  }
}
