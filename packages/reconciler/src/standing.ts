import { takeTurn } from "./changes/change-set.ts";
import type { LoopParts } from "./engine.ts";
import { newHeader, type ObjectHeader } from "./kind.ts";
import { findObjects } from "./objects.ts";

/** What the row of an object that is always there begins with: it is due at once, and never ends. */
export const standingHeader = (now: number): Omit<ObjectHeader, "id" | "parent"> =>
  newHeader({ now }, { status: "standing", reason_code: "Standing", reason: "it is always there", priority: 0 });

/** Makes the objects that are always there and are missing. */
export const makeStanding = (parts: Pick<LoopParts, "store" | "queue" | "worker" | "kinds">): Promise<void> =>
  takeTurn(parts, async ({ tx, change }) => {
    for (const kind of parts.kinds) {
      const wanted = kind.standing?.(change.now) ?? [];
      if (wanted.length === 0) continue;
      const ids = wanted.map(({ id }) => id);
      const there = new Set((await findObjects(tx, kind, { where: { id: { in: ids } } })).map(({ id }) => id));
      for (const row of wanted) if (!there.has(row.id)) change.create(kind, row);
    }
  });
