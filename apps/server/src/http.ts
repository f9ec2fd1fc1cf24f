import { createServer, type Server } from "node:http";
import { SlipwayError, type VendorPorts } from "@slipway/plugin-sdk";
import { answerApproval, approvalPath, type ApprovalParts } from "./approvals.ts";
import { fleetMetrics } from "./fleet-metrics.ts";
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
  const metrics = fleetMetrics(database, counters);
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
