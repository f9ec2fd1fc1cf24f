import { StatsInputError } from "../input-error.ts";
import { hybridDifference } from "../intervals.ts";
import { DEFINITION_VERSION, type Endpoint, type Interval, type Spell } from "../model.ts";
import type { RebanQuestion } from "./question.ts";
import { reban, type RebanAnswer } from "./reban.ts";

/** One label with the two values to compare: `vendor=oci,coreweave`. */
export interface Comparison {
  readonly label: string;
  readonly values: readonly [string, string];
}

export interface RebanComparison {
  readonly schema: "slipway/reban-comparison@1";
  readonly label: string;
  readonly values: readonly [string, string];
  readonly window_days: number;
  readonly endpoint: Endpoint;
  /** First less second; null where either rate is. */
  readonly difference: number | null;
  /** Null where either rate has none. */
  readonly interval: Interval | null;
  /** Of vendors, at equal shares of every SKU (A18). */
  readonly standardised_difference: number | null;
  readonly ranking_reverses: boolean | null;
  readonly rates: readonly [RebanAnswer, RebanAnswer];
  readonly as_of: string | null;
  readonly definition_version: typeof DEFINITION_VERSION;
  readonly assumptions: readonly string[];
}

/** @throws StatsInputError for a text that is not `label=a,b` */
export function parseComparison(text: string): Comparison {
  const [label, rest] = text.split("=");
  const [a, b, ...more] = rest?.split(",") ?? [];
  if (
    label === undefined ||
    label === "" ||
    a === undefined ||
    a === "" ||
    b === undefined ||
    b === "" ||
    a === b ||
    more.length > 0
  )
    throw new StatsInputError(
      `${JSON.stringify(text)} compares nothing: a label with two values is meant, such as vendor=oci,coreweave`,
    );
  return { label, values: [a, b] };
}

/** The difference of two rates with its interval, a comparison for each window; `by` of the question is not used. */
export function compareRebans(
  spells: readonly Spell[],
  question: Omit<RebanQuestion, "by" | "cells" | "cohort" | "standardise">,
  { label, values }: Comparison,
): RebanComparison[] {
  const vendors = label === "vendor";
  const answers = reban(spells, {
    ...question,
    by: [label],
    cells: values,
    ...(vendors ? { standardise: "sku" as const } : {}),
  });
  return question.windows.map((window) => {
    const of = (value: string): RebanAnswer =>
      answers.find(({ cell, window_days }) => cell[label] === value && window_days === window) as RebanAnswer;
    const [a, b] = [of(values[0]), of(values[1])];
    const standardised = [a.standardised?.estimate ?? null, b.standardised?.estimate ?? null] as const;
    return {
      schema: "slipway/reban-comparison@1",
      label,
      values,
      window_days: window,
      endpoint: question.endpoint,
      difference: minus(a.estimate, b.estimate),
      interval: intervalOf(a, b),
      standardised_difference: minus(standardised[0], standardised[1]),
      ranking_reverses: vendors
        ? minus(standardised[0], standardised[1]) !== null &&
          opposite(minus(a.estimate, b.estimate), minus(standardised[0], standardised[1]))
        : null,
      rates: [a, b],
      as_of: question.asOf,
      definition_version: DEFINITION_VERSION,
      assumptions: [
        "the interval of the difference is Newcombe's hybrid of the two rates' own intervals, for independent admissions",
        ...new Set([...a.assumptions, ...b.assumptions]),
      ],
    };
  });
}

const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
const opposite = (a: number | null, b: number | null): boolean => (a ?? 0) * (b ?? 0) < 0;

function intervalOf(a: RebanAnswer, b: RebanAnswer): Interval | null {
  if (a.estimate === null || b.estimate === null || a.interval === null || b.interval === null) return null;
  return {
    method: "newcombe-hybrid",
    level: 0.95,
    ...hybridDifference({ ...a.interval, estimate: a.estimate }, { ...b.interval, estimate: b.estimate }),
  };
}
