export { checkFile, type FileCheck } from "./check-file.ts";
export {
  attemptsKind,
  eventsKind,
  jobsKind,
  kindOf,
  runsKind,
  spellsKind,
  valueTableKind,
  type EventRow,
  type JobRow,
} from "./kinds/index.ts";
export type { KindName, RecordKind } from "./kinds/kind.ts";
export { instantText, parseInstant, parseInstantOrDay } from "./kinds/instant.ts";
export { eachRecord, readObject, readRecords, type OnRead, type Reading } from "./read-records.ts";
export { openSource, textSource, type Source } from "./source.ts";
export { query, type NamedTable, type QueryResult } from "./query.ts";
export { csvLines, writeRecords } from "./write-records.ts";
export { tableOf, type Table } from "./kinds/table.ts";
export { csvLine, csvValue } from "./csv/field.ts";
export { attemptsOfRuns, readDatabase, type DatabaseRows, type FleetNames } from "./database/read-database.ts";
