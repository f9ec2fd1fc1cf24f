export * from "./backtest.ts";
export type { Change, CheckFile, Side } from "./change/change.ts";
export * from "./journal.ts";
export { loadCheckFile } from "./judging/load-side.ts";
export { LABELS, type Label, type NamedFinding } from "./judging/outcome.ts";
export type { BacktestReport } from "./report.ts";
export { isLabel, type Counts } from "./tally/counts.ts";
export type { Flip } from "./tally/tally.ts";
