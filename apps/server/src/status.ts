import { readStatus, type FleetStatus } from "@slipway/queries";
import { LAB, pastOf } from "./lab.ts";
import type { Database } from "./open.ts";
import { uncovered, workersStatus } from "./workers.ts";

/** The fleet's state now, with who works. */
export async function fleetStatus({ store }: Database): Promise<FleetStatus> {
  const [working, lab] = await Promise.all([
    workersStatus({ store }),
    store.report((tx) => tx.get("settings", { name: LAB })),
  ]);
  return readStatus(store, { working, uncovered: uncovered(working), past: pastOf(lab?.value) });
}
