import { formatObject } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import { closeItem } from "../attention/items.ts";
import { queueAgain } from "./by-hand.ts";
import { validationNamed } from "../worker/parts.ts";
import { inTheNameOf, type ChangeSet, type Said } from "@slipway/reconciler";

/** An item of which a person says something. */
export interface SaidOfItem extends Said {
  readonly item: number;
}

/** Kinds that end by themselves or by a command of their own, with what to do instead of closing one. */
const ENDS_OTHERWISE: Readonly<Record<string, string>> = {
  "evidence-expiry":
    "confirm it with slipway evidence expire --confirm; it closes by itself once no more than usual would go",
  "evidence-orphans":
    "confirm it with slipway evidence expire --confirm; it closes by itself once no more than usual would go",
  "too-many-out": "it closes by itself once fewer machines are out: lift bans with slipway bans lift",
};

/** Kinds that are about an act which is not tried any more; the subject is the key of its intent. */
const OF_ACTS: readonly string[] = ["act-failing", "work-ends-workers"];

/**
 * Closes an item for a person in somebody's name, where nothing else closes one of its kind. After a tripped breaker's
 * item is closed, machines are banned for its code again.
 *
 * @throws SlipwayError of kind `input` for an item that is not there, is closed, or ends otherwise
 */
export function closeByHand(store: Store, { item: id, ...said }: SaidOfItem): Promise<void> {
  return inTheNameOf(store, said, async (tx, change) => {
    const item = await openItemOf(tx, id);
    const hint = ENDS_OTHERWISE[item.kind];
    if (hint !== undefined)
      throw new SlipwayError("input", `item ${String(id)}: one of kind ${item.kind} is not closed by hand`, { hint });
    await closeItem({ tx, change }, { ...item, reason: said.reason });
  });
}

/**
 * Has the act of an item tried again in somebody's name, and closes the item. The act of a validation is asked for
 * anew, under a new claim; another goes on under its own key, so that nobody does it twice. Either is sent only if it
 * is still wanted then.
 *
 * @throws SlipwayError of kind `input` for an item that is not there, is closed or is about no act, and for an act that is
 *   not waiting for a person any more
 */
export function retryActOf(store: Store, { item: id, ...said }: SaidOfItem): Promise<void> {
  return inTheNameOf(store, said, async (tx, change) => {
    const item = await openItemOf(tx, id);
    if (!OF_ACTS.includes(item.kind))
      throw new SlipwayError("input", `item ${String(id)} is about no act: it is of kind ${item.kind}`, {
        hint: `only items of kind ${OF_ACTS.join(" and ")} are`,
      });
    const intent = await tx.get("intents", { key: item.subject });
    if (intent === undefined) throw new SlipwayError("input", `item ${String(id)}: there is no act ${item.subject}`);
    const validation = validationNamed(intent.object);
    if (validation === undefined) await openAgain(tx, change, intent, said.reason);
    else await queueAgain(tx, change, { validation, reason: said.reason });
    await closeItem({ tx, change }, { ...item, reason: `tried again: ${said.reason}` });
  });
}

/** Opens an act that failed for good: its tries and the deaths of workers with it count from here. */
async function openAgain(tx: Tx, change: ChangeSet, { key, act }: Row<"intents">, reason: string): Promise<void> {
  const set = { outcome: null, outcome_at: null, op_id: null, tries: 0, look_again_at: change.now };
  const opened = await tx.update("intents", [{ key: { key }, set, when: { outcome: "failed" } }]);
  if (opened.length === 0) throw new SlipwayError("input", `the act ${key} does not wait for a person any more`);
  const deaths = await tx.find("act_deaths", { where: { key }, columns: ["key", "worker"] });
  await tx.remove("act_deaths", deaths);
  change.audit(formatObject({ kind: "intent", id: key }), { from: "failed", to: act, reason, detail: { intent: key } });
}

async function openItemOf(tx: Tx, id: number): Promise<Row<"items">> {
  const item = await tx.get("items", { id });
  if (item === undefined) throw new SlipwayError("input", `there is no item ${String(id)}`);
  if (item.closed_at !== null) throw new SlipwayError("input", `item ${String(id)} is closed already`);
  return item;
}
