import { SlipwayError } from "@slipway/plugin-sdk";
import { loadTable } from "./duckdb/load-table.ts";
import { duckDbModule, withDuckDb } from "./duckdb/open.ts";
import type { Table } from "./kinds/table.ts";

/**
 * What a query gave: each row by the columns' names, JSON-ready: numbers beyond 2^53 and those that JSON has none of
 * as text, times as UTC text.
 */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A table to ask, by the name that SQL knows it by. */
export interface NamedTable {
  readonly name: string;
  readonly table: Table<unknown>;
}

/**
 * Answers one SELECT over tables in memory. The engine sees nothing else: no file, no network, no extension.
 *
 * @throws SlipwayError of kind `input` for SQL that is no single query, or that the engine does not accept
 */
export function query(sql: string, tables: readonly NamedTable[]): Promise<QueryResult> {
  if (sql.trim() === "")
    return Promise.reject(new SlipwayError("input", "SQL: one query is answered at a time, and there is none"));
  return withDuckDb(async (connection) => {
    for (const { name, table } of tables) await loadTable(connection, name, table);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    const { StatementType } = await duckDbModule();
    return await accepted(async () => {
      const statements = await connection.extractStatements(sql);
      if (statements.count !== 1)
        throw new SlipwayError(
          "input",
          `SQL: one query is answered at a time, and these are ${String(statements.count)}`,
        );
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT && statement.statementType !== StatementType.EXPLAIN)
        throw new SlipwayError("input", "SQL: only a query that reads is answered (SELECT, WITH, EXPLAIN)");
      const reader = await statement.runAndReadAll();
      const plain = reader.columnTypes().map((type) => plainOf(String(type)));
      return {
        columns: reader.deduplicatedColumnNames(),
        rows: reader
          .getRowsJson()
          .map((row) => row.map((value, at) => (typeof value === "string" ? (plain[at]?.(value) ?? value) : value))),
      };
    });
  });
}

/** The engine writes numbers of 64 bits and more, and times, as text of its own. */
function plainOf(type: string): (text: string) => unknown {
  if (/^(U?BIGINT|U?HUGEINT|DECIMAL)/.test(type))
    return (text) => (Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER ? Number(text) : text);
  if (type.startsWith("TIMESTAMP"))
    return (text) => `${text.slice(0, 19).replace(" ", "T")}${/^\.\d+/.exec(text.slice(19))?.[0] ?? ""}Z`;
  return (text) => text;
}

async function accepted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw SlipwayError.is(error)
      ? error
      : new SlipwayError(
          "input",
          `SQL: ${(error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""}`,
          { cause: error },
        );
  }
}
