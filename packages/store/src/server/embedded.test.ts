import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, expect, it } from "vitest";
import { adoptEmbedded, startEmbedded } from "./embedded.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-server-"));
const module = fileURLToPath(new URL("embedded.ts", import.meta.url));
afterAll(async () => {
  await (await adoptEmbedded(home))?.stop();
  rmSync(home, { recursive: true, force: true });
});

const pidOf = (): number => Number(readFileSync(join(home, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
/** A process of its own that starts the server, says so, and stays. */
const starter = (): { said: Promise<string>; kill(): void } => {
  const child = spawn(
    process.execPath,
    [
      "-e",
      `const { startEmbedded } = await import(${JSON.stringify(module)}); const s = await startEmbedded({ home: ` +
        `${JSON.stringify(home)} }); console.log(s.adopted); setInterval(() => {}, 1000);`,
      "--input-type=module",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return {
    said: new Promise((resolve) => {
      child.stdout.once("data", (data: Buffer) => {
        resolve(data.toString().trim());
      });
    }),
    kill: () => void child.kill("SIGKILL"),
  };
};

it("two processes start one embedded server, which outlives them and is adopted by the next", async () => {
  const [a, b] = [starter(), starter()];
  expect([await a.said, await b.said].sort()).toEqual(["false", "true"]);
  a.kill();
  b.kill();
  const pid = pidOf();
  const server = await startEmbedded({ home });
  expect([server.adopted, pidOf()]).toEqual([true, pid]);
  expect(statSync(join(home, "password")).mode & 0o077).toBe(0);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query("create table kept (x int)");
  expect((await client.query<{ listen_addresses: string }>("show listen_addresses")).rows[0]?.listen_addresses).toBe(
    "127.0.0.1",
  );
  await client.end();
  await expect(
    new pg.Client({ connectionString: server.url.replace(/:[^:@/]+@/, ":wrong@") }).connect(),
  ).rejects.toThrow("password");
}, 60_000);

it("a killed embedded server is restarted with its data, even when its pid belongs to another program", async () => {
  process.kill(pidOf(), "SIGKILL");
  writeFileSync(
    join(home, "postgres/postmaster.pid"),
    readFileSync(join(home, "postgres/postmaster.pid"), "utf8").replace(/^\d+/, String(process.pid)),
  );
  const server = await startEmbedded({ home });
  expect(server.adopted).toBe(false);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  expect((await client.query("select * from kept")).rows).toEqual([]);
  await client.end();
}, 60_000);

it("the embedded server ends when it is told to stop", async () => {
  const server = await adoptEmbedded(home);
  await server?.stop();
  expect(existsSync(join(home, "postgres/postmaster.pid"))).toBe(false);
  expect(await adoptEmbedded(home)).toBeUndefined();
}, 60_000);
