import type pg from "pg";
import type { AnyQuery, Change, Tx } from "../store.ts";
import type { KeyOf, Row, TableName } from "../tables/index.ts";
import type { Table, Tables } from "../tables/columns.ts";
import { translated } from "./errors.ts";
import {
  countStatement,
  identity,
  insertStatement,
  removeStatement,
  selectStatement,
  updateStatement,
  type Statement,
} from "./statements.ts";

/** Most rows of one statement: with more, its parameters cost more than the saved statements. */
const CHUNK = 5_000;

type AnyRow = Readonly<Record<string, unknown>>;

/** One transaction's connection: operations run one after the other, and after the first error all fail with it. */
export class Session {
  /** The first error of an operation, also when the work swallowed it: PostgreSQL would roll back without an error. */
  failure: { readonly error: unknown } | undefined;
  #ended = false;
  #last: Promise<unknown> = Promise.resolve();
  readonly #client: pg.PoolClient;
  readonly #tables: Tables;

  constructor(client: pg.PoolClient, tables: Tables) {
    this.#client = client;
    this.#tables = tables;
  }

  tableOf(name: TableName): Table {
    const found = this.#tables[name];
    if (found === undefined) throw new RangeError(`there is no table ${name}`);
    return found;
  }

  query<R extends pg.QueryResultRow = pg.QueryResultRow>(statement: {
    readonly name?: string;
    readonly text: string;
    readonly values: unknown[];
  }): Promise<pg.QueryResult<R>> {
    const result = this.#last.then(async () => {
      if (this.#ended) throw new TypeError("the transaction has ended: an operation of it was not awaited");
      if (this.failure !== undefined) throw translated(this.failure.error);
      try {
        return await this.#client.query<R>(statement);
      } catch (error) {
        this.failure = { error };
        throw translated(error);
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Waits for the operation under way and refuses those after it, so that none reaches the connection's next user. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
  }
}

/** The operations of one transaction over its connection, which began at `now`. */
export function postgresTx(session: Session, now: number): Tx {
  const run: Run = Object.assign((statement: Statement) => session.query(statement), {
    tableOf: (name: TableName) => session.tableOf(name),
  });
  return {
    now: () => Promise.resolve(now),
    async get(name, key) {
      const { rows } = await run(selectStatement(name, run.tableOf(name), { where: key }));
      return rows[0] as never;
    },
    async find(name, query: AnyQuery = {}) {
      return (await run(selectStatement(name, run.tableOf(name), query))).rows as never;
    },
    async count(name, where = {}) {
      const { rows } = await run(countStatement(name, run.tableOf(name), where));
      return Number(rows[0]?.["count"]);
    },
    insert: (name, rows, options) =>
      options?.skipConflicts === true ? insertNew(run, name, rows) : insertAll(run, name, rows),
    async upsert(name, rows) {
      keysOnce(name, run.tableOf(name), rows);
      for (const chunk of chunks(rows)) await run(insertStatement(name, run.tableOf(name), chunk, "replace"));
    },
    update: (name, changes) => update(run, name, changes),
    async remove<K extends TableName>(name: K, keys: readonly KeyOf<K>[]) {
      let removed = 0;
      for (const chunk of chunks(keys))
        removed += (await run(removeStatement(name, run.tableOf(name), chunk))).rowCount ?? 0;
      return removed;
    },
    async lock(names) {
      await session.query({
        name: "slipway_lock",
        text: `insert into gates ("name", "taken", "turn") select n, 0, 1 from unnest($1::text[]) n
          on conflict ("name") do update set "turn" = gates."turn" + 1`,
        values: [[...new Set(names)].sort()],
      });
    },
    async nextIds(sequence, count) {
      if (count === 0) return [];
      const { rows } = await session.query<{ id: number }>({
        name: `slipway_${sequence}_ids`,
        text: `select nextval('slipway_${sequence}_ids') as id from generate_series(1, $1)`,
        values: [count],
      });
      return rows.map(({ id }) => id);
    },
  };
}

interface Run {
  (statement: Statement): Promise<pg.QueryResult<Record<string, unknown>>>;
  tableOf(name: TableName): Table;
}

async function insertAll<K extends TableName>(run: Run, name: K, rows: readonly Row<K>[]): Promise<readonly Row<K>[]> {
  for (const chunk of chunks(rows)) await run(insertStatement(name, run.tableOf(name), chunk, "fail"));
  return rows;
}

/** Inserts the rows whose key and unique sets are free. @returns them, in the order in which they were given */
async function insertNew<K extends TableName>(run: Run, name: K, rows: readonly Row<K>[]): Promise<readonly Row<K>[]> {
  const table = run.tableOf(name);
  const idOf = textOf(identity(table));
  const inserted: Row<K>[] = [];
  for (const chunk of chunks(rows)) {
    const { rows: entered } = await run(insertStatement(name, table, chunk, "skip"));
    const there = new Set(entered.map(idOf));
    for (const row of chunk) if (there.delete(idOf(row))) inserted.push(row);
  }
  return inserted;
}

/** One statement for the changes that set the same columns under conditions on the same columns. */
async function update<K extends TableName>(
  run: Run,
  name: K,
  changes: readonly Change<K>[],
): Promise<readonly KeyOf<K>[]> {
  const keyOf = keysOnce(
    name,
    run.tableOf(name),
    changes.map(({ key }) => key),
  );
  const namesOf = ({ set, when = {} }: Change<K>): { readonly set: string[]; readonly when: string[] } => ({
    set: Object.keys(set).sort(),
    when: Object.keys(when).sort(),
  });
  const shapes = Map.groupBy(changes, (change) => {
    const { set, when } = namesOf(change);
    return `${set.join()}/${when.join()}`;
  });
  const changed = new Set<string>();
  for (const group of shapes.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const names = namesOf(first);
    for (const chunk of chunks(group)) {
      const { rows } = await run(updateStatement(name, run.tableOf(name), names, chunk));
      for (const row of rows) changed.add(keyOf(row));
    }
  }
  return changes.flatMap(({ key }) => (changed.has(keyOf(key)) ? [key] : []));
}

const textOf =
  (columns: readonly string[]) =>
  (row: object): string =>
    JSON.stringify(columns.map((name) => (row as AnyRow)[name]));

/** Refuses a key that occurs twice. @returns the key of a row as text */
function keysOnce(name: TableName, table: Table, keys: readonly object[]): (row: object) => string {
  const keyOf = textOf(table.key);
  const seen = new Set<string>();
  for (const key of keys) {
    const text = keyOf(key);
    if (seen.has(text)) throw new TypeError(`${name}: the key ${text} occurs twice`);
    seen.add(text);
  }
  return keyOf;
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += CHUNK) yield rows.length <= CHUNK ? rows : rows.slice(at, at + CHUNK);
}
