import type { Faults } from "./faults.ts";

/** Thrown inside a transaction of a process that died, so that it rolls back; nobody else ever sees it. */
export class Died extends Error {
  override readonly name = "Died";
}

const never = new Promise<never>(() => undefined);

/**
 * A process that may die or stand still between any two awaits: whatever it awaits outside of itself
 * passes a point here. What died never goes on, as with a real process; what stood still does, and
 * does not know how long it was away.
 */
export class Life {
  dead = false;
  /** How far its clock is from the true one, in milliseconds. */
  skew = 0;
  readonly #faults: Faults;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #onDeath: () => void;
  readonly #onStall: () => void;
  #death: { readonly at: string; left: number } | undefined;
  #stall: { readonly at: string; readonly ms: number } | undefined;
  #still: Promise<void> | undefined;

  constructor(
    faults: Faults,
    sleep: (ms: number) => Promise<void>,
    { onDeath, onStall }: { readonly onDeath: () => void; readonly onStall: () => void },
  ) {
    this.#faults = faults;
    this.#sleep = sleep;
    this.#onDeath = onDeath;
    this.#onStall = onStall;
  }

  /** Dies at the `left`-th point from now whose name begins so. */
  dieAt(at: string, left: number): void {
    this.#death = { at, left };
  }

  /** Stands still for `ms` at the next point whose name begins so. */
  stallAt(at: string, ms: number): void {
    this.#stall = { at, ms };
  }

  /** Ends it here and now. */
  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.#onDeath();
  }

  /** A point between two awaits; undefined where it may be passed at once. */
  point(name: string): Promise<void> | undefined {
    if (this.dead) return never;
    if (this.#strikes(name)) return never;
    if (this.#stall !== undefined && this.#faults.active && name.startsWith(this.#stall.at)) {
      const still = this.#sleep(this.#stall.ms).then(() => {
        if (this.#still === still) this.#still = undefined;
        return this.dead ? never : undefined;
      });
      this.#stall = undefined;
      this.#still = still;
      this.#faults.struck.stall += 1;
      this.#onStall();
    }
    return this.#still;
  }

  /** A point inside a transaction, which has to end even so. @throws Died */
  pointWithin(name: string): void {
    if (this.dead || this.#strikes(name)) throw new Died();
  }

  /** Calls something outside of the process, with a point before and one after it. */
  async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    await this.point(name);
    const result = await run().catch(async (error: unknown) => {
      await this.point(`${name} failed`);
      throw error;
    });
    await this.point(`${name} done`);
    return result;
  }

  #strikes(name: string): boolean {
    if (this.#death === undefined || !this.#faults.active || !name.startsWith(this.#death.at)) return false;
    if (this.#death.left-- > 0) return false;
    this.#death = undefined;
    this.#faults.struck.crash += 1;
    this.die();
    return true;
  }
}
