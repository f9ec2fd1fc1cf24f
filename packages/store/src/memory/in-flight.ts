/** Counts calls that have not ended yet: simulated time stands still while there are any. */
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

  /** Resolves when none was under way in two rounds of the event loop in a row: what an answer started has run too. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#count === 0) continue;
      await new Promise<void>((resolve) => this.#idle.push(resolve));
      quiet = -1;
    }
  }
}
