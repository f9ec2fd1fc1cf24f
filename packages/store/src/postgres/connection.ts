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
 * A wait for a lock is short, and its transaction is run again (`TRIES` times): all tries together last longer
 * than a session that holds the lock may stand still.
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

/** A worker's connection: every wait of it has a timeout. */
export function hurriedConnection(url: string, timeouts: Timeouts, settings: Readonly<Record<string, string>> = {}) {
  const { lockMs, statementMs, idleInTransactionMs, peerMs } = timeouts;
  return {
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: Math.ceil(peerMs / 3),
    // The server's own statement timeout comes first; this one is for a server that no longer answers.
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

/** A connection for migrations, archives and reports, which may take long; only a lost peer ends it. */
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
