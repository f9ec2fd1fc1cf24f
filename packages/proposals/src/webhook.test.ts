import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moved } from "@slipway/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open, waiting } from "../test/open-proposal.ts";
import { postState, type PostResult } from "./post.ts";
import { changeProposal, createProposal, readProposal } from "./proposal-file.ts";
import { channelOf, sendMessage, waitOf } from "./webhook.ts";

const SECRET = "T000-B000-very-secret";
const NOW = Date.UTC(2026, 4, 28);

let server: Server;
let answers: ((response: ServerResponse) => void)[];
let received: { readonly path: string; readonly key: string; readonly body: string }[];
let url: string;
let folder: string;

const busy =
  (status: number, after?: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, after === undefined ? {} : { "retry-after": after }).end(SECRET);
const channel = (env: object = {}) => channelOf({ SLIPWAY_WEBHOOK_URL: url, ...env }) ?? expect.fail();
const post = (
  over: {
    readonly again?: boolean;
    readonly now?: () => number;
    readonly patienceMs?: number;
    readonly timeoutMs?: number;
  } = {},
): Promise<PostResult> =>
  postState(folder, "ten-passes", channel(), {
    by: "author",
    now: () => NOW,
    standing: () => Promise.resolve({ waiting }),
    wait: () => Promise.resolve(),
    ...over,
  });
const file = (): string => readFileSync(join(folder, "proposals/ten-passes.yaml"), "utf8");

beforeEach(async () => {
  [answers, received] = [[], []];
  server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request
      .setEncoding("utf8")
      .on("data", (chunk: string) => (body += chunk))
      .on("end", () => {
        received.push({ path: request.url ?? "", key: String(request.headers["idempotency-key"]), body });
        (answers.shift() ?? ((one) => one.end("ok")))(response);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/services/${SECRET}`;
  folder = mkdtempSync(join(tmpdir(), "slipway-post-"));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("posting a proposal's state", () => {
  it("happens once per state, with its intent in the file", async () => {
    await createProposal(folder, open());
    expect(await post()).toMatchObject({ outcome: "done" });
    expect(await post()).toMatchObject({ outcome: "already" });
    await changeProposal(folder, "ten-passes", (one) => moved(one, "open", { by: "x", reason: "amended", at: NOW }));
    expect(await post()).toMatchObject({ outcome: "already" });
    await changeProposal(folder, "ten-passes", (one) => moved(one, "rejected", { by: "x", reason: "no", at: NOW }));
    expect(await post()).toMatchObject({ outcome: "done" });
    expect(received.map(({ key }) => key)).toEqual(["ten-passes/post/1", "ten-passes/post/3"]);
    expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({ text: "Proposal ten-passes is rejected: Ten passes" });
  });

  it("covers every missed state in order, also after one whose outcome is unknown", async () => {
    await createProposal(folder, open());
    answers = [busy(500)];
    expect(await post()).toMatchObject({ outcome: "unknown" });
    for (const to of ["approved", "staged"] as const)
      await changeProposal(folder, "ten-passes", (one) => moved(one, to, { by: "x", reason: "y", at: NOW }));
    expect(await post()).toMatchObject({
      outcome: "unknown",
      note: expect.stringContaining("a post of open was begun") as string,
    });
    expect(received.map(({ key }) => key)).toEqual([1, 2, 3].map((index) => `ten-passes/post/${String(index)}`));
    expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({ text: "Proposal ten-passes is approved: Ten passes" });
    expect(await post({ again: true })).toMatchObject({ outcome: "done" });
    expect(received).toHaveLength(4);
  });

  it("does not happen for a draft", async () => {
    const draft = open({ state: "draft", history: open().history.slice(0, 1) });
    await createProposal(folder, draft);
    expect(await post()).toMatchObject({ outcome: "nothing" });
    expect(received).toEqual([]);
  });

  it.each(["before it was sent", "after it was sent"])(
    "is not repeated after a crash %s, until a person asks for it again",
    async () => {
      await createProposal(folder, open());
      await changeProposal(folder, "ten-passes", (one) => ({
        ...one,
        acts: [
          {
            key: "ten-passes/post/1",
            act: "post",
            by: "author",
            at: "2026-05-03T00:00:00Z",
            outcome: null,
            ended: null,
            note: null,
            not_before: null,
            settings: [],
          },
        ],
      }));
      expect(await post()).toMatchObject({
        outcome: "unknown",
        note: expect.stringContaining("begun at 2026-05-03T00:00:00Z") as string,
      });
      expect(received).toEqual([]);
      expect(await post({ again: true })).toMatchObject({ outcome: "done" });
      expect(received).toHaveLength(1);
    },
  );

  it("happens once when two processes post at the same time", async () => {
    await createProposal(folder, open());
    await Promise.all([post(), post()]);
    expect(received).toHaveLength(1);
  });

  it("waits as long as Retry-After asks, and gives up where that is too long", async () => {
    await createProposal(folder, open());
    answers = [busy(429, "2"), busy(503, new Date(NOW + 3_000).toUTCString())];
    const waits: number[] = [];
    expect(
      await postState(folder, "ten-passes", channel(), {
        by: "author",
        now: () => NOW,
        standing: () => Promise.resolve({ waiting }),
        wait: (ms) => Promise.resolve(waits.push(ms)),
      }),
    ).toMatchObject({ outcome: "done" });
    expect(waits).toEqual([2_000, 3_000]);
    await changeProposal(folder, "ten-passes", (one) => moved(one, "rejected", { by: "x", reason: "no", at: NOW }));
    answers = [busy(429, "3600")];
    expect(await post()).toMatchObject({ outcome: "later" });
    expect(await post({ now: () => NOW + 3_599_000 })).toMatchObject({ outcome: "later" });
    expect(received).toHaveLength(4);
    expect(await post({ now: () => NOW + 3_601_000 })).toMatchObject({ outcome: "done" });
  });

  it.each<[string, (response: ServerResponse) => void, PostResult["outcome"]]>([
    ["refuses", busy(404), "failed"],
    ["fails", busy(500), "unknown"],
    [
      "sends it elsewhere",
      (response) => void response.writeHead(307, { location: `/other/${SECRET}` }).end(),
      "failed",
    ],
    ["does not answer", () => undefined, "unknown"],
    ["hangs up", (response) => void response.socket?.destroy(), "unknown"],
  ])("reports a channel that %s, and neither stores nor prints its URL", async (_name, answer, outcome) => {
    await createProposal(folder, open());
    answers = [answer];
    const told = await post({ timeoutMs: 200 });
    expect(told.outcome).toBe(outcome);
    expect(received).toHaveLength(1);
    for (const text of [file(), told.note]) expect(text).not.toMatch(/secret|127\.0\.0\.1/);
    answers = [];
    expect((await post()).outcome).toBe(outcome === "failed" ? "done" : "unknown");
  });

  it("fails when the channel cannot be reached, and may be tried again", async () => {
    await createProposal(folder, open());
    server.close();
    server.closeAllConnections();
    const told = await post();
    expect(told).toMatchObject({ outcome: "failed", note: "the channel cannot be reached (ECONNREFUSED)" });
    expect(file()).not.toMatch(/secret|127\.0\.0\.1/);
  });
});

describe("the channel", () => {
  it("is configured by the environment, and no error message holds its URL", () => {
    expect(channelOf({})).toBeUndefined();
    for (const bad of [
      `ftp://x/${SECRET}`,
      `not a url ${SECRET}`,
      `http://example.org/${SECRET}`,
      `https://user:${SECRET}@example.org/`,
    ]) {
      expect(() => channelOf({ SLIPWAY_WEBHOOK_URL: bad })).toThrow(/^SLIPWAY_WEBHOOK_URL: (?!.*secret)/);
    }
    expect(() => channel({ SLIPWAY_PUBLIC_URL: "javascript:alert(1)" })).toThrow("SLIPWAY_PUBLIC_URL");
    expect(channel({ SLIPWAY_PUBLIC_URL: "https://slipway.example/ui/|x/" }).linkTo("a-b")).toBe(
      "https://slipway.example/ui/%7Cx/proposals/a-b",
    );
    expect(channel().linkTo("a-b")).toBeUndefined();
  });

  it("is given up after five busy answers", async () => {
    answers = Array.from({ length: 9 }, () => busy(429, "0"));
    expect(
      await sendMessage(channel(), { text: "x", blocks: [] }, "k", { wait: () => Promise.resolve() }),
    ).toMatchObject({ outcome: "refused" });
    expect(received).toHaveLength(5);
  });

  it.each<[string | null, number]>([
    ["7", 7_000],
    ["1.5", 1_500],
    ["0", 0],
    [new Date(NOW + 9_000).toUTCString(), 9_000],
    [new Date(NOW - 9_000).toUTCString(), 0],
    [null, 30_000],
    ["soon", 30_000],
    ["-5", 30_000],
  ])("is waited for as Retry-After %j says", (header, ms) => {
    expect(waitOf(header, NOW)).toBe(ms);
  });
});

it("an error at posting leaves the proposal as it is", async () => {
  await createProposal(folder, open());
  await expect(
    postState(folder, "gone", channel(), { by: "x", now: () => NOW, standing: () => Promise.resolve({ waiting }) }),
  ).rejects.toThrow("there is no proposal gone");
  expect(readProposal(folder, "ten-passes")).toEqual(open());
});
