import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { ChannelMessage } from "./message.ts";

/** The channel for messages. Its URL is a secret: it is in no message, log, error or file. */
export interface Channel {
  readonly url: URL;
  /** Where people read a proposal; undefined without SLIPWAY_PUBLIC_URL. */
  linkTo(id: string): string | undefined;
}

/**
 * The channel of SLIPWAY_WEBHOOK_URL, with links below SLIPWAY_PUBLIC_URL.
 *
 * @returns undefined when no webhook is set
 * @throws SlipwayError of kind `config` that names the variable, never its value
 */
export function channelOf(env: Readonly<Record<string, string | undefined>>): Channel | undefined {
  const secret = env["SLIPWAY_WEBHOOK_URL"];
  if (secret === undefined || secret === "") return undefined;
  const url = URL.parse(secret);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new SlipwayError("config", "SLIPWAY_WEBHOOK_URL: is no http or https URL");
  if (url.protocol === "http:" && !["127.0.0.1", "[::1]", "localhost"].includes(url.hostname))
    throw new SlipwayError("config", "SLIPWAY_WEBHOOK_URL: has to be https: over http anybody on the way reads it");
  if (url.username !== "" || url.password !== "")
    throw new SlipwayError("config", "SLIPWAY_WEBHOOK_URL: has a user or password in it");
  const base = publicUrl(env["SLIPWAY_PUBLIC_URL"]);
  return { url, linkTo: (id) => (base === undefined ? undefined : `${base}/proposals/${encodeURIComponent(id)}`) };
}

function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    throw new SlipwayError("config", "SLIPWAY_PUBLIC_URL: has to be an http or https URL without user and password");
  // `|` and `>` would end the link in Slack's markup.
  return `${url.origin}${url.pathname}`.replaceAll("|", "%7C").replace(/\/+$/, "");
}

/**
 * How a post ended. `refused`: the channel did not take it, so it may be sent again, after `waitMs` where it says so.
 * `unknown`: whether it was taken cannot be told.
 */
export type Posted =
  | { readonly outcome: "done" }
  | { readonly outcome: "refused"; readonly why: string; readonly waitMs?: number }
  | { readonly outcome: "unknown"; readonly why: string };

const TIMEOUT_MS = 10_000;
/** A longer wait that the channel asks for is left to the next run. */
const PATIENCE_MS = 60_000;
const TRIES = 5;

export interface PostOptions {
  readonly timeoutMs?: number;
  readonly patienceMs?: number;
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Sends one message. Waits as long as a busy channel (429, 503) asks, in all up to the longest wait. */
export async function sendMessage(
  { url }: Channel,
  message: ChannelMessage,
  key: string,
  { timeoutMs = TIMEOUT_MS, patienceMs = PATIENCE_MS, now = Date.now, wait = (ms) => sleep(ms) }: PostOptions = {},
): Promise<Posted> {
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    const posted = await sendOnce(url, message, key, { timeoutMs, now });
    if (
      posted.outcome !== "refused" ||
      posted.waitMs === undefined ||
      tries >= TRIES ||
      waited + posted.waitMs > patienceMs
    )
      return posted;
    waited += posted.waitMs;
    await wait(posted.waitMs);
  }
}

async function sendOnce(
  url: URL,
  message: ChannelMessage,
  key: string,
  { timeoutMs, now }: { readonly timeoutMs: number; readonly now: () => number },
): Promise<Posted> {
  let status: number;
  let after: string | null;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "idempotency-key": key },
      body: JSON.stringify(message),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    ({ status } = response);
    after = response.headers.get("retry-after");
    await response.body?.cancel();
  } catch (error) {
    return failed(error);
  }
  if (status >= 200 && status < 300) return { outcome: "done" };
  if (status === 429 || status === 503)
    return { outcome: "refused", why: `the channel is busy (${String(status)})`, waitMs: waitOf(after, now()) };
  if (status >= 500) return { outcome: "unknown", why: `the channel answered ${String(status)}` };
  return { outcome: "refused", why: `the channel answered ${String(status)}` };
}

/** Errors that occur before anything was sent. */
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Only the code of an error of fetch is kept, because its message may contain the URL. */
function failed(error: unknown): Posted {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return { outcome: "unknown", why: "the channel did not answer in time" };
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  const code = typeof cause?.code === "string" && /^[A-Z0-9_]{1,40}$/.test(cause.code) ? cause.code : "no code";
  return NOT_SENT.has(code)
    ? { outcome: "refused", why: `the channel cannot be reached (${code})` }
    : { outcome: "unknown", why: `the connection to the channel ended (${code})` };
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3); half a minute where it does not say. */
export function waitOf(header: string | null, now: number): number {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const date = /^[A-Za-z]{3},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? 30_000 : Math.max(0, date - now);
}
