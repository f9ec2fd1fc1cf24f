import type { VendorPorts } from "@slipway/plugin-sdk";
import { applyFirstSettings, loadPrecedence } from "@slipway/fleet";
import {
  planCanaryPassesNow,
  startRunner,
  tellingTransitions,
  type Runner,
  type RunnerEvent,
  type RunnerParts,
} from "@slipway/runner";
import { renewIdentities } from "@slipway/nodes";
import { announce } from "@slipway/reconciler";
import { setClock, StoreError, systemClock, timeOf, TRUE_CLOCK } from "@slipway/store";
import { makeHistory, type HistoryProgress } from "./history.ts";
import { hasPast, labJournal, liveSettings, openLab, type KeptLab, type NewLab } from "./lab.ts";
import { openActive, readCheckout, tryUntried, type ActiveSet, type Checkout } from "./active.ts";
import { openAdapters, openWorkersDatabase, type Database } from "./open.ts";
import { logEvent } from "./log-event.ts";
import { historyWorker, runnerParts, thisWorker } from "./runner-parts.ts";
import { serveHttp, type HttpServer } from "./http.ts";
import { metrics } from "./metrics.ts";
import { readPrincipals } from "./principals.ts";

export interface UpOptions {
  readonly fleetFolder: string;
  readonly release: string;
  /** Starts the lab with these settings, or goes on with those of the database. */
  readonly lab?: NewLab | undefined;
  /** The port of health, metrics and the API on 127.0.0.1; none when absent. */
  readonly port?: number | undefined;
  /** The jump hosts, and `direct`, by which this machine reaches nodes over ssh; any when absent. */
  readonly routes?: readonly string[] | undefined;
  readonly log: VendorPorts["log"];
  readonly onEvent?: ((event: RunnerEvent) => void) | undefined;
  /** Hears how far the lab's past is made; live nodes begin where it ends. */
  readonly onHistory?: ((progress: HistoryProgress) => void) | undefined;
}

/** A control plane that runs in this process. */
export interface ControlPlane {
  readonly database: Database;
  readonly http: HttpServer | undefined;
  /** Resolves when it was stopped; rejects when it cannot go on. */
  readonly working: Promise<void>;
  stop(): Promise<void>;
}

/** What is asked of the worker in this process while it works. */
interface Standing {
  notReady: () => string | undefined;
}

/** Between two looks for settings that were promoted or staged. */
const KEEP_UP_MS = 5_000;
/** A worker that was heard of this lately still works. */
const ALIVE_MS = 20_000;

/**
 * Brings up a worker: database, fleet, adapters, and runner. Any number of
 * them may share one database.
 */
export async function up(options: UpOptions): Promise<ControlPlane> {
  const counters = metrics();
  const emit = (event: RunnerEvent): void => {
    counters.observe(event);
    logEvent(options.log, event);
    options.onEvent?.(event);
  };
  const opened = await openWorkersDatabase({ start: true });
  const database = { ...opened, store: tellingTransitions(opened.store, emit) };
  try {
    const authenticate = readPrincipals(process.env["SLIPWAY_PRINCIPALS"]);
    const lab = await openLab(database, options.lab);
    if (lab !== undefined && !hasPast(lab)) await announce(database.store, historyWorker(options.release));
    else await beginLive(database, lab, options.release);
    const stopping = new AbortController();
    const worker: Standing = { notReady: () => undefined };
    const working = work(database, lab, { options, emit, worker }, stopping.signal);
    // Its failure is told when the plane is stopped or waited for; until then it is nobody's.
    working.catch(() => undefined);
    const http =
      options.port === undefined
        ? undefined
        : await serveHttp({
            port: options.port,
            database,
            counters,
            fleetFolder: options.fleetFolder,
            authenticate,
            notReady: () => worker.notReady(),
            log: options.log,
          });
    return {
      database,
      http,
      working,
      async stop() {
        stopping.abort();
        await http?.close();
        try {
          await working;
        } finally {
          await leave(database);
        }
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Closes the database; the embedded server ends with the last worker that is told to stop. */
async function leave(database: Database): Promise<void> {
  const others = await database.store
    .transaction(async (tx) =>
      tx.find("workers", { where: { beat_at: { gte: (await tx.now()) - ALIVE_MS }, pid: { not: process.pid } } }),
    )
    .catch((error: unknown) => {
      if (!StoreError.is(error)) throw error;
      return [];
    });
  await database.close();
  if (others.length === 0 && database.server !== undefined && !database.server.adopted) await database.server.stop();
}

/** Has the worker of live nodes start, on the true clock: a past that was ended by a crash leaves it where it was. */
async function beginLive({ store }: Database, lab: KeptLab | undefined, release: string): Promise<void> {
  if (lab !== undefined) await setClock(store, TRUE_CLOCK);
  await announce(store, thisWorker(release));
}

/** Makes the lab's past where there is one to make, then works live until it is stopped. */
async function work(
  database: Database,
  lab: KeptLab | undefined,
  {
    options,
    emit,
    worker,
  }: { readonly options: UpOptions; readonly emit: (event: RunnerEvent) => void; readonly worker: Standing },
  signal: AbortSignal,
): Promise<void> {
  const checkout = await readCheckout(options.fleetFolder);
  await applyFirst(database, checkout, options);
  if (lab !== undefined && !hasPast(lab)) {
    const { fleetFolder, release, onHistory = () => undefined } = options;
    await makeHistory(database, lab, labJournal(), { checkout, fleetFolder, release, signal, onProgress: onHistory });
    if (signal.aborted) return;
    await beginLive(database, lab, release);
  }
  await renew(database, options);
  const active = await openActive(database, checkout);
  await tryUntried(active);
  await sayDifference(active, options.log);
  const adapters = await openAdapters(
    { lab: liveSettings(lab), routes: options.routes },
    { clock: systemClock, log: options.log },
  );
  const parts = await runnerParts({
    database,
    active,
    adapters,
    release: options.release,
    emit,
  });
  const runner = await startRunner(parts);
  worker.notReady = () => runner.refuses() ?? parts.queue.trouble();
  await keepUp({ parts, runner }, active, options.log, signal);
  // A pass under way may take an hour: it is left to whoever takes over, and counts once.
  await runner.stop({ now: true });
  await parts.queue.close();
  await active.reader.close();
  await adapters.close();
}

/** A database without settings gets those of this checkout; one that has some is only read. */
async function applyFirst(
  database: Database,
  { offered }: Checkout,
  { release, log }: Pick<UpOptions, "release" | "log">,
): Promise<void> {
  const applied = await applyFirstSettings(database.store, offered, {
    by: `slipway ${release}`,
    reason: "the first start",
  });
  if (applied !== undefined)
    log.info({ settings: offered.length }, "applied this checkout's settings, for there were none");
}

async function sayDifference(active: ActiveSet, log: VendorPorts["log"]): Promise<void> {
  const { changes } = await active.difference();
  const differing = changes.filter(({ outcome }) => outcome !== "waits");
  if (differing.length > 0)
    log.warn(
      { settings: differing.map(({ setting: { kind, name } }) => `${kind}/${name}`) },
      `${String(differing.length)} settings of this checkout differ from what is applied: slipway fleet diff shows them`,
    );
}

/** Folds machines again that an earlier release folded by other rules, and says which turned out to be one. */
async function renew({ store }: Database, { fleetFolder, log }: UpOptions): Promise<void> {
  const joined = await renewIdentities(store, { now: await timeOf(store), precedence: loadPrecedence(fleetFolder) });
  for (const { into, from, why } of joined) log.warn({ into, from, why }, "two machines are one");
}

/** Takes what was promoted or staged, again and again. */
async function keepUp(
  { parts, runner }: { readonly parts: RunnerParts; readonly runner: Runner },
  active: ActiveSet,
  log: VendorPorts["log"],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const refuses = runner.refuses();
    if (refuses !== undefined) log.warn({ reason: refuses }, "this worker takes no work");
    else await refresh(parts, active, log);
    await parts.clock.sleep(KEEP_UP_MS, signal).catch(() => undefined);
  }
}

/** Takes what was promoted, and has canary nodes try what is staged. */
async function refresh(parts: RunnerParts, active: ActiveSet, log: VendorPorts["log"]): Promise<void> {
  try {
    if (!(await active.refresh())) return;
    const { staged } = active.current().judging;
    log.info({ staged: staged.map(({ build }) => `${build.kind} ${build.name}`) }, "what is active has changed");
    await planCanaryPassesNow(parts);
  } catch (error) {
    log.warn(
      { reason: error instanceof Error ? error.message : String(error) },
      "the settings could not be read again; it is tried again",
    );
  }
}
