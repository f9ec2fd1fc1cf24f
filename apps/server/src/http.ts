import { createServer, type Server } from "node:http";
import { SlipwayError, type VendorPorts } from "@slipway/plugin-sdk";
import { Gauge } from "prom-client";
import { answerApproval, approvalPath, type ApprovalParts } from "./approvals.ts";
import { fleetStatus } from "./status.ts";
import type { Database } from "./open.ts";
import type { Metrics } from "./metrics.ts";
import type { Authenticate } from "./principals.ts";

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpParts {
  readonly port: number;
  readonly database: Database;
  readonly counters: Metrics;
  readonly fleetFolder: string;
  /** Undefined when no principals are configured. */
  readonly authenticate: Authenticate | undefined;
  /** Why this process takes no work, if it takes none. */
  readonly notReady: () => string | undefined;
  readonly log: VendorPorts["log"];
}

/**
 * Names of 127.0.0.1, where alone it listens. A web page can have a browser ask this machine only under
 * the page's own name (DNS rebinding).
 */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** Serves `/healthz`, `/readyz`, `/metrics` and approvals of proposals on 127.0.0.1. Another address needs authentication for all of it. */
export async function serveHttp(parts: HttpParts): Promise<HttpServer> {
  const { port, database, counters } = parts;
  const approvals = approvalParts(parts);
  const metrics = metricsOf(database, counters);
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { "content-type": type }).end(body);
    const ready = async (): Promise<void> => void (await database.store.pool.query("select 1"));
    const path = URL.parse(request.url ?? "/", "http://localhost")?.pathname ?? "";
    const proposal = approvalPath(path);
    if (!OWN_HOST.test(request.headers.host ?? ""))
      answer(421, "text/plain", "this server answers to localhost, 127.0.0.1 and [::1] alone\n");
    else if (proposal !== undefined) void answerApproval(approvals, proposal, request, response);
    else if (request.method !== "GET") answer(405, "text/plain", "GET only\n");
    else if (path === "/healthz") answer(200, "text/plain", "ok\n");
    else if (path === "/readyz")
      ready().then(
        () => {
          const reason = parts.notReady();
          answer(reason === undefined ? 200 : 503, "text/plain", `${reason ?? "ready"}\n`);
        },
        () => {
          answer(503, "text/plain", "the database cannot be reached\n");
        },
      );
    else if (path === "/metrics")
      metrics().then(
        (text) => {
          answer(200, counters.registry.contentType, text);
        },
        () => {
          answer(503, "text/plain", "the database cannot be reached\n");
        },
      );
    else answer(404, "text/plain", "there is nothing here; see /healthz, /readyz, /metrics\n");
  });
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${String(bound)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function approvalParts({ database, counters, fleetFolder, authenticate, log }: HttpParts): ApprovalParts {
  return {
    store: database.store,
    fleetFolder,
    authenticate,
    warn: (reason) => {
      log.warn({ reason }, "an approval could not be taken");
    },
    refusedToken: (proposal, from) => {
      counters.refusedToken();
      log.warn({ proposal, from }, "a token was refused");
    },
  };
}

/** Collects the metrics, with the gauges of the fleet as it is now. */
function metricsOf(database: Database, counters: Metrics): () => Promise<string> {
  const accounts = new Gauge({
    name: "slipway_machines",
    help: "Machines by the account of the ledger they are in.",
    labelNames: ["account"],
    registers: [counters.registry],
  });
  const open = new Gauge({
    name: "slipway_validations_open",
    help: "Open validations by status.",
    labelNames: ["status"],
    registers: [counters.registry],
  });
  const release = new Gauge({
    name: "slipway_fleet_release",
    help: "Number of the checkout whose settings were applied last (slipway fleet apply); 0 before the first.",
    registers: [counters.registry],
  });
  const waiting = new Gauge({
    name: "slipway_no_worker_for",
    help: "Acts and validations that wait for a worker, where none that is alive has what they need.",
    labelNames: ["needs"],
    registers: [counters.registry],
  });
  const banned = new Gauge({
    name: "slipway_machines_banned",
    help: "Machines with open bans, each once, by the cause that comes first.",
    labelNames: ["cause"],
    registers: [counters.registry],
  });
  const failing = new Gauge({
    name: "slipway_failing",
    help: "Open acts and validations whose last try or look failed, and validations parked because an act failed for good.",
    labelNames: ["what"],
    registers: [counters.registry],
  });
  const takenOut = new Gauge({
    name: "slipway_machines_taken_out",
    help: "Machines that bans took out of service within a day, by cluster.",
    labelNames: ["cluster"],
    registers: [counters.registry],
  });
  return async () => {
    const status = await fleetStatus(database);
    for (const [what, count] of Object.entries(status.failing.counts)) failing.set({ what }, count);
    waiting.reset();
    for (const { needs, acts, validations } of status.uncovered)
      waiting.set({ needs: needs.join("+") }, acts + validations);
    release.set(status.applied?.release ?? 0);
    accounts.reset();
    open.reset();
    banned.reset();
    takenOut.reset();
    for (const { cluster, machines } of status.takenOut) takenOut.set({ cluster }, machines);
    for (const [account, count] of Object.entries(status.accounts)) accounts.set({ account }, count);
    for (const [cause, count] of Object.entries(status.bansByCause)) banned.set({ cause }, count);
    for (const [name, count] of Object.entries(status.validations)) open.set({ status: name }, count);
    return counters.registry.metrics();
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new SlipwayError(
          "config",
          `port ${String(port)} on 127.0.0.1 cannot be taken (${error.code ?? error.message})`,
          { hint: "name another with --port" },
        ),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
