import type { BanCause } from "@slipway/domain";
import { expect } from "vitest";
import type { Spell } from "../src/model.ts";
import type { RebanQuestion } from "../src/reban/question.ts";
import type { RebanAnswer } from "../src/reban/reban.ts";

let made = 0;
/** An admission followed for so many days, with how it ended. */
export function spell(
  days: number,
  cause: BanCause | null,
  labels: Readonly<Record<string, string>> = {},
  rest: Partial<Spell> = {},
): Spell {
  made += 1;
  return {
    admissionId: `a${String(made)}`,
    days,
    cause,
    enteredDays: 0,
    labels,
    node: null,
    startedAt: null,
    attemptId: null,
    ...rest,
  };
}

/** Admissions of one cell: so many banned for hardware on day 5, the others followed for 60 days. */
export const cell = (banned: number, n: number, labels: Readonly<Record<string, string>>): Spell[] =>
  Array.from({ length: n }, (_, at) => (at < banned ? spell(5, "hardware", labels) : spell(60, null, labels)));

/** A question about hardware bans within 30 days, where `question` says nothing else. */
export const ask = (question: Partial<RebanQuestion> = {}): RebanQuestion => ({
  windows: [30],
  endpoint: "hardware",
  asOf: "2026-03-31T00:00:00Z",
  ...question,
});
/** The one answer that is expected. */
export const oneOf = (answers: readonly RebanAnswer[]): RebanAnswer => {
  expect(answers).toHaveLength(1);
  return answers[0] as RebanAnswer;
};
