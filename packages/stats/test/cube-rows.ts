import { BAN_CAUSES } from "@slipway/domain";
import fc from "fast-check";
import type { Attempt, Labels, Spell } from "../src/model.ts";

export const REQUIRED = 5;
export const CHECKS = ["dcdiag", "ib-xdr", "imex", "nccl"];
export const BY = ["vendor", "cluster"];

const labels: fc.Arbitrary<Labels> = fc.record(
  { vendor: fc.constantFrom("oci", "azure"), cluster: fc.constantFrom("a", "b", "c") },
  { requiredKeys: ["vendor"] },
);

/** Validations that stop at their first failure; hours are whole seconds. */
export const attemptRow = (attemptId: string): fc.Arbitrary<Attempt> =>
  fc
    .record({
      labels,
      first: fc.option(fc.integer({ min: 1, max: REQUIRED + 2 })),
      // Now and then none is named, as in an attempts file.
      failedChecks: fc.oneof(
        { weight: 12, arbitrary: fc.subarray(CHECKS, { minLength: 1 }) },
        { weight: 1, arbitrary: fc.constant([]) },
      ),
      made: fc.integer({ min: 0, max: REQUIRED + 1 }),
      seconds: fc.option(fc.integer({ min: 0, max: 40_000 }), { freq: 12 }),
      reban: fc.option(fc.boolean()),
      admittedAsCanary: fc.boolean(),
    })
    .map(({ labels: cell, first, failedChecks, made, seconds, reban, admittedAsCanary }) => ({
      attemptId,
      labels: cell,
      firstFailedRun: first,
      failedChecks: first === null ? [] : failedChecks,
      runsExecuted: first ?? made,
      nodeHours: seconds === null ? null : Array.from({ length: first ?? made }, (_, run) => (seconds + run) / 3_600),
      reban,
      canaryProbability: null,
      admittedAsCanary: admittedAsCanary && first !== null,
    }));

export const attemptRows = (named: boolean): fc.Arbitrary<Attempt[]> =>
  fc
    .integer({ min: 0, max: 60 })
    .chain((count) =>
      fc
        .tuple(...Array.from({ length: count }, (_, at) => attemptRow(`a${String(at).padStart(3, "0")}`)))
        .map((rows) =>
          named
            ? rows.filter(({ firstFailedRun, failedChecks }) => firstFailedRun === null || failedChecks.length > 0)
            : rows,
        ),
    );

/** Admissions that begin, end and are first seen at whole hours. */
export const spellRow = (admissionId: string): fc.Arbitrary<Spell> =>
  fc
    .record({
      labels,
      hours: fc.integer({ min: 0, max: 24 * 100 }),
      late: fc.option(fc.integer({ min: 1, max: 300 })),
      cause: fc.option(fc.constantFrom(...BAN_CAUSES)),
    })
    .map(({ labels: cell, hours, late, cause }) => ({
      admissionId,
      days: hours / 24,
      cause,
      enteredDays: late === null || late >= hours ? 0 : late / 24,
      labels: cell,
      node: null,
      startedAt: null,
      attemptId: null,
    }));

export const spellRows: fc.Arbitrary<Spell[]> = fc
  .integer({ min: 0, max: 60 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => spellRow(`s${String(at)}`))));
