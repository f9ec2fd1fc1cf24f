import type { OutputBudget } from "@slipway/plugin-sdk";

/** Most that is kept of the output of one node in one collection or pass, over all its probes. */
export const NODE_BYTES = 256 * 2 ** 20;
/** What each node may print whatever others print: several times what all probes print of a sound node. */
const OWN_BYTES = 16 * 2 ** 20;
/** What all nodes of this process together may have beyond that at a time: two whole nodes. */
const SHARED_BYTES = 512 * 2 ** 20;

/** What is left for the output of one node, of its own and of what all nodes share. */
class NodeBudget implements OutputBudget {
  readonly #pool: OutputBudget;
  #used = 0;

  constructor(pool: OutputBudget) {
    this.#pool = pool;
  }

  get left(): number {
    return Math.min(NODE_BYTES - this.#used, Math.max(0, OWN_BYTES - this.#used) + this.#pool.left);
  }
  set left(bytes: number) {
    const before = this.#shared;
    this.#used += this.left - bytes;
    this.#pool.left -= this.#shared - before;
  }

  /** Gives back what it had of the share of all: its output is not in memory any more. */
  release(): void {
    this.#pool.left += this.#shared;
    this.#used = 0;
  }

  get #shared(): number {
    return Math.max(0, this.#used - OWN_BYTES);
  }
}

const shared: OutputBudget = { left: SHARED_BYTES };

/**
 * Does work in which a node's output is in memory, so that the nodes of this process together hold no more than they
 * may. What is beyond a budget is cut from the output.
 */
export async function withNodeBudget<T>(work: (budget: OutputBudget) => Promise<T>): Promise<T> {
  const budget = new NodeBudget(shared);
  try {
    return await work(budget);
  } finally {
    budget.release();
  }
}
