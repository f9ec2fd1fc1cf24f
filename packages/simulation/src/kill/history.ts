import pg from "pg";

/** Tables whose every change is recorded. */
const RECORDED = ["claims", "intents", "passes", "releases", "validations"] as const;
export type RecordedTable = (typeof RECORDED)[number];

/** One row that one committed transaction changed. */
export interface HistoryRow {
  /** The transaction; its rows stand together, in the order of its statements. */
  readonly transaction: string;
  /** When it was committed, in milliseconds since 1970. */
  readonly committedAt: number;
  readonly table: RecordedTable;
  /** Null where the row was inserted. */
  readonly old: Readonly<Record<string, unknown>> | null;
  /** Null where it was removed. */
  readonly row: Readonly<Record<string, unknown>> | null;
}

/** PostgreSQL settings that a recorded database needs from its start on. */
export const RECORDING = ["track_commit_timestamp=on"];

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Has the database itself record what workers commit: no worker can forget to, and none that is killed loses it. */
export const record = (url: string): Promise<void> =>
  connected(url, async (client) => {
    await client.query(`
      create table recorded_history (
        id bigserial primary key, transaction xid8 not null default pg_current_xact_id(),
        name text not null, old jsonb, new jsonb);
      create function record_history() returns trigger language plpgsql as $$
      begin
        insert into recorded_history (name, old, new) values (TG_TABLE_NAME,
          case when TG_OP = 'INSERT' then null else to_jsonb(OLD) end,
          case when TG_OP = 'DELETE' then null else to_jsonb(NEW) end);
        return null;
      end $$;`);
    for (const table of RECORDED)
      await client.query(
        `create trigger record_history after insert or update or delete on ${table}
         for each row execute function record_history()`,
      );
  });

/** Everything that was committed since, in the order of the commits. */
export const readHistory = (url: string): Promise<readonly HistoryRow[]> =>
  connected(url, async (client) => {
    const { rows } = await client.query<{
      transaction: string;
      committed: number;
      name: RecordedTable;
      old: HistoryRow["old"];
      new: HistoryRow["row"];
    }>(`
      select transaction::text, name, old, new,
        (extract(epoch from pg_xact_commit_timestamp(transaction::xid)) * 1000)::float8 as committed
      from recorded_history
      order by pg_xact_commit_timestamp(transaction::xid), transaction, id`);
    return rows.map(({ transaction, committed, name, old, new: row }) => ({
      transaction,
      committedAt: committed,
      table: name,
      old,
      row,
    }));
  });
