import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { banByHand } from "@slipway/runner";
import { freshDatabase, machineRow } from "@slipway/store/testing";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { serveHttp, type HttpServer } from "./http.ts";
import { metrics } from "./metrics.ts";
import { openDatabase, openFleet, type Database } from "./open.ts";
import { readPrincipals } from "./principals.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-http-"));
const logged: unknown[] = [];
let trouble: string | undefined;
let drop: () => Promise<void>;
let database: Database;
let server: HttpServer;

beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = () => fresh.drop();
  vi.stubEnv("SLIPWAY_DATABASE_URL", fresh.url);
  vi.stubEnv("SLIPWAY_DATA", folder);
  database = await openDatabase({ start: true });
  const principals = join(folder, "principals.yaml");
  const hash = createHash("sha256").update("right-token").digest("hex");
  writeFileSync(principals, `schema: slipway/principals@1\nprincipals: [{ name: one, token_sha256: "${hash}" }]\n`, {
    mode: 0o600,
  });
  server = await serveHttp({
    port: 0,
    database,
    counters: metrics(),
    fleetFolder: folder,
    authenticate: readPrincipals(principals),
    notReady: () => trouble,
    log: { info: () => undefined, warn: (fields, message) => void logged.push({ ...fields, message }) },
  });
});
beforeEach(() => void logged.splice(0));
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await database.close();
  await drop();
  rmSync(folder, { recursive: true });
});

function get(path: string, host: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request(`${server.url}${path}`, { headers: { host } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    })
      .on("error", reject)
      .end();
  });
}

it("is not ready, and says why, while its worker takes no work", async () => {
  expect(await get("/readyz", "localhost")).toEqual({ status: 200, body: "ready\n" });
  trouble = "the last 4 fetches from the queue act failed";
  expect(await get("/readyz", "localhost")).toEqual({ status: 503, body: `${trouble}\n` });
  trouble = undefined;
  expect((await get("/readyz", "localhost")).status).toBe(200);
});

it.each(["localhost", "LOCALHOST:9090", "127.0.0.1", "127.0.0.1:80", "[::1]:8080"])(
  "answers a request to %s",
  async (host) => {
    expect(await get("/healthz", host)).toEqual({ status: 200, body: "ok\n" });
  },
);

it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "localhost@evil.example", "10.0.0.1"])(
  "does not answer a request to %s, a name that a web page may have pointed at this machine",
  async (host) => {
    for (const path of ["/healthz", "/metrics", "/api/proposals/p/approvals"])
      expect(await get(path, host)).toEqual({
        status: 421,
        body: "this server answers to localhost, 127.0.0.1 and [::1] alone\n",
      });
  },
);

it("counts and logs a token that is refused, without the token, and no request that brings none", async () => {
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${server.url}/api/proposals/p/approvals`, { method: "POST", headers })).status;
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: "Bearer guessed-secret" })).toBe(401);
  expect(await ask({ authorization: "Basic guessed-secret" })).toBe(401);
  expect(logged).toEqual(
    Array.from({ length: 2 }, () => ({ proposal: "p", from: "127.0.0.1", message: "a token was refused" })),
  );
  expect((await get("/metrics", "localhost")).body).toMatch(/^slipway_refused_tokens_total 2$/m);
});

it("counts in /metrics what commands change, which have no metrics of their own", async () => {
  await database.store.transaction((tx) => tx.insert("machines", [machineRow(1), machineRow(2)]));
  const fleet = await openFleet(join(import.meta.dirname, "../../../fleet"));
  const said = { cause: "platform" as const, by: "ada", reason: "because" };
  for (const machine of [1, 2]) await banByHand(database.store, fleet, { machine, ...said });
  expect((await get("/metrics", "localhost")).body).toContain(
    '\nslipway_command_transitions_total{object="ban",to="open"} 2\n',
  );
});
