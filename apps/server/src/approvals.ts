import type { IncomingMessage, ServerResponse } from "node:http";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Binding } from "@slipway/policy";
import { channelOf, giveAsPrincipal, NoSuchProposal, tellChannel } from "@slipway/proposals";
import type { Store } from "@slipway/store";
import { z } from "zod";
import type { Authenticate } from "./principals.ts";

/** What an approver sends: the binding of what was seen, as `slipway propose show` prints it. */
const Request = z.strictObject({
  decision: z.literal("approve"),
  binding: Binding,
  reason: z.string().trim().min(1).max(500).default("agreed"),
});

const MOST_BYTES = 64 << 10;
const READ_MS = 10_000;
const PATH = /^\/api\/proposals\/([a-z0-9-]{1,80})\/approvals$/;
const STATUS = { forbidden: 403, conflict: 409, unproven: 403 } as const;

export interface ApprovalParts {
  readonly store: Store;
  readonly fleetFolder: string;
  /** Undefined when no principals are configured. */
  readonly authenticate: Authenticate | undefined;
  readonly warn: (reason: string) => void;
  /** Hears of credentials that are nobody's, without them: the proposal they were for and the address they came from. */
  readonly refusedToken: (proposal: string, from: string) => void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refused = (status: number, error: string): Answer => ({ status, body: { schema: "slipway/error@1", error } });

/** The proposal whose approvals a path speaks of. */
export const approvalPath = (path: string): string | undefined => PATH.exec(path)?.[1];

/** `POST /api/proposals/<id>/approvals` with a bearer token: the token's principal agrees to what the binding says. */
export async function answerApproval(
  parts: ApprovalParts,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await approve(parts, id, request).catch((error: unknown): Answer => {
    if (SlipwayError.is(error))
      return error instanceof NoSuchProposal
        ? refused(404, error.message)
        : refused(500, "the proposal or the fleet's files cannot be used; see the log");
    parts.warn(error instanceof Error ? error.message : String(error));
    return refused(503, "it cannot be done now; try again");
  });
  response
    .writeHead(status, {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(request.complete ? {} : { connection: "close" }),
    })
    .end(`${JSON.stringify(body)}\n`);
}

async function approve(
  { store, fleetFolder, authenticate, warn, refusedToken }: ApprovalParts,
  id: string,
  request: IncomingMessage,
): Promise<Answer> {
  if (request.method !== "POST") return refused(405, "POST only");
  if (authenticate === undefined) return refused(503, "no principals are configured here (SLIPWAY_PRINCIPALS)");
  const { authorization } = request.headers;
  const by = authenticate(authorization);
  if (by === undefined) {
    if (authorization !== undefined) refusedToken(id, request.socket.remoteAddress ?? "");
    return refused(401, "a bearer token of a principal is needed");
  }
  const text = await bodyOf(request);
  if (text === undefined)
    return refused(413, `the body is larger than ${String(MOST_BYTES >> 10)} kB, or came too slowly`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return refused(400, "the body is no JSON");
  }
  const parsed = Request.safeParse(content);
  if (!parsed.success)
    return refused(
      400,
      `${parsed.error.issues[0]?.path.map(String).join(".") ?? ""}: ${parsed.error.issues[0]?.message ?? "is not valid"}`,
    );
  const { binding, reason } = parsed.data;
  const given = await giveAsPrincipal({ fleetFolder, store }, id, { by, binding, reason, now: Date.now() });
  if ("refused" in given) return refused(STATUS[given.refused], given.why);
  const { waiting } = given;
  const place = { fleetFolder, store, channel: channelOf(process.env) };
  // Somebody waits for the answer.
  const briefly = { by: "server", now: Date.now, patienceMs: 0, timeoutMs: 5_000 };
  await tellChannel(place, id, briefly).catch((error: unknown) => {
    warn(error instanceof Error ? error.message : String(error));
  });
  return { status: 200, body: { schema: "slipway/proposal-approval@1", id, by, state: given.proposal.state, waiting } };
}

/** The body as text; undefined when it is too large or too slow. */
function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (text: string | undefined): void => {
      clearTimeout(timer);
      request.pause();
      resolve(text);
    };
    const timer = setTimeout(() => {
      end(undefined);
    }, READ_MS);
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) end(undefined);
      else chunks.push(chunk);
    });
    request.on("end", () => {
      end(Buffer.concat(chunks).toString("utf8"));
    });
    request.on("error", () => {
      end(undefined);
    });
  });
}
