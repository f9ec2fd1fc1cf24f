import type { Row } from "@slipway/store";
import type { TurnParts } from "./engine.ts";
import { objectOf } from "./kind.ts";
import { findObjects } from "./objects.ts";
import { sendActs } from "./routing.ts";

const SWEEP_LIMIT = 2_000;

/**
 * Sends jobs for every object that is due and for every intent whose job may be lost. The workers share this work, each
 * in its turn.
 *
 * @returns what the queues of acts stand for, and the store's time
 */
export async function sweep({ store, queue, kinds }: Pick<TurnParts, "store" | "queue" | "kinds">): Promise<{
  readonly queues: readonly Row<"act_queues">[];
  readonly now: number;
}> {
  const { due, open, queues, now } = await store.transaction(async (tx) => {
    const now = await tx.now();
    const due: { key: string; priority: number }[] = [];
    for (const kind of kinds) {
      const rows = await findObjects(tx, kind, {
        where: { due_at: { lte: now } },
        orderBy: ["due_at"],
        limit: SWEEP_LIMIT,
        columns: ["id", "priority"],
      });
      due.push(...rows.map((row) => ({ key: objectOf(kind, row), priority: row.priority })));
    }
    return {
      now,
      due,
      open: await tx.find("intents", {
        where: { outcome: null, look_again_at: { lte: now } },
        orderBy: ["look_again_at"],
        limit: SWEEP_LIMIT,
        columns: ["key", "needs"],
      }),
      queues: await tx.find("act_queues"),
    };
  });
  await queue.send("tick", due);
  if (open.length > 0) await store.transaction((tx) => sendActs(tx, queue, open));
  return { queues, now };
}

/** Sends ticks for objects that wait for a worker, because this one may be able to do their acts. */
export async function wakeWaiting({ store, queue }: Pick<TurnParts, "store" | "queue">): Promise<void> {
  const waiting = await store.transaction((tx) =>
    tx.find("conditions", { where: { reason: "NoWorkerFor", status: "True" }, columns: ["object"] }),
  );
  await queue.send(
    "tick",
    waiting.map(({ object }) => ({ key: object })),
  );
}
