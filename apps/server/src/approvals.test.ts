import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindingOf, Proposal, PROPOSAL_SCHEMA } from "@slipway/policy";
import { createProposal, readProposal } from "@slipway/proposals";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerApproval, approvalPath, type ApprovalParts } from "./approvals.ts";
import { readPrincipals } from "./principals.ts";

const TOKENS = { one: "token-of-one", author: "token-of-author", stranger: "token-of-stranger" };
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

let server: Server;
let store: MemoryStore;
let fleet: string;
let url: string;
let parts: ApprovalParts;
let proposal: Proposal;
let warnings: string[];

const principals = (content: string): string => {
  const file = join(fleet, "principals.yaml");
  writeFileSync(file, content);
  chmodSync(file, 0o600);
  return file;
};
const listed = Object.entries(TOKENS)
  .map(([name, token]) => `  - { name: ${name}, token_sha256: "${hashOf(token)}" }\n`)
  .join("");

beforeEach(async () => {
  [store, warnings] = [memoryStore(), []];
  fleet = mkdtempSync(join(tmpdir(), "slipway-approvals-"));
  mkdirSync(join(fleet, "proposals"));
  writeFileSync(
    join(fleet, "clusters.yaml"),
    "schema: slipway/clusters@1\nclusters: { a: { segment: fleet, owner: fleet-infra } }\nhealthOwner: fleet-infra\n",
  );
  writeFileSync(
    join(fleet, "owners.yaml"),
    "schema: slipway/owners@1\nprincipals: { one: { owners: [fleet-infra] }, author: { owners: [fleet-infra] } }\n",
  );
  proposal = Proposal.parse({
    schema: PROPOSAL_SCHEMA,
    id: "p",
    kind: "policy",
    title: "T",
    reason: "x",
    author: "author",
    created: "2026-05-01T00:00:00Z",
    expires: "2126-06-01T00:00:00Z",
    state: "open",
    change: {
      diff: "--- x\n",
      files: [{ path: "clusters.yaml", before: null, after: null }],
      settings: [{ kind: "image", name: "a" }],
    },
    owners: [],
    history: [
      { at: "2026-05-01T00:00:00Z", by: "author", from: null, to: "draft", reason: "x" },
      { at: "2026-05-01T00:00:00Z", by: "author", from: "draft", to: "open", reason: "x" },
    ],
  });
  await createProposal(fleet, proposal);
  parts = {
    store,
    fleetFolder: fleet,
    authenticate: readPrincipals(principals(`schema: slipway/principals@1\nprincipals:\n${listed}`)),
    warn: (reason) => warnings.push(reason),
    refusedToken: () => undefined,
  };
  server = createServer(
    (request, response) => void answerApproval(parts, approvalPath(request.url ?? "") ?? "", request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = async (
  authorization: string | undefined,
  body: unknown = { decision: "approve", binding: bindingOf(proposal) },
  { id = "p", method = "POST" } = {},
): Promise<{ readonly status: number; readonly answer: Record<string, unknown> }> => {
  const response = await fetch(`${url}/api/proposals/${id}/approvals`, {
    method,
    headers: authorization === undefined ? {} : { authorization },
    ...(method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
};

describe("an approval on the server", () => {
  it("is credited to the principal of its token, and recorded in the audit", async () => {
    expect(await send(`Bearer ${TOKENS.one}`)).toMatchObject({
      status: 200,
      answer: { by: "one", state: "approved", waiting: [] },
    });
    expect(readProposal(fleet, "p")).toMatchObject({ state: "approved", approvals: [{ by: "one" }] });
    expect(store.snapshot("audit")).toMatchObject([{ actor: "one", object: "proposal/p", to_state: "approve" }]);
  });

  it.each<[string, string | undefined, number]>([
    ["nobody", undefined, 401],
    ["a wrong token", "Bearer wrong", 401],
    ["an empty token", "Bearer ", 401],
    ["the hash for the token", `Bearer ${hashOf(TOKENS.one)}`, 401],
    ["another scheme", `Basic ${TOKENS.one}`, 401],
    ["the author", `Bearer ${TOKENS.author}`, 403],
    ["somebody who speaks for nobody", `Bearer ${TOKENS.stranger}`, 403],
  ])("is refused from %s", async (_name, authorization, status) => {
    expect((await send(authorization)).status).toBe(status);
    expect(readProposal(fleet, "p")).toEqual(proposal);
    expect(store.snapshot("audit")).toEqual([]);
  });

  it.each<[string, unknown, number]>([
    [
      "what the proposal is not",
      {
        decision: "approve",
        binding: { diff: "0".repeat(64), simulation: null, backtest: null, terms: "0".repeat(64) },
      },
      409,
    ],
    ["no JSON", "{", 400],
    ["a name of its own", { decision: "approve", binding: {}, by: "hwh" }, 400],
    ["no binding", { decision: "approve" }, 400],
    ["too much", "x".repeat(100_000), 413],
  ])("is refused for %s", async (_name, body, status) => {
    expect((await send(`Bearer ${TOKENS.one}`, body)).status).toBe(status);
    expect(readProposal(fleet, "p")).toEqual(proposal);
  });

  it("needs an existing proposal, the method POST, and a file of principals", async () => {
    expect((await send(`Bearer ${TOKENS.one}`, undefined, { id: "gone" })).status).toBe(404);
    expect((await send(`Bearer ${TOKENS.one}`, undefined, { method: "GET" })).status).toBe(405);
    parts = { ...parts, authenticate: undefined };
    expect((await send(`Bearer ${TOKENS.one}`)).status).toBe(503);
    expect(approvalPath("/api/proposals/../etc/approvals")).toBeUndefined();
  });

  it("changes nothing when the request body is cut short", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => {
        socket.write(
          `POST /api/proposals/p/approvals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKENS.one}\r\nContent-Length: 500\r\n\r\n{"decision"`,
        );
        setTimeout(() => {
          socket.destroy();
          resolve();
        }, 50);
      });
    });
    expect((await send(undefined)).status).toBe(401);
    expect(readProposal(fleet, "p")).toEqual(proposal);
  });
});

describe("the file of principals", () => {
  it("is refused when others may write it, when it holds a token itself, and when two share one", () => {
    expect(readPrincipals(undefined)).toBeUndefined();
    const open = principals(`schema: slipway/principals@1\nprincipals:\n${listed}`);
    chmodSync(open, 0o666);
    expect(() => readPrincipals(open)).toThrow("others may write it");
    expect(() =>
      readPrincipals(principals("schema: slipway/principals@1\nprincipals: [{ name: one, token: abc }]\n")),
    ).toThrow(/principals\.0/);
    expect(() =>
      readPrincipals(
        principals(
          `schema: slipway/principals@1\nprincipals:\n${listed}  - { name: two, token_sha256: "${hashOf(TOKENS.one)}" }\n`,
        ),
      ),
    ).toThrow("another one's token");
    expect(() => readPrincipals(join(fleet, "none.yaml"))).toThrow("cannot be read");
  });
});
