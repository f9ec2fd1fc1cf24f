import { SlipwayError } from "@slipway/plugin-sdk";
import {
  foldRuns,
  lastEvent,
  sessionise,
  StatsInputError,
  type DataQuality,
  type EventRow,
  type RunCounters,
  type RunRow,
} from "@slipway/stats";
import { kindOf } from "./kinds/index.ts";
import type { KindName, RecordKind } from "./kinds/kind.ts";
import { eachRecord, type OnRead } from "./read-records.ts";
import type { Source } from "./source.ts";

/** What a file holds, and what is wrong with it. */
export interface FileCheck {
  /** By the header; null where that is of no kind. */
  readonly kind: KindName | null;
  /** Rows that are right. */
  readonly rows: number;
  readonly problem_count: number;
  /** The first of them, in words. */
  readonly problems: readonly string[];
  /** Columns without a meaning of their own, kept as labels. */
  readonly labels: readonly string[];
  /** Of events: how often each rule of sessionisation fires, as of their last one. */
  readonly data_quality?: DataQuality;
  readonly admissions?: number;
  /** Of runs. */
  readonly runs?: RunCounters;
  /** Of runs and attempts. */
  readonly attempts?: number;
}

const MOST_PROBLEMS = 20;

/** Reads a file of whatever kind to its end and says all that is wrong with it, row by row and of its rows together. */
export async function checkFile(source: Source, onRead?: OnRead): Promise<FileCheck> {
  const problems: string[] = [];
  let found = 0;
  let kind: RecordKind<unknown> | undefined;
  let labels: readonly string[] = [];
  const rows: unknown[] = [];
  const problem = (text: string): void => {
    found += 1;
    if (problems.length < MOST_PROBLEMS) problems.push(text);
  };
  try {
    await eachRecord(
      source,
      (header) => {
        const known = kindOf(source.name, header);
        kind = known;
        labels = header.filter((column) => !Object.hasOwn(known.columns, column));
        return {
          kind: known,
          take: (row) => void rows.push(row),
          refused: (error) => {
            problem(error.message);
          },
        };
      },
      onRead,
    );
  } catch (error) {
    if (!SlipwayError.is(error)) throw error;
    problem(error.message);
  }
  const together = sayTogether(source.name, kind?.name, rows, problem);
  return { kind: kind?.name ?? null, rows: rows.length, problem_count: found, problems, labels, ...together };
}

/** What only all rows show. Their kind is that of the reader that made them. */
function sayTogether(
  name: string,
  kind: KindName | undefined,
  rows: readonly unknown[],
  problem: (text: string) => void,
): Partial<FileCheck> {
  try {
    if (kind === "events") {
      const events = rows as readonly EventRow[];
      const { quality, spells } = sessionise(events, { asOf: lastEvent(events) });
      return { data_quality: quality, admissions: spells.length };
    }
    if (kind === "runs") {
      const { counters, attempts } = foldRuns(rows as readonly RunRow[]);
      return { runs: counters, attempts: attempts.length };
    }
    if (kind === "attempts") return { attempts: rows.length };
  } catch (error) {
    if (!(error instanceof StatsInputError)) throw error;
    problem(`${name}: ${error.message}`);
  }
  return {};
}
