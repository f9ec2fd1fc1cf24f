export { openActive, readCheckout, tryUntried, type ActiveSet } from "./active.ts";
export { buildChecks, bundleCheck, keepBuilds, keptBuild, type CheckBuild } from "./builds.ts";
export { createLog } from "./log.ts";
export { evidenceFolder, openAdapters, openDatabase, openFleet, type AdapterSettings, type Database } from "./open.ts";
export { runnerParts } from "./runner-parts.ts";
export { buildCheckAt, changeBase, commitOf, placeAt, withRevision, WORKING_TREE, type Revision } from "./revision.ts";
export { fleetStatus, workersStatus } from "./status.ts";
export { up, type ControlPlane, type UpOptions } from "./up.ts";
export { openWorkbench, type Workbench } from "./workbench.ts";
