import { join } from "node:path";
import { loadChecks, loadVendor, vendorIds } from "@slipway/catalog";
import { SlipwayError, type Vendor, type VendorCapabilities, type VendorPorts } from "@slipway/plugin-sdk";
import { countingTransitions } from "@slipway/runner";
import { loadFleet, type Fleet } from "@slipway/fleet";
import { localTransport, sshTransport, type Adapter } from "@slipway/collect";
import {
  blobsWithFallback,
  dataFolder,
  fileBlobs,
  migrate,
  postgresBlobs,
  postgresStore,
  findDatabase,
  type Blobs,
  type EmbeddedServer,
  type PostgresStore,
  type Store,
} from "@slipway/store";

/** The database of this clone, open. */
export interface Database {
  readonly url: string;
  readonly store: PostgresStore;
  readonly blobs: Blobs;
  /** The embedded server that holds it, where it is ours. */
  readonly server: EmbeddedServer | undefined;
  close(): Promise<void>;
}

/**
 * Opens the database for a command: `SLIPWAY_DATABASE_URL`, else the embedded one. The changes of state that the
 * command makes are counted in the database, where a worker's metrics find them.
 *
 * @param start start the embedded server when it does not run, and bring the schema up to date
 * @throws SlipwayError that says how to start it
 */
export async function openDatabase(options: { readonly start: boolean }): Promise<Database> {
  const database = await openWorkersDatabase(options);
  return { ...database, store: countingTransitions(database.store) };
}

/** The same for a process that works for longer than one command and tells its own metrics. */
export async function openWorkersDatabase({ start }: { readonly start: boolean }): Promise<Database> {
  const { url, server } = await findDatabase({ start });
  if (start) await migrate(url);
  const store = await postgresStore({ url });
  return { url, store, server, blobs: evidenceBlobs(store), close: () => store.close() };
}

const named = (variable: "SLIPWAY_DATABASE_URL" | "SLIPWAY_EVIDENCE"): string | undefined =>
  process.env[variable] === "" ? undefined : process.env[variable];

/** The folder of evidence: one that all workers share where it is named, else this data folder's own. */
export const evidenceFolder = (): string => named("SLIPWAY_EVIDENCE") ?? join(dataFolder(), "evidence");

/**
 * Where evidence is kept: workers of several machines share a folder only where one is named, so that
 * without it the database of a url holds the bytes. What was written to the other place is found there.
 */
export function evidenceBlobs(store: Store, options: { readonly sync?: boolean } = {}): Blobs {
  const [folder, database] = [fileBlobs(evidenceFolder(), options), postgresBlobs(store)];
  return named("SLIPWAY_DATABASE_URL") !== undefined && named("SLIPWAY_EVIDENCE") === undefined
    ? blobsWithFallback(database, folder)
    : blobsWithFallback(folder, database);
}

export interface AdapterSettings {
  /** The lab's settings; no lab without them. */
  readonly lab?: Readonly<Record<string, unknown>> | undefined;
  /** The jump hosts, and `direct`, by which this machine reaches nodes over ssh; any when absent. */
  readonly routes?: readonly string[] | undefined;
}

/** Ways to reach nodes: ssh and this machine, and the vendors that are set up. */
export async function openAdapters(
  settings: AdapterSettings,
  ports: VendorPorts,
): Promise<Map<string, Adapter> & { close(): Promise<void> }> {
  const adapters = new Map<string, Adapter>([
    ["ssh", { transport: await sshTransport({}), routes: settings.routes }],
    ["local", { transport: localTransport() }],
  ]);
  if (settings.lab !== undefined) {
    const definition = await loadVendor("lab");
    const session = await definition.open(settings.lab, ports);
    if (session.transport === undefined) throw new SlipwayError("contract", "the lab has no transport");
    adapters.set("lab", { transport: session.transport, vendor: { session } });
  }
  return Object.assign(adapters, {
    async close(): Promise<void> {
      for (const { transport, vendor } of adapters.values()) {
        transport.close();
        await vendor?.session.close();
      }
    },
  });
}

/** Every vendor adapter that the catalog has. */
const loadVendors = (): Promise<Vendor[]> => Promise.all(vendorIds.map((id) => loadVendor(id)));

/** What the catalog declares of each vendor adapter, by its id. */
export const vendorCapabilities = async (): Promise<ReadonlyMap<string, VendorCapabilities>> =>
  new Map((await loadVendors()).map(({ id, capabilities }) => [id, capabilities]));

/** The fleet's files, checked against what the catalog has. */
export async function openFleet(folder: string): Promise<Fleet> {
  const [checks, vendors] = await Promise.all([loadChecks(), loadVendors()]);
  return loadFleet(folder, checks, vendors);
}
