export { CellTable, type CellTuple } from "./cell-table.ts";
export { CheckTable } from "./check-table.ts";
export { decodeCube, encodeCube } from "./codec.ts";
export {
  ARM,
  CENSORED,
  maskColumn,
  OUTCOME,
  UNKNOWN_SECONDS,
  type Arm,
  type AttemptColumns,
  type FoldedColumns,
  type MaskColumn,
  type Outcome,
  type RunColumns,
  type SpellColumns,
} from "./columns.ts";
export { Cube, type Where } from "./cube.ts";
export { foldColumns } from "./fold.ts";
export { LiveCube, liveCubeOf, type CubeOptions } from "./live-cube.ts";
export { addRun, cubeOf, PolicyCube } from "./policy-cube.ts";
export { HISTOGRAM_DAYS, histogramOf, SpellHistogram } from "./spell-histogram.ts";
export { thresholds, type SliderQuestion, type Threshold } from "./thresholds.ts";
