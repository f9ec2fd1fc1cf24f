export { FLEET_CELLS, type FleetCell, type Variant } from "./cells.ts";
export { coverage, COVERED, type Covered, type CoverageOfCell } from "./coverage.ts";
export { generateFleet, type FleetOptions, type GeneratedCell } from "./fleet.ts";
export { AS_OF, eventsOf, runsOf } from "./rows.ts";
export { truthOf, type CellTruth } from "./truth.ts";
