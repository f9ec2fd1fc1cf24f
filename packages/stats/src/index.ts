export * from "./model.ts";
export * from "./attempts/fold-runs.ts";
export * from "./canary-size.ts";
export * from "./cube/index.ts";
export * from "./input-error.ts";
export * from "./intervals.ts";
export * from "./reban/compare.ts";
export type { CurvePoint } from "./reban/curve.ts";
export * from "./reban/endpoints.ts";
export {
  POST_OFR_ENTRIES,
  cellsOf,
  entriesOf,
  isPostOfr,
  type CellOfSpells,
  type RebanQuestion,
} from "./reban/question.ts";
export * from "./reban/rate.ts";
export * from "./reban/reban.ts";
export * from "./reban/sentence.ts";
export type { Shrunken } from "./reban/shrinkage.ts";
export type { Standardised } from "./reban/standardise.ts";
export { lastEvent } from "./sessions/clean-rows.ts";
export * from "./sessions/sessionise.ts";
export * from "./sprt.ts";
export * from "./simulate/assume.ts";
export * from "./simulate/simulate.ts";
export * from "./value/table.ts";
export * from "./value/value.ts";
