import { SlipwayError } from "@slipway/plugin-sdk";
import type { Store } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { shown, time } from "./fields.ts";

const itemFields = shown(["opened_at", "closed_at"], {
  id: z.int().describe("its number"),
  kind: z.string().describe("what it is about, such as breaker or act-failing"),
  subject: z.string().describe("which one: a cluster, a node, the key of an act"),
  owner: z.string().describe("who is asked"),
  title: z.string(),
  detail: z.unknown(),
  opened_at: time(),
  closed_at: time().nullable(),
});

export const itemDocument = defineDocument(
  "slipway/item@1",
  {
    about: "An item: something that a person has to look at.",
    commands: ["items list", "items close", "items retry"],
  },
  itemFields.shape,
);
export type ItemShown = ContentOf<typeof itemDocument>;

/** Items that are open, or all, the oldest first. */
export const listItems = (
  store: Store,
  { all = false, kind }: { readonly all?: boolean | undefined; readonly kind?: string | undefined },
): Promise<readonly ItemShown[]> =>
  store.report(async (tx) => {
    const where = { ...(all ? {} : { closed_at: null }), ...(kind === undefined ? {} : { kind }) };
    return (await tx.find("items", { where, orderBy: ["opened_at", "id"] })).map((row) => itemFields.of(row));
  });

/** @throws SlipwayError of kind `input` for a number that no item has */
export const showItem = (store: Store, id: number): Promise<ItemShown> =>
  store.report(async (tx) => {
    const row = await tx.get("items", { id });
    if (row === undefined) throw new SlipwayError("input", `there is no item ${String(id)}`);
    return itemFields.of(row);
  });
