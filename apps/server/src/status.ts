import { readStatus, readWorkers, type FleetStatus, type WorkersStatus, type WorkFacts } from "@slipway/queries";
import { wayTo } from "@slipway/runner";
import { LAB, pastOf } from "./lab.ts";
import { vendorCapabilities, type Database } from "./open.ts";

/** The fleet's state now, with who works. */
export const fleetStatus = async ({ store }: Database): Promise<FleetStatus> =>
  readStatus(store, await workFacts({ store }));

/** Who works, what each can do, and what waits for whom. */
export const workersStatus = async ({ store }: Database): Promise<WorkersStatus> =>
  readWorkers(store, await workFacts({ store }));

async function workFacts({ store }: Pick<Database, "store">): Promise<WorkFacts> {
  const [capabilities, lab] = await Promise.all([
    vendorCapabilities(),
    store.report((tx) => tx.get("settings", { name: LAB })),
  ]);
  return { needsOfPass: (way) => [wayTo(capabilities, way)], past: pastOf(lab?.value) };
}
