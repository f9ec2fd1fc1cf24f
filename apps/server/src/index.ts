export { openActive, type ActiveSet } from "./active.ts";
export { createLog } from "./log.ts";
export { openAdapters, openDatabase, openFleet, runnerParts, type AdapterSettings, type Database } from "./open.ts";
export { fleetStatus, type FleetStatus } from "./status.ts";
export { up, type ControlPlane, type UpOptions } from "./up.ts";
export { openWorkbench, type Workbench } from "./workbench.ts";
