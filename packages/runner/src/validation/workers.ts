import type { Row, Tx } from "@slipway/store";
import { objectOf, type RunnerLimits, type RunnerParts } from "./parts.ts";
import { coversOf } from "./routing.ts";

/** Between two heartbeats, in sweeps. */
const BEAT_SWEEPS = 5;
/** Heartbeats that may be missed before a worker is not counted on any more. */
const MISSED = 4;

/** Between two heartbeats of a worker, in milliseconds. */
export const beatMs = ({ sweepMs }: RunnerLimits): number => sweepMs * BEAT_SWEEPS;

/** Says that this worker lives, and what it can do. */
export async function beat(
  { store, worker }: RunnerParts,
  state: Pick<Row<"workers">, "skew_ms" | "covers">,
): Promise<void> {
  const { id, host, pid, release } = worker;
  await store.transaction(async (tx) => {
    const now = await tx.now();
    const known = await tx.get("workers", { id });
    await tx.upsert("workers", [
      { id, host, pid, release, started_at: known?.started_at ?? now, beat_at: now, ...state },
    ]);
  });
}

/** What each living worker covers; this one, which works, is among them. */
export async function livingCovers(parts: RunnerParts, tx: Tx, now: number): Promise<readonly (readonly string[])[]> {
  const others = await tx.find("workers", {
    where: { beat_at: { gte: now - MISSED * beatMs(parts.limits) } },
    columns: ["covers"],
  });
  return [coversOf(parts), ...others.map(({ covers }) => covers)];
}

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
