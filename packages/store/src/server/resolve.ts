import { SlipwayError } from "@slipway/plugin-sdk";
import pg from "pg";
import { adoptEmbedded, startEmbedded } from "./embedded.ts";

const OLDEST = 15;

/**
 * The database's URL: `SLIPWAY_DATABASE_URL`, else that of the embedded server.
 *
 * @param start start the embedded server when it does not run
 * @throws SlipwayError of kind `config` or `unreachable` that says what to do
 */
export async function resolveDatabaseUrl({ start }: { readonly start: boolean }): Promise<string> {
  const named = process.env["SLIPWAY_DATABASE_URL"];
  if (named !== undefined && named !== "") {
    await checkServer(named);
    return named;
  }
  const server = start ? await startEmbedded() : await adoptEmbedded();
  if (server === undefined) throw new SlipwayError("unreachable", "the control plane's database is not running", { hint: "start it with: ./slipway up" });
  return server.url;
}

async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (major < OLDEST) throw new SlipwayError("config", `SLIPWAY_DATABASE_URL: PostgreSQL ${String(major)} is too old; ${String(OLDEST)} or newer is needed`);
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError("unreachable", `SLIPWAY_DATABASE_URL: the database does not answer (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
