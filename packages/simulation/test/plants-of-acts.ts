import { StoreError, type Clock, type Row, type Tx } from "@slipway/store";
import { LookThrows } from "../src/looks.ts";
import type { Plant, RunTransaction } from "../src/ports.ts";

/** What the look at one validation throws is taken for a store that is away: all that were looked at with it are left as they were. */
export const looksTogether: Plant = {
  run: (run) => (work) =>
    run(work).catch((error: unknown) => {
      throw error instanceof LookThrows ? new StoreError("unavailable", error.message) : error;
    }),
};

/** Between two tries of an act that failed. */
const AT_ONCE_MS = 3_000;

/** An act that failed is carried out again three seconds later, for ever, and its row says nothing of it. */
export const retriesAtOnce = (): Plant => {
  let failed = false;
  return {
    tx: (tx) => ({
      ...tx,
      update: (table, changes) => {
        if (table !== "intents") return tx.update(table, changes);
        const kept = changes.map((change) => {
          const { tries, look_again_at: _at, last_error: _error, ...set } = change.set as Partial<Row<"intents">>;
          failed ||= tries !== undefined;
          return tries === undefined ? change : { ...change, set: set as typeof change.set };
        });
        return tx.update(table, kept);
      },
    }),
    handle: async (handle: () => Promise<void>, clock: Clock) => {
      do {
        failed = false;
        await handle();
        if (failed) await clock.sleep(AT_ONCE_MS);
      } while (failed);
    },
  };
};

/** An act is sent as its worker found it, whatever has become of its claim since. */
export const sendsUnchecked = (): Plant => {
  /** The act of each object that was read last. */
  const acts = new Map<string, Row<"intents">>();
  const unchecked = (tx: Tx): Tx => ({
    ...tx,
    get: async (table, key) => {
      const row = await tx.get(table, key);
      const act = [...acts.values()].find(({ machine }) => machine === (row as Row<"claims"> | undefined)?.machine);
      return table !== "claims" || act === undefined ? row : row && { ...row, holder: act.object, fence: act.fence };
    },
    find: async (table, query) => {
      const rows = await tx.find(table, query);
      if (table !== "validations") return rows;
      return rows.map((row) => {
        const act = acts.get(`validation/${String((row as Row<"validations">).id)}`);
        return act === undefined ? row : { ...row, acting: act.key, finished_at: null };
      });
    },
    update: (table, changes) =>
      table === "claims" ? Promise.resolve(changes.map(({ key }) => key)) : tx.update(table, changes),
  });
  return {
    tx: (tx) => ({
      ...tx,
      get: async (table, key) => {
        const row = await tx.get(table, key);
        if (table === "intents" && row !== undefined)
          acts.set((row as Row<"intents">).object, row as unknown as Row<"intents">);
        return row;
      },
    }),
    run: (run) => (work) =>
      run(work).catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== "Superseded") throw error;
        return run((tx) => work(unchecked(tx)));
      }),
  };
};

/**
 * A pass is counted by what its transaction saw of the claim, which it does not write: the validation follows in a
 * transaction of its own, so that nothing stops a pass whose claim moved meanwhile.
 */
export const countsBySnapshot: Plant = {
  run:
    (run: RunTransaction): RunTransaction =>
    async (work) => {
      const later: (readonly Parameters<Tx["update"]>[1][number][])[] = [];
      const result = await run((tx) => {
        later.length = 0;
        return work(snapshot(tx, later));
      });
      for (const changes of later) await run((tx) => tx.update("validations", changes as never));
      return result;
    },
};

function snapshot(tx: Tx, later: unknown[]): Tx {
  let counts = false;
  return {
    ...tx,
    find: (table, query) => {
      counts ||= table === "intents" && "key" in (query?.where ?? {});
      return tx.find(table, query);
    },
    update: async (table, changes) => {
      if (counts && table === "validations") {
        later.push(changes);
        return changes.map(({ key }) => key);
      }
      const asRead = ({ set, when = {} }: (typeof changes)[number]): boolean =>
        Object.entries(when).every(([name, value]) => (set as Readonly<Record<string, unknown>>)[name] === value);
      if (!counts || table !== "claims" || !changes.every(asRead)) return tx.update(table, changes);
      const held = await Promise.all(
        changes.map(async ({ key, when = {} }) => {
          const row = (await tx.get(table, key)) as Readonly<Record<string, unknown>> | undefined;
          return row !== undefined && Object.entries(when).every(([name, value]) => row[name] === value);
        }),
      );
      return changes.filter((_change, index) => held[index]).map(({ key }) => key);
    },
  };
}
