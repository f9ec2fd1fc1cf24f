import type { UndoDraft } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import type { Reads } from "../kind.ts";

type Entry = Row<"undo_entries">;

/** Collects changes of the world that are about to be made, and what became of taking others back. */
export class UndoChanges {
  readonly #drafts: { readonly object: string; readonly intent: string; readonly drafts: readonly UndoDraft[] }[] = [];
  readonly #changed: { readonly key: { object: string; seq: number }; readonly set: Partial<Entry> }[] = [];

  /** What an act is about to change; drafts of a try that had no effect give way to them. */
  draft(object: string, intent: string, drafts: readonly UndoDraft[]): void {
    this.#drafts.push({ object, intent, drafts });
  }

  set(object: string, seq: number, set: Partial<Entry>): void {
    this.#changed.push({ key: { object, seq }, set });
  }

  async flush(tx: Tx): Promise<void> {
    if (this.#changed.length > 0) await tx.update("undo_entries", this.#changed);
    if (this.#drafts.length === 0) return;
    const intents = this.#drafts.map(({ intent }) => intent);
    const stale = await tx.find("undo_entries", {
      where: { intent: { in: intents } },
      columns: ["object", "seq"],
    });
    if (stale.length > 0) await tx.remove("undo_entries", stale);
    const all = this.#drafts.flatMap(({ object, intent, drafts }) =>
      drafts.map(({ key, prior, applied }) => ({ object, intent, key, prior, applied })),
    );
    if (all.length === 0) return;
    const ids = await tx.nextIds("event", all.length);
    const rest = { tries: 0, last_error: null, owner: null, reverted_at: null, outcome: null };
    await tx.insert(
      "undo_entries",
      all.map((entry, index) => ({ ...entry, ...rest, seq: ids[index] ?? 0 })),
    );
  }
}

/** Changes of these objects that stand and are still to be taken back, newest first, by object. */
export async function openUndo(
  reads: Reads,
  objects: readonly string[],
): Promise<ReadonlyMap<string, readonly Row<"undo_entries">[]>> {
  const rows = await reads.find("undo_entries", {
    where: { object: { in: objects }, reverted_at: null },
    orderBy: ["-seq"],
  });
  return Map.groupBy(rows, ({ object }) => object);
}
