import { writeOutcomes, type Kind } from "@slipway/reconciler";
import type { Queue, Store } from "@slipway/store";
import { countPass } from "../src/validation/count-pass.ts";
import type { ReadyPass } from "../src/validation/ready-pass.ts";
import { VALIDATIONS } from "../src/worker/turn.ts";
import type { Validation } from "../src/worker/parts.ts";

/** Writes the outcomes of these passes as a worker does. @returns keys of those that count */
export async function recordPasses(
  store: Store,
  passes: readonly ReadyPass[],
  { actor = "test", keepMs = null }: { readonly actor?: string; readonly keepMs?: number | null } = {},
): Promise<ReadonlySet<string>> {
  const intents = await store.transaction((tx) =>
    tx.find("intents", { where: { key: { in: passes.map(({ key }) => key) } } }),
  );
  const byKey = new Map(intents.map((intent) => [intent.key, intent]));
  const outcomes = passes.flatMap((ready) => {
    const intent = byKey.get(ready.key);
    const kind = {
      ...VALIDATIONS,
      record: (change, row) => countPass(change, row, ready, keepMs),
    } as Partial<Kind<Validation>> as Kind;
    const observed = { state: "already" as const, facts: {} };
    return intent === undefined
      ? []
      : [{ act: { kind, intent }, ended: { did: "done" as const, already: false, observed } }];
  });
  const queue = { send: () => Promise.resolve() } as Partial<Queue> as Queue;
  return writeOutcomes({ store, queue, worker: { id: actor }, kinds: [VALIDATIONS] }, outcomes);
}
