import type { Change, Row, Tx } from "@slipway/store";
import type { Plant } from "../src/ports.ts";

/** A release lifts whatever bans its machine has, also those of its vendor. */
export const releaseLiftsAll: Plant = {
  tx: (tx) => {
    let releases = false;
    return {
      ...tx,
      // A release takes its number before it reads the bans of its machine; a ban reads the others before.
      nextIds: (sequence, count) => {
        releases ||= sequence === "object";
        return tx.nextIds(sequence, count);
      },
      find: async (table, query) => {
        const rows = await tx.find(table, query);
        if (!releases || table !== "bans") return rows;
        return (rows as readonly unknown[]).map((row) => ({ ...(row as object), source: "validation" })) as never;
      },
    };
  },
};

/** A node's name is taken for that of a machine, whichever vendor's. */
export const namesAreEnough: Plant = {
  tx: (tx) => ({
    ...tx,
    find: async (table, query) => {
      const where = query?.where as Partial<Record<string, unknown>> | undefined;
      const named = table === "machines" && typeof where?.["id"] === "object" && where["adapter"] !== undefined;
      if (!named || query?.limit !== undefined) return tx.find(table, query);
      const { adapter: _any, ...others } = where;
      return tx.find(table, { ...query, where: others, orderBy: ["id"], limit: 1 } as never);
    },
  }),
};

type AccountChange = Change<"vendor_accounts">;

/** What a vendor said of its nodes is noted only when all of the look went well. */
export const notesAtTheEnd = (): Plant => {
  const said = new Map<string, Row<"vendor_nodes">>();
  return {
    tx: (tx) => ({
      ...tx,
      upsert: async (table, rows) => {
        if (table !== "vendor_nodes") return tx.upsert(table, rows);
        for (const row of rows as unknown as readonly Row<"vendor_nodes">[])
          said.set(`${row.adapter} ${row.node}`, row);
      },
      update: async (table, changes) => {
        for (const { key, set } of table === "vendor_accounts" ? (changes as readonly AccountChange[]) : []) {
          if (set.acting !== null) continue;
          const own = [...said].filter(([, row]) => row.adapter === key.id);
          for (const [name] of own) said.delete(name);
          if ((set.failed_looks ?? 0) === 0)
            await tx.upsert(
              "vendor_nodes",
              own.map(([, row]) => row),
            );
        }
        return tx.update(table, changes);
      },
    }),
  };
};

/** What a vendor said of its nodes is known to the process alone that heard it. */
export const remembersAlone = (): Plant => {
  const heard = new Set<string>();
  return {
    tx: (tx) => ({
      ...tx,
      find: async (table, query) => {
        const rows = await tx.find(table, query);
        if (table !== "vendor_nodes") return rows;
        return rows.filter((row) => heard.has((row as unknown as Row<"vendor_nodes">).node));
      },
      upsert: async (table, rows) => {
        await tx.upsert(table, rows);
        if (table === "vendor_nodes")
          for (const { node } of rows as unknown as readonly Row<"vendor_nodes">[]) heard.add(node);
      },
    }),
  };
};

/** A sighting counts from the time that it names, however far ahead that is. */
export const believesAnyTime: Plant = {
  session: (session, clock) => ({
    ...session,
    listNodes: async (page, options) => {
      const list = await session.listNodes(page, options);
      const now = new Date(clock.now()).toISOString();
      return {
        ...list,
        items: list.items.map((item) =>
          item.observed_at > now ? { ...item, observed_at: now, dated: item.observed_at } : item,
        ),
      };
    },
  }),
  tx: datedAsSaid,
};

function datedAsSaid(tx: Tx): Tx {
  const dated = new Map<number, number>();
  return {
    ...tx,
    insert: (table, rows, options) => {
      if (table === "sightings")
        for (const { id, body } of rows as unknown as readonly Row<"sightings">[])
          if (typeof body["dated"] === "string") dated.set(id, Date.parse(body["dated"]));
      return tx.insert(table, rows, options);
    },
    upsert: (table, rows) =>
      table === "claims_of_sources" && dated.size > 0
        ? tx.upsert(table, (rows as unknown as readonly Row<"claims_of_sources">[]).map(redated))
        : tx.upsert(table, rows),
  };

  function redated(row: Row<"claims_of_sources">): Row<"claims_of_sources"> {
    const fields = Object.fromEntries(
      Object.entries(row.fields).map(([name, claim]) => {
        const observedAt = dated.get(claim.sighting);
        return [name, observedAt === undefined ? claim : { ...claim, observedAt }];
      }),
    );
    const times = Object.values(fields).map(({ observedAt }) => observedAt);
    return { ...row, fields, observed_at: Math.max(row.observed_at, ...times) };
  }
}

/** A machine is booked as validating as soon as its validation waits in line. */
export const booksWhenQueued: Plant = {
  tx: (tx) => ({
    ...tx,
    insert: async (table, rows, options) => {
      const inserted = await tx.insert(table, rows, options);
      if (table === "validations")
        for (const { id, machine } of rows as unknown as readonly Row<"validations">[]) await book(tx, machine, id);
      return inserted;
    },
  }),
};

async function book(tx: Tx, id: number, validation: number): Promise<void> {
  const machine = await tx.get("machines", { id });
  if (machine === undefined || machine.account === "Validating") return;
  const [at, [event = 0]] = [await tx.now(), await tx.nextIds("event", 1)];
  await tx.update("machines", [{ key: { id }, set: { account: "Validating", account_since: at } }]);
  await tx.insert("ledger", [
    {
      id: event,
      at,
      machine: id,
      from_account: machine.account,
      to_account: "Validating",
      cause: `validation/${String(validation)}`,
    },
  ]);
}
