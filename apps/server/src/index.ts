export { openActive, readCheckout, tryUntried, type ActiveSet } from "./active.ts";
export { buildChecks, bundleCheck, keepBuilds, keptBuild, type CheckBuild } from "./builds.ts";
export { createLog } from "./log.ts";
export {
  evidenceFolder,
  openAdapters,
  openDatabase,
  openFleet,
  runnerParts,
  type AdapterSettings,
  type Database,
} from "./open.ts";
export { buildCheckAt, changeBase, commitOf, placeAt, withRevision, WORKING_TREE, type Revision } from "./revision.ts";
export type { Failing, FailingStatus, Parked } from "./failing.ts";
export { fleetStatus, type FleetStatus } from "./status.ts";
export { up, type ControlPlane, type UpOptions } from "./up.ts";
export { uncovered, workersStatus, type ActNeeds, type LivingWorker, type WorkersStatus } from "./workers.ts";
export { openWorkbench, type Workbench } from "./workbench.ts";
