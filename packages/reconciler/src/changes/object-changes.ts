import { parseObject } from "@slipway/domain";
import type { Tx } from "@slipway/store";
import { kindNamed, type TurnParts } from "../engine.ts";
import { objectOf, type KindRef, type ObjectHeader } from "../kind.ts";
import { insertRows, updateObjects, type ObjectChange } from "../objects.ts";
import { LostRace } from "./lost-race.ts";

/** An object with the row it started from, so that a concurrent change is noticed (optimistic lock). */
interface Pending {
  readonly kind: KindRef;
  /** Undefined: it is new. */
  readonly before: ObjectHeader | undefined;
  after: ObjectHeader;
}

/** Collects what becomes of objects: several changes of one are a single write. */
export class ObjectChanges {
  readonly #pending = new Map<string, Pending>();
  /** Objects that are due at once, by their kind. */
  readonly #woken = new Map<KindRef, Set<ObjectHeader["id"]>>();

  create(kind: KindRef, row: ObjectHeader): void {
    this.#pending.set(objectOf(kind, row), { kind, before: undefined, after: row });
  }

  change<R extends ObjectHeader>(kind: KindRef<R>, row: R, set: Partial<R>): R {
    const object = objectOf(kind, row);
    const pending = this.#pending.get(object) ?? { kind, before: row, after: row };
    pending.after = { ...pending.after, ...set };
    this.#pending.set(object, pending);
    return pending.after as R;
  }

  wake(kind: KindRef, id: ObjectHeader["id"]): void {
    this.#woken.set(kind, (this.#woken.get(kind) ?? new Set()).add(id));
  }

  /** The object as it is after what was changed here. */
  current<R extends ObjectHeader>(kind: KindRef<R>, row: R): R {
    return (this.#pending.get(objectOf(kind, row))?.after ?? row) as R;
  }

  /** Objects of a kind that were made or changed here, as they then are. */
  changed<R extends ObjectHeader>(kind: KindRef<R>): readonly R[] {
    return [...this.#pending.values()].flatMap((one) => (one.kind.name === kind.name ? [one.after as R] : []));
  }

  isChanged(kind: KindRef, row: ObjectHeader): boolean {
    return this.#pending.has(objectOf(kind, row));
  }

  /** @returns objects whose child ended here, which are due at once */
  async flush(tx: Tx, now: number, { by, kinds }: { by: string } & Pick<TurnParts, "kinds">): Promise<string[]> {
    const parents = this.#parentsOfEnded();
    const byTable = Map.groupBy(this.#pending.values(), ({ kind }) => kind.table);
    for (const [table, pending] of byTable) {
      const changes = pending.flatMap(({ before, after }) => (before === undefined ? [] : [changeOf(before, after)]));
      const [first] = pending;
      if (first !== undefined && changes.length > 0)
        if ((await updateObjects(tx, first.kind, changes)) !== changes.length) throw new LostRace(table);
      // New ones come last: of what there may be one of, the one before has ended by then.
      const fresh = pending.filter(({ before }) => before === undefined).map(({ after }) => after);
      if (fresh.length > 0) await insertRows(tx, table, fresh);
    }
    await this.#writeOwners(tx, now, by);
    await dueNow(tx, kinds, { parents, now });
    for (const [kind, ids] of this.#woken)
      await updateObjects(
        tx,
        kind,
        [...ids].map((id) => ({ id, set: { due_at: now } })),
      );
    return parents;
  }

  #parentsOfEnded(): string[] {
    const ended = [...this.#pending.values()].filter(
      ({ before, after }) => after.finished_at !== null && (before?.finished_at ?? null) === null,
    );
    const parents = new Set(ended.flatMap(({ after: { parent } }) => (typeof parent === "string" ? [parent] : [])));
    return [...parents];
  }

  async #writeOwners(tx: Tx, since: number, by: string): Promise<void> {
    const changed = [...this.#pending].filter(([, { before, after }]) => (before?.owner ?? null) !== after.owner);
    if (changed.length === 0) return;
    const ids = await tx.nextIds("event", changed.length);
    await tx.insert(
      "owner_changes",
      changed.map(([object, { after }], index) => ({ id: ids[index] ?? 0, since, by, object, owner: after.owner })),
    );
  }
}

function changeOf(before: ObjectHeader, { id, revision, ...after }: ObjectHeader): ObjectChange {
  const set = Object.fromEntries(
    Object.entries(after).filter(([name, value]) => value !== before[name as keyof ObjectHeader]),
  );
  return { id, set: { ...set, revision: revision + 1 }, revision: before.revision };
}

/**
 * Makes objects due: their job may be running and have read already. Their revision stays, for a tick of one that is
 * under way is run again by the store.
 */
async function dueNow(
  tx: Tx,
  kinds: readonly KindRef[],
  { parents, now }: { readonly parents: readonly string[]; readonly now: number },
): Promise<void> {
  for (const parent of parents) {
    const ref = parseObject(parent);
    const kind = ref === undefined ? undefined : kindNamed({ kinds }, ref.kind);
    if (ref !== undefined && kind !== undefined)
      await updateObjects(tx, kind, [{ id: idIn(kind, ref.id), set: { due_at: now } }]);
  }
}

/** An id as the rows of a kind have it. */
export const idIn = (kind: Pick<KindRef, "textId">, id: string): ObjectHeader["id"] =>
  kind.textId === true ? id : Number(id);
