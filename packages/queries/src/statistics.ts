import { z } from "zod";
import { defineDocument } from "./document.ts";
import { count, list } from "./fields.ts";

/** A nested part of an answer, which docs/statistics says of. */
const part = (said: string): z.ZodType<object> => z.looseObject({}).describe(said);
const rate = () => z.number().nullable();
const cell = z.record(z.string(), z.string().nullable()).readonly().describe("the values of --by");
const endpoint = z.string().describe("which bans count");
const asOf = z.string().nullable().describe("until when the data goes");
const definition = {
  definition_version: z.string().describe("of the definitions in docs/statistics"),
  assumptions: list(z.string()).describe("in words"),
};

const rebanShape = {
  cell,
  window_days: z.number(),
  endpoint,
  estimate: rate().describe("null where it is not known"),
  status: z.string(),
  interval: part("at 95 %").nullable(),
  bounds: part("worst-case censoring: always true"),
  n: count().describe("admissions"),
  events: count(),
  censored: count(),
  at_risk_at_window: count(),
  by_cause: z.record(z.string(), rate()).readonly(),
  net: rate(),
  at_last_follow_up: part("the last rate that is known").optional(),
  unknown_either_way: part("the rate with bans of unknown cause counted as workload, and as hardware"),
  small: z.boolean().describe("too few admissions to be ranked by itself"),
  excluded: z.record(z.string(), count()).readonly().describe("admissions of other entry kinds"),
  shrunken: part("the rate drawn to that of all cells").optional(),
  standardised: part("at equal shares of every SKU").optional(),
  curve: list(part("the rate at a day")).optional(),
  as_of: asOf,
  ...definition,
};

export const rebanDocument = defineDocument(
  "slipway/reban@1",
  {
    about: "How many of the machines of a cell that were let in were banned again within a window.",
    commands: ["reban"],
  },
  rebanShape,
);

export const rebanComparisonDocument = defineDocument(
  "slipway/reban-comparison@1",
  { about: "The difference of two re-ban rates.", commands: ["reban"] },
  {
    label: z.string(),
    values: list(z.string()),
    window_days: z.number(),
    endpoint,
    difference: rate().describe("the first less the second"),
    interval: part("of the difference, at 95 %").nullable(),
    standardised_difference: rate().describe("of vendors, at equal shares of every SKU"),
    ranking_reverses: z.boolean().nullable(),
    rates: list(z.object({ schema: z.string(), ...rebanShape })),
    as_of: asOf,
    ...definition,
  },
);

export const dataQualityDocument = defineDocument(
  "slipway/data-quality@1",
  { about: "What was wrong with the rows behind an answer: the last line of `reban`.", commands: ["reban"] },
  {
    duplicate_rows: count(),
    coalesced_bans: count(),
    skew_clamped: count(),
    orphan_bans: count(),
    duplicate_admits: count(),
    implicit_leaves: count(),
    after_as_of: count(),
  },
);

export const simulationDocument = defineDocument(
  "slipway/simulation@1",
  { about: "What other thresholds would have done.", commands: ["simulate"] },
  {
    cell,
    policy: part("the thresholds asked about"),
    assume: z.string().nullable(),
    status: z.string(),
    additionally_admitted: part("how many more machines: a point or bounds"),
    node_hours_saved: rate(),
    reban_rate_of_additional: part("bounds, and a point only where a canary arm identifies it"),
    reban_rate_of_admitted: part("of those that were let in"),
    admitted: count(),
    fleet_rate_after: part("with the added machines"),
    extra_rebans: part("how many of them are banned again"),
    unknown_either_way: part("with bans of unknown cause counted as workload, and as hardware"),
    excluded: part("attempts that the question leaves out"),
    window_days: z.number(),
    endpoint,
    as_of: asOf,
    ...definition,
  },
);

export const valueDocument = defineDocument(
  "slipway/value@1",
  { about: "What a run of the slow path is worth.", commands: ["value"] },
  {
    run: count(),
    reached: count(),
    first_failures: count(),
    hazard: rate(),
    interval: part("of the hazard, at 95 %").nullable(),
    node_hours: rate(),
    node_hours_per_detection: rate(),
    node_hours_per_detection_at_least: rate(),
    true_detections: part("bounds"),
    true_detections_excluding_never_failed: part("bounds").nullable(),
    true_detections_ci: part("bounds that hold at 95 % for all runs together"),
    rebans_avoided: part("bounds").optional(),
    node_hours_per_reban_avoided: part("bounds").optional(),
    stop_from_run: count().nullable().optional().describe("the first run that costs more than it could avoid"),
    set_by: z.string().optional().describe("who set the prices"),
    excluded: part("what is in no count of this answer"),
    warnings: list(z.string()),
    ...definition,
  },
);

export const sprtDocument = defineDocument(
  "slipway/sprt@1",
  { about: "The sequential test of a healthy node against a bad one.", commands: ["sprt"] },
  {
    llr_pass: z.number(),
    llr_fail: z.number(),
    admit_boundary: z.number(),
    refuse_boundary: z.number(),
    decision: z.enum(["admit", "refuse", "continue"]),
    at_run: count().nullable().describe("the run that decided, from 1"),
    log_lr: z.number(),
    passes_in_a_row_to_admit: count(),
  },
);

const findings = () => list(z.object({ check: z.string(), code: z.string() }).loose());

export const backtestFlipDocument = defineDocument(
  "slipway/backtest-flip@1",
  { about: "A verdict on stored evidence that a change would turn.", commands: ["backtest"] },
  {
    node_name: z.string(),
    bundle_hash: z.string(),
    bundle: z.string().describe("a path in the folder, or a pass as <validation>/<attempt>/<run>"),
    node: z.string(),
    machine: z.string().nullable(),
    vendor: z.string().nullable(),
    sku: z.string().nullable(),
    cluster: z.string().nullable(),
    segment: z.string().nullable(),
    of: z.string().describe("what flips: the check, node for all of its checks, or attempt"),
    before: z.string(),
    after: z.string(),
    findings_before: findings(),
    findings_after: findings(),
  },
);

const flips = { judged: count(), unchanged: count(), flips: z.record(z.string(), count()).readonly() };
const notJudged = { evidence_missing: count(), probe_missing: count(), errors: count(), not_concerned: count() };
const side = z.object({ label: z.string(), version: z.string().nullable(), digest: z.string().nullable() });

export const backtestDocument = defineDocument(
  "slipway/backtest@1",
  { about: "What a change would do to stored evidence: the last line of `backtest`.", commands: ["backtest"] },
  {
    change: z.object({ kind: z.string(), name: z.string(), before: side, after: side }),
    source: z.enum(["database", "folder"]),
    as_of: asOf,
    since: z.string().nullable(),
    by: list(z.string()),
    ...flips,
    ...notJudged,
    unit: z.enum(["bundle", "attempt"]),
    bundles: count(),
    drift: count().describe("verdicts that are otherwise than they were stored"),
    drift_by: list(part("of a check: stored, now, count")),
    error_list: list(part("a bundle that could not be judged, and why")),
    missing: z.record(z.string(), count()).readonly().describe("probes and expectations that are not there"),
    cells: list(z.object({ cell, ...flips, ...notJudged })),
    per_segment: z.record(z.string(), z.object({ ...flips, ...notJudged })).readonly(),
    attempts: part("attempts by how they end; null for bundles of a folder").nullable(),
    admissions: part("what became of the machines that flip; null where no admissions are known").nullable(),
    not_known: list(z.string()).describe("what the evidence cannot tell, in words"),
    ...definition,
  },
);
