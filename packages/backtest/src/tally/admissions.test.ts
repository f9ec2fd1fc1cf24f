import type { Spell } from "@slipway/stats";
import { expect, it } from "vitest";
import { admissionsOfFlips } from "./admissions.ts";

const OCI = { vendor: "oci", sku: "H100", cluster: "oci-a" };
const CW = { vendor: "coreweave", sku: "H100", cluster: "cwd-a" };
const spells = (labels: typeof OCI, banned: number, of: number): Spell[] =>
  Array.from({ length: of }, (_, at) => ({
    admissionId: `${labels.cluster}/${String(at)}`,
    days: at < banned ? 5 : 40,
    cause: at < banned ? "hardware" : null,
    enteredDays: 0,
    labels: { ...labels, entry: "ofr" },
    node: null,
    startedAt: 0,
    attemptId: null,
  }));
const fleet = [...spells(OCI, 30, 100), ...spells(CW, 1, 100)];
const bounds = (admitted: readonly (typeof OCI)[]): readonly [number, 1] | null =>
  admissionsOfFlips(
    fleet,
    { refused: new Set(), admitted: new Map(admitted.map((labels, at) => [`${String(at)}/1`, labels])) },
    { by: [], asOf: "2026-01-01T00:00:00Z" },
  ).newly_admitted.bounds_monotone;

it("bounds the machines that would be let in by the rate of their own cells", () => {
  expect(bounds([CW])).toEqual([0.01, 1]);
  expect(bounds([OCI])?.[0]).toBeCloseTo(0.3, 12);
  expect(bounds([OCI, CW, CW, CW])?.[0]).toBeCloseTo((0.3 + 3 * 0.01) / 4, 12);
});

it("claims nothing from a cell that nobody was let in to, and nothing where none flips", () => {
  expect(bounds([OCI, { ...CW, cluster: "new" }])?.[0]).toBeCloseTo(0.15, 12);
  expect(bounds([])).toBeNull();
});
