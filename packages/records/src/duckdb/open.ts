import type { DuckDBConnection } from "@duckdb/node-api";
import { SlipwayError } from "@slipway/plugin-sdk";

/** The engine's module, loaded only by what needs it: it is native code of tens of megabytes. */
export async function duckDbModule(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw new SlipwayError("config", "DuckDB cannot be loaded on this machine, and Parquet and SQL need it", {
      cause: error,
      hint: "CSV files need no DuckDB",
    });
  }
}

/** Runs `work` over an empty database in memory that fetches no extension. */
export async function withDuckDb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await duckDbModule();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A name or a text as SQL writes it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
