/** Lets works run beside each other, and one of them by itself: it waits for the others' end, and none begins meanwhile. */
export class Solo {
  readonly #onChange: () => void;
  readonly #pause: () => Promise<void>;
  #running = 0;
  #idle: (() => void) | undefined;
  #alone: Promise<void> | undefined;
  #paused: Promise<void> | undefined;

  /**
   * @param onChange called when a work begins to wait to be alone, and when it ended
   * @param pause between two works that run by themselves, for the others to begin in
   */
  constructor(onChange: () => void, pause: () => Promise<void>) {
    this.#onChange = onChange;
    this.#pause = pause;
  }

  /** Whether a work runs by itself, or waits to. */
  get isTaken(): boolean {
    return this.#alone !== undefined;
  }

  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    for (let before = this.#before(); before !== undefined; before = this.#before()) await before;
    const ended = Promise.withResolvers<undefined>();
    this.#alone = ended.promise;
    this.#onChange();
    try {
      if (this.#running > 0)
        await new Promise<void>((resolve) => {
          this.#idle = resolve;
        });
      return await work();
    } finally {
      this.#idle = undefined;
      this.#alone = undefined;
      this.#paused = this.#pause().finally(() => {
        this.#paused = undefined;
      });
      ended.resolve(undefined);
      this.#onChange();
    }
  }

  /** What a work that is to run by itself waits for; undefined when it is its turn. */
  #before(): Promise<void> | undefined {
    return this.#alone ?? this.#paused;
  }
}
