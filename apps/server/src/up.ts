import type { VendorPorts } from "@slipway/plugin-sdk";
import { lookAtVendor, loadPrecedence, startRunner, type IntakeMemory, type Runner, type RunnerEvent, type RunnerParts } from "@slipway/runner";
import { StoreError, systemClock } from "@slipway/store";
import { labSettings } from "./lab.ts";
import { openAdapters, openDatabase, openFleet, runnerParts, type Database } from "./open.ts";
import { serveHttp, type HttpServer } from "./http.ts";
import { metrics } from "./metrics.ts";

export interface UpOptions {
  readonly fleetFolder: string;
  readonly release: string;
  /** Starts the lab with these settings, or goes on with those of the database. */
  readonly lab?: { readonly seed: number; readonly share: number } | undefined;
  /** The port of health, metrics and the API on 127.0.0.1; none when absent. */
  readonly port?: number | undefined;
  readonly log: VendorPorts["log"];
  readonly onEvent?: ((event: RunnerEvent) => void) | undefined;
}

/** A control plane that runs in this process. */
export interface ControlPlane {
  readonly database: Database;
  readonly parts: RunnerParts;
  readonly http: HttpServer | undefined;
  stop(): Promise<void>;
}

const LOOK_MS = 5_000;

/**
 * Brings up a worker: database, fleet, adapters, runner, and the look at each vendor. Any number of
 * them may share one database.
 */
export async function up(options: UpOptions): Promise<ControlPlane> {
  const database = await openDatabase({ start: true });
  const counters = metrics();
  try {
    const lab = await labSettings(database, options.lab);
    const fleet = await openFleet(options.fleetFolder);
    const adapters = await openAdapters({ lab }, { clock: systemClock, log: options.log });
    const parts = await runnerParts({
      database,
      fleet,
      adapters,
      release: options.release,
      emit: (event) => {
        counters.observe(event);
        options.onEvent?.(event);
      },
    });
    const runner = await startRunner(parts);
    const stopping = new AbortController();
    const looking = lookOn(parts, options, stopping.signal);
    const http = options.port === undefined ? undefined : await serveHttp({ port: options.port, database, counters });
    return { database, parts, http, stop: () => stop({ runner, stopping, looking, http, parts, adapters, database }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Running {
  readonly runner: Runner;
  readonly stopping: AbortController;
  readonly looking: Promise<void>;
  readonly http: HttpServer | undefined;
  readonly parts: RunnerParts;
  readonly adapters: { close(): Promise<void> };
  readonly database: Database;
}

async function stop({ runner, stopping, looking, http, parts, adapters, database }: Running): Promise<void> {
  stopping.abort();
  await http?.close();
  // A pass under way may take an hour: it is left to whoever takes over, and counts once.
  await runner.stop({ now: true });
  await looking;
  await parts.queue.close();
  await adapters.close();
  await database.close();
}

/** Looks at every vendor again and again. */
async function lookOn(parts: RunnerParts, { fleetFolder, log }: UpOptions, signal: AbortSignal): Promise<void> {
  const precedence = loadPrecedence(fleetFolder);
  const memories = new Map<string, IntakeMemory>();
  while (!signal.aborted) {
    for (const [id, { vendor }] of parts.adapters) {
      if (vendor === undefined) continue;
      const memory = memories.get(id) ?? { seen: new Map<string, string>() };
      memories.set(id, memory);
      try {
        const { sightings, planned } = await lookAtVendor(parts, id, vendor.session, precedence, memory);
        if (sightings > 0 || planned > 0) log.info({ vendor: id, sightings, planned }, "looked at the vendor");
      } catch (error) {
        memory.seen.clear();
        log.warn({ vendor: id, reason: error instanceof Error ? error.message : String(error), store: StoreError.is(error) }, "the look at the vendor failed; it is tried again");
      }
    }
    await parts.clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}
