import { formatObject } from "@slipway/domain";
import type { Row } from "@slipway/store";
import type { Turn } from "../worker/turn.ts";

/** Opens an item for a person, unless one of its kind and subject is open. */
export async function openItem(
  { tx, change }: Pick<Turn, "tx" | "change">,
  {
    openedFor,
    ...item
  }: Pick<Row<"items">, "kind" | "subject" | "owner" | "title" | "detail"> & { readonly openedFor: string },
): Promise<void> {
  const [id = 0] = await tx.nextIds("object", 1);
  const row = { id, ...item, opened_at: change.now, closed_at: null };
  if ((await tx.insert("items", [row], { skipConflicts: true })).length === 0) return;
  change.audit(formatObject({ kind: "item", id }), {
    from: null,
    to: "open",
    reason: item.title,
    detail: { opened_for: openedFor },
  });
}

/** Closes the open item of a kind and subject, where there is one. */
export async function closeItem(
  { tx, change }: Pick<Turn, "tx" | "change">,
  { kind, subject, reason }: Pick<Row<"items">, "kind" | "subject"> & { readonly reason: string },
): Promise<void> {
  const [open] = await tx.find("items", { where: { kind, subject, closed_at: null }, limit: 1 });
  if (open === undefined) return;
  await tx.update("items", [{ key: { id: open.id }, set: { closed_at: change.now } }]);
  change.audit(formatObject({ kind: "item", id: open.id }), { from: "open", to: "closed", reason });
}
