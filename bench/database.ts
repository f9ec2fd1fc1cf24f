import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, postgresStore, startEmbedded, type PostgresStore } from "@slipway/store";
import pg from "pg";

/** A server of the bench's own, fsync on, with one migrated database. */
export interface BenchDatabase {
  readonly url: string;
  readonly store: PostgresStore;
  /** Runs statements beside the store, for the peer. */
  readonly client: pg.Client;
  close(): Promise<void>;
}

export async function benchDatabase(): Promise<BenchDatabase> {
  const home = mkdtempSync(join(process.getuid?.() === 0 ? "/var/lib" : tmpdir(), "slipway-bench-"));
  const server = await startEmbedded({ home });
  await migrate(server.url);
  const store = await postgresStore({ url: server.url });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  return {
    url: server.url,
    store,
    client,
    async close() {
      await client.end();
      await store.close();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** How many of something, from the environment: benches are small unless asked for more. */
export const size = (name: string, usual: number): number => Number(process.env[name] ?? usual);
