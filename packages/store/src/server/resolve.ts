import { SlipwayError } from "@slipway/plugin-sdk";
import pg from "pg";
import { adoptEmbedded, startEmbedded, type EmbeddedServer } from "./embedded.ts";

const OLDEST = 15;

/** A database, and the embedded server that holds it where it is ours. */
export interface FoundDatabase {
  readonly url: string;
  readonly server: EmbeddedServer | undefined;
}

/**
 * The database: of `SLIPWAY_DATABASE_URL`, else of the embedded server.
 *
 * @param start start the embedded server when it does not run
 * @throws SlipwayError of kind `config` or `unreachable` that says what to do
 */
export async function findDatabase({ start }: { readonly start: boolean }): Promise<FoundDatabase> {
  const named = process.env["SLIPWAY_DATABASE_URL"];
  if (named !== undefined && named !== "") {
    await checkServer(named);
    return { url: named, server: undefined };
  }
  const server = start ? await startEmbedded() : await adoptEmbedded();
  if (server === undefined)
    throw new SlipwayError("unreachable", "the control plane's database is not running", {
      hint: "start it with: ./slipway up",
    });
  return { url: server.url, server };
}

async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (major < OLDEST)
      throw new SlipwayError(
        "config",
        `SLIPWAY_DATABASE_URL: PostgreSQL ${String(major)} is too old; ${String(OLDEST)} or newer is needed`,
      );
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      "unreachable",
      "SLIPWAY_DATABASE_URL: the database does not answer; postgresql://user:password@host:port/name is meant (" +
        `${error instanceof Error ? error.message : String(error)})`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
