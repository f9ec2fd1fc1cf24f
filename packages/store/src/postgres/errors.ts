import { StoreError } from "../store.ts";

const textOf = (error: unknown, property: string): string =>
  typeof error === "object" && error !== null && property in error
    ? String((error as Record<string, unknown>)[property])
    : "";

/**
 * Nothing was committed, and the same work, run again, may succeed: serialization failure, deadlock, a lock or a
 * statement waited for too long (55P03, 57014), a session that was ended because it stood still (25P03).
 */
const CONTENTION = new Set(["40001", "40P01", "55P03", "57014", "25P03"]);
export const isContention = (error: unknown): boolean => CONTENTION.has(textOf(error, "code")) || isUnseenQueue(error);

/** A job's queue was made after the transaction's snapshot was taken: the next run sees it. The name is pg-boss's. */
const isUnseenQueue = (error: unknown): boolean =>
  textOf(error, "code") === "23503" && textOf(error, "constraint") === "q_fkey";

/** The server stopped answering, so whether the statement had its effect is unknown. */
export const isSilence = (error: unknown): error is Error =>
  error instanceof Error && error.message === "Query read timeout";

const SOCKET = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EHOSTUNREACH", "EAI_AGAIN"]);

/** What the caller of the store hears: conflicts and lost connections as StoreError, anything else as it is. */
export function translated(error: unknown): unknown {
  if (StoreError.is(error)) return error;
  const code = textOf(error, "code");
  const message = error instanceof Error ? error.message : String(error);
  if (code === "23505")
    return new StoreError(
      "conflict",
      `${textOf(error, "table")}: ${textOf(error, "detail") || message} (${textOf(error, "constraint")})`,
      { cause: error },
    );
  // Raised by a migration alone, whose message says what has to be settled first.
  if (code === "23000") return new StoreError("conflict", message, { cause: error });
  if (isContention(error))
    return new StoreError("busy", `the database is busy with others (${message})`, { cause: error });
  if (code === "53100")
    return new StoreError("unavailable", `the database cannot write: its disk is full (${message})`, { cause: error });
  // 08: connection, 57P: shutdown, crash or start of the server, 53: no memory or connection left. pg itself gives no code.
  const lost =
    /^(08|57P|53)/.test(code) ||
    SOCKET.has(code) ||
    /Connection terminated|connection error|Query read timeout|timeout exceeded when trying to connect|Client was closed/i.test(
      message,
    );
  return lost
    ? new StoreError("unavailable", `the database cannot be reached (${message || code})`, { cause: error })
    : error;
}
