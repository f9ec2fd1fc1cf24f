import { countingTransitions, type RunnerParts } from "@slipway/runner";
import { systemClock } from "@slipway/store";
import { liveSettings, openLab } from "./lab.ts";
import { openActive, readCheckout, type ActiveSet } from "./active.ts";
import { openAdapters, openWorkersDatabase, type Database } from "./open.ts";
import { runnerParts } from "./runner-parts.ts";

/** What a command needs that acts on nodes by itself, whether or not a control plane runs. */
export interface Workbench {
  readonly database: Database;
  readonly parts: RunnerParts;
  /** The same for a worker in this process: whatever many acts at once change is not counted as the command's. */
  readonly workers: RunnerParts;
  readonly active: ActiveSet;
  /** Whether some worker beats on this database. */
  hasWorkers(): Promise<boolean>;
  close(): Promise<void>;
}

const ALIVE_MS = 20_000;

/** Opens the database (started on demand), the fleet's files and the ways to reach nodes. */
export async function openWorkbench({
  fleetFolder,
  release,
  sudo,
}: {
  readonly fleetFolder: string;
  readonly release: string;
  readonly sudo: boolean;
}): Promise<Workbench> {
  const database = await openWorkersDatabase({ start: true });
  const lab = liveSettings(await openLab(database, undefined));
  const quiet = { info: () => undefined, warn: () => undefined };
  const adapters = await openAdapters({ lab }, { clock: systemClock, log: quiet });
  const active = await openActive(database, await readCheckout(fleetFolder));
  const emit = (): void => undefined;
  const workers = await runnerParts({ database, active, adapters, release, limits: { sudo }, emit });
  const parts = Object.assign(Object.create(workers) as RunnerParts, { store: countingTransitions(database.store) });
  return {
    database,
    parts,
    workers,
    active,
    hasWorkers: async () =>
      (
        await database.store.transaction(async (tx) =>
          tx.find("workers", { where: { beat_at: { gte: (await tx.now()) - ALIVE_MS } } }),
        )
      ).length > 0,
    async close() {
      await parts.queue.close();
      await active.reader.close();
      await adapters.close();
      await database.close();
    },
  };
}
