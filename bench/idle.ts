import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchDatabase } from "./database.ts";
import { ratioLine, type BenchResult } from "./report.ts";

const cli = join(import.meta.dirname, "../apps/cli/src/main.ts");
/** Commits a second that workers may make while nothing happens, however many they are. */
const BOUND = 5;
/** What starts and what comes once is over after this, and the server was told of it: a connection tells within ten seconds. */
const SETTLE_MS = 12_000;
const COUNT_MS = 8_000;
/** The quietest of so many counts is taken: the server's own clean-up of tables commits as well. */
const COUNTS = 2;
const START_MS = 120_000;

/** Commits a second of so many processes `slipway up` on a database in which nothing is to be done. */
export async function idleCommits(database: BenchDatabase, counts: readonly number[]): Promise<BenchResult[]> {
  const home = mkdtempSync(join(tmpdir(), "slipway-idle-"));
  const running: ChildProcess[] = [];
  try {
    const results: BenchResult[] = [];
    for (const count of counts) {
      while (running.length < count)
        running.push(await startUp(database.url, join(home, String(running.length)), await freePort()));
      await sleep(SETTLE_MS);
      const rates: number[] = [];
      while (rates.length < COUNTS) rates.push(await commitRate(database));
      const rate = Math.min(...rates);
      results.push(ratioLine(`commits a second of ${String(count)} idle workers / ${String(BOUND)}`, rate / BOUND, 1));
    }
    return results;
  } finally {
    await Promise.all(
      running.map(async (child) => {
        child.kill("SIGTERM");
        if (child.exitCode === null && child.signalCode === null) await once(child, "close");
      }),
    );
    rmSync(home, { recursive: true, force: true });
  }
}

/** Starts `slipway up`, and waits until it is ready to work. */
export async function startUp(
  url: string,
  data: string,
  port: number,
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...process.execArgv, cli, "up", "--json", "--port", String(port)], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, SLIPWAY_DATABASE_URL: url, SLIPWAY_DATA: data, ...env },
  });
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`slipway up ended with ${String(child.exitCode)}`);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return child;
  }
  throw new Error("slipway up was not ready in time");
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

/** Commits a second, for a while. */
async function commitRate(database: BenchDatabase): Promise<number> {
  const [before, begun] = [await commits(database), performance.now()];
  await sleep(COUNT_MS);
  return (1_000 * ((await commits(database)) - before)) / (performance.now() - begun);
}

/** What was committed so far, by others than this question. */
async function commits({ client }: BenchDatabase): Promise<number> {
  const { rows } = await client.query<{ commits: string }>(
    "select xact_commit as commits from pg_stat_database where datname = current_database()",
  );
  return Number(rows[0]?.commits);
}
