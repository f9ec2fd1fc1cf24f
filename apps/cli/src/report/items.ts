import type { ItemShown } from "@slipway/queries";
import { columns, instant } from "./nodes.ts";
import { printable } from "./printable.ts";

/** Items as rows: who is asked to look at what, since when. */
export function itemsText(items: readonly ItemShown[]): string {
  if (items.length === 0) return "Nothing waits for a person.\n";
  const cells = items.map(({ id, kind, owner, opened_at, closed_at, title }) =>
    [String(id), kind, owner, instant(opened_at), closed_at === null ? "-" : instant(closed_at), title].map(printable),
  );
  return columns([["item", "kind", "owner", "opened", "closed", "title"], ...cells]);
}
