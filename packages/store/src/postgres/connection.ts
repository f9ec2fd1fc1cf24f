import type pg from "pg";

/** How long a worker's connection waits, in milliseconds, before what it waits for is given up. */
export interface Timeouts {
  /** For a lock that another session holds. */
  readonly lockMs: number;
  /** For a statement. */
  readonly statementMs: number;
  /** A session that stands still inside a transaction is ended after this, and its locks with it. */
  readonly idleInTransactionMs: number;
  /** For a peer that acknowledges nothing on the wire. */
  readonly peerMs: number;
}

/**
 * A wait for a lock is short and its transaction runs again (`TRIES` times), so that together they outlast
 * the session that stands still and holds it.
 */
export const TIMEOUTS: Timeouts = {
  lockMs: 10_000,
  statementMs: 60_000,
  idleInTransactionMs: 30_000,
  peerMs: 30_000,
};

const flags = (settings: Readonly<Record<string, number | string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${String(value)}`)
    .join(" ");

/** Both ends notice a peer that is gone; on a socket of the machine itself these settings say nothing. */
const wire = (peerMs: number): Readonly<Record<string, number>> => ({
  tcp_keepalives_idle: Math.ceil(peerMs / 3_000),
  tcp_keepalives_interval: Math.ceil(peerMs / 3_000),
  tcp_keepalives_count: 3,
  tcp_user_timeout: peerMs,
});

/** A worker's connection: nothing it waits for is waited for without an end. */
export function hurriedConnection(url: string, timeouts: Timeouts, settings: Readonly<Record<string, string>> = {}) {
  const { lockMs, statementMs, idleInTransactionMs, peerMs } = timeouts;
  return {
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: Math.ceil(peerMs / 3),
    // The server says first that a statement took too long; this is for a server that says nothing any more.
    query_timeout: statementMs + peerMs,
    options: flags({
      lock_timeout: lockMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      ...wire(peerMs),
      ...settings,
    }),
  } satisfies pg.ClientConfig;
}

/** A connection for what takes long by its nature: migrations, archives, reports. Its peer may still go away. */
export function patientConnection(url: string, settings: Readonly<Record<string, string>> = {}): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: Math.ceil(TIMEOUTS.peerMs / 3),
    options: flags({
      lock_timeout: 0,
      statement_timeout: 0,
      idle_in_transaction_session_timeout: 0,
      ...wire(TIMEOUTS.peerMs),
      ...settings,
    }),
  };
}
