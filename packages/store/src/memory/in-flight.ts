/** Calls that have not come back yet: simulated time stands still for them. */
export class InFlight {
  #count = 0;
  #idle: (() => void)[] = [];

  /** The same call, counted while it is under way. */
  watch<A extends unknown[], T>(call: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
    return async (...args) => {
      this.#count += 1;
      try {
        return await call(...args);
      } finally {
        this.#count -= 1;
        if (this.#count === 0) for (const resolve of this.#idle.splice(0)) resolve();
      }
    };
  }

  /** Resolves after two quiet rounds in a row: what an answer sets off has run as well. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#count === 0) continue;
      await new Promise<void>((resolve) => this.#idle.push(resolve));
      quiet = -1;
    }
  }
}
