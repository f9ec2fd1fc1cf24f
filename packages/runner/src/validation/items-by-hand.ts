import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import { closeItem } from "../attention/items.ts";
import { queueAgain } from "./by-hand.ts";
import { BANS, RELEASES, VALIDATIONS } from "@slipway/nodes";
import { inTheNameOf, tryAgainIn, type ChangeSet, type Said } from "@slipway/reconciler";

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
    await tryAgain(change, intent, said.reason);
    await closeItem({ tx, change }, { ...item, reason: `tried again: ${said.reason}` });
  });
}

/** Has the object of an act that failed for good go on with it. */
async function tryAgain(change: ChangeSet, intent: Row<"intents">, reason: string): Promise<void> {
  const { tx } = change;
  const id = Number(intent.object_id);
  if (intent.object_kind === VALIDATIONS.name) return queueAgain(tx, change, { validation: id, reason });
  const ban = intent.object_kind === BANS.name ? await tx.get("bans", { id }) : undefined;
  const release = intent.object_kind === RELEASES.name ? await tx.get("releases", { id }) : undefined;
  if (ban !== undefined) return tryAgainIn(change, [BANS, ban], intent, reason);
  if (release !== undefined) return tryAgainIn(change, [RELEASES, release], intent, reason);
  throw new SlipwayError("input", `the act ${intent.key} is of no object that waits for a person`);
}

async function openItemOf(tx: Tx, id: number): Promise<Row<"items">> {
  const item = await tx.get("items", { id });
  if (item === undefined) throw new SlipwayError("input", `there is no item ${String(id)}`);
  if (item.closed_at !== null) throw new SlipwayError("input", `item ${String(id)} is closed already`);
  return item;
}
