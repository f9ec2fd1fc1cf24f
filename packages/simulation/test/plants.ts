import { isFiled, SlipwayError, type Contents } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import type { Plant } from "../src/ports.ts";
import { DAY } from "../src/simulate.ts";

/** A pass that stayed inconclusive is taken for one that passed. */
export const releaseOnInconclusive: Plant = {
  tx: (tx) => ({
    ...tx,
    find: async (table, query) => {
      const rows = await tx.find(table, query);
      if (table !== "passes") return rows;
      return (rows as readonly Row<"passes">[]).map((row) =>
        row.verdict === "inconclusive" ? { ...row, verdict: "pass" } : row,
      ) as unknown as typeof rows;
    },
  }),
};

/** Whoever carries out an intent takes the machine for claimed, and the validation for waiting, by and for it. */
export const noFencing: Plant = { tx: (tx) => unfenced(tx, (row) => row) };

/** Besides, an intent never has an outcome: each delivery of its job runs the pass, and each is counted under an index of its own. */
export const countedTwice: Plant = { tx: countingTwice };

function countingTwice(tx: Tx): Tx {
  const open = unfenced(tx, (row) => (row.act === "pass" ? { ...row, outcome: null } : row));
  const moved = new Map<string, number>();
  const free = async (row: Row<"passes">): Promise<number> => {
    let index = row.run_index;
    while ((await tx.get("passes", { ...row, run_index: index })) !== undefined) index += 1;
    return index;
  };
  const name = ({ validation, attempt, run_index, try: tried }: Row<"passes"> | Row<"results">): string =>
    [validation, attempt, run_index, tried].join("/");
  return {
    ...open,
    insert: async (table, rows, options) => {
      let changed: readonly unknown[] = rows;
      if (table === "passes") {
        const passes = rows as unknown as readonly Row<"passes">[];
        for (const row of passes) moved.set(name(row), await free(row));
        changed = passes.map((row) => ({ ...row, run_index: moved.get(name(row)) ?? row.run_index }));
      }
      if (table === "results")
        changed = (rows as unknown as readonly Row<"results">[]).map((row) => ({
          ...row,
          run_index: moved.get(name(row)) ?? row.run_index,
        }));
      return tx.insert(table, changed as typeof rows, options);
    },
  };
}

/** Written whatever stands there. */
const UNCHECKED: readonly string[] = ["claims", "intents"];

function unfenced(tx: Tx, change: (row: Row<"intents">) => Row<"intents">): Tx {
  const carried = new Map<string, Row<"intents">>();
  const shown = <T>(table: string, row: T): T => {
    if (table === "intents") {
      const intent = change(row as Row<"intents">);
      if (intent.outcome === null) carried.set(intent.object, intent);
      return intent as T;
    }
    if (table === "validations") {
      const key = carried.get(`validation/${String((row as Row<"validations">).id)}`)?.key;
      return key === undefined ? row : { ...row, acting: key, finished_at: null };
    }
    const intent =
      table === "claims"
        ? [...carried.values()].find(({ machine }) => machine === (row as Row<"claims">).machine)
        : undefined;
    return intent === undefined ? row : { ...row, holder: intent.object, fence: intent.fence };
  };
  return {
    ...tx,
    update: (table, changes) =>
      tx.update(table, UNCHECKED.includes(table) ? changes.map(({ key, set }) => ({ key, set })) : changes),
    get: async (table, key) => {
      const row = await tx.get(table, key);
      return row && shown(table, row);
    },
    find: async (table, query) => {
      const { columns: _some, ...whole } = query ?? {};
      const { where = {} } = whole;
      // Acts are looked up by their key alone; ticks ask for open ones, and are left as they are.
      if (table === "intents" && (!("key" in where) || "outcome" in where)) return tx.find(table, query);
      const rows = await tx.find(table, table === "intents" ? whole : query);
      return rows.map((row) => shown(table, row));
    },
  };
}

/** Workers go by a clock that is 181 days ahead. */
export const clockAhead: Plant = { tx: (tx) => ({ ...tx, now: async () => (await tx.now()) + 181 * DAY }) };

/** Bytes that were there once are taken to be there for ever, and are not written again. */
export const remembersBytes: Plant = {
  blobs: (blobs) => {
    const seen = new Map<string, string>();
    return {
      ...blobs,
      put: async (contents) => {
        const fresh = contents.filter((content) => !seen.has(nameOf(content)));
        const digests = await blobs.put(fresh);
        for (const [index, content] of fresh.entries()) seen.set(nameOf(content), digests[index] ?? "");
        return contents.map((content) => seen.get(nameOf(content)) ?? "");
      },
    };
  },
};

/** Of GPUs that print one serial, because they share a board, one alone is read. */
export const dropsRepeats: Plant = {
  reader: (reader) => ({
    ...reader,
    report: async (host, outputs) => {
      const { node, use } = await reader.report(host, outputs);
      const { serials } = node;
      return { node: { ...node, serials: { ...serials, gpus: [...new Set(serials?.gpus)] } }, use };
    },
  }),
};

const nameOf = (content: Contents): string =>
  isFiled(content) ? content.file : Buffer.from(content).toString("latin1");

/** A worker without a vendor's adapter takes its acts, does nothing, and says that the vendor took them. */
export const actsWithoutAdapter: Plant = {
  unopened: {
    transport: {
      connect: (host) => Promise.reject(new SlipwayError("unreachable", `${host.name}: no way to it`)),
      close: () => undefined,
    },
    vendor: {
      session: {
        listNodes: () => Promise.resolve({ items: [] }),
        listEvents: () => Promise.resolve({ items: [], cursor: "" }),
        power: (_node, _op, { key }) => Promise.resolve({ id: key, state: "accepted" }),
        openRepair: (_node, _report, { key }) => Promise.resolve({ id: key, state: "accepted" }),
        returnToService: (_node, { key }) => Promise.resolve({ id: key, state: "accepted" }),
        operation: (key) => Promise.resolve({ id: key, state: "succeeded" }),
        close: () => Promise.resolve(),
      },
    },
  },
};
