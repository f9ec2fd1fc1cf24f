import type { Tx } from "./store.ts";

const effects = new WeakMap<Tx, (() => void)[]>();

/** Lets a transaction collect effects. @returns runs them; to be called once it has committed */
export function collectEffects(tx: Tx): () => void {
  const own: (() => void)[] = [];
  effects.set(tx, own);
  return () => {
    for (const effect of own) effect();
  };
}

/** Runs `effect` in this process once the transaction has committed, and never if it does not. */
export function afterCommit(tx: Tx, effect: () => void): void {
  const own = effects.get(tx);
  if (own === undefined) throw new TypeError("the transaction is of no store of this package");
  own.push(effect);
}
