import { objectOf, type RunnerParts } from "../worker/parts.ts";

/** Sends ticks for validations that wait for a worker, because this one may be able to do their acts. */
export async function wakeWaiting({ store, queue }: RunnerParts): Promise<void> {
  const waiting = await store.transaction((tx) =>
    tx.find("validations", {
      where: { reason_code: "NoWorkerFor", status: { in: ["queued", "running"] } },
      columns: ["id", "priority"],
    }),
  );
  await queue.send(
    "tick",
    waiting.map((validation) => ({ key: objectOf(validation), priority: validation.priority })),
  );
}
