/** Somebody who waits for a time. */
export interface Sleeper {
  readonly wakes: number;
  /** Of two who wake at one time, the lower comes first. */
  readonly order: number;
  readonly wake: () => void;
}

const before = (a: Sleeper, b: Sleeper): boolean => a.wakes < b.wakes || (a.wakes === b.wakes && a.order < b.order);

/** Sleepers by the time they wake, in a binary heap. One that is given up stays in it until it would be the next. */
export class Sleepers {
  readonly #heap: Sleeper[] = [];
  readonly #gone = new Set<Sleeper>();

  push(sleeper: Sleeper): void {
    const heap = this.#heap;
    let at = heap.push(sleeper) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(sleeper, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = sleeper;
  }

  pop(): Sleeper | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const least = left === undefined || (right !== undefined && before(right, left)) ? right : left;
      if (least === undefined || !before(least, last)) break;
      heap[at] = least;
      at = least === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
    return first;
  }

  /** The next to wake, who stays asleep. */
  peek(): Sleeper | undefined {
    for (let [next] = this.#heap; next !== undefined && this.#gone.delete(next); [next] = this.#heap) this.pop();
    return this.#heap[0];
  }

  giveUp(sleeper: Sleeper): void {
    this.#gone.add(sleeper);
  }
}
