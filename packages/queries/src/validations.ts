import {
  formatObject,
  CanaryCoin,
  EvidenceRef,
  Finding,
  JudgedBy,
  PassKind,
  PassPolicy,
  REASONS,
  Trigger,
  ValidationStatus,
  Verdict,
  type ReasonCode,
} from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { auditFields } from "./audit.ts";
import { count, list, machineId, nodeName, shown, time } from "./fields.ts";

/** Statuses of validations that are not over. */
export const OPEN_STATUSES: readonly ValidationStatus[] = ["queued", "running", "held"];

const validationFields = shown(["due_at", "created_at", "started_at", "finished_at"], {
  id: z.int().describe("its number"),
  machine: machineId(),
  node: z.string().describe("where the machine was when it was planned"),
  address: z.record(z.string(), z.unknown()).readonly().nullable().describe("how the node is reached"),
  adapter: z.string().describe("by what it is reached: a vendor's adapter, ssh or local"),
  vendor: z.string().nullable(),
  sku: z.string().nullable(),
  cluster: z.string().nullable(),
  rack: z.string().nullable(),
  segment: z.string().nullable(),
  trigger: Trigger.describe("why it is validated"),
  lane: z.string(),
  lane_digest: z.string().describe("content hash of the lane's file"),
  lane_reason: z.string().describe("why it is in this lane, in words"),
  checks: list(z.string()),
  first_checks: list(z.string()).describe("checks of the first pass where it has more than the others"),
  passes_required: count(),
  passes_done: count(),
  policy: PassPolicy.describe("how passes count"),
  attempt: z.int().describe("a further attempt begins at 0 passes"),
  run_index: z.int().describe("the pass that is due within the attempt, from 1"),
  tries: count().describe("inconclusive tries of that pass so far"),
  status: ValidationStatus.describe("queued, running and held are open; the others are ends"),
  reason_code: z
    .enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]])
    .describe("why it has this status, for programs"),
  reason: z.string().describe("the same in words"),
  owner: z.string().nullable().describe("who has to act next"),
  priority: z.int(),
  coin: CanaryCoin.nullable().describe("the draw of the canary arm, made before its first pass"),
  keeps_running: z.boolean().describe("it goes on after a failure, for the statistics"),
  from_service: z.boolean().describe("it took the machine out of service"),
  acting: z.string().nullable().describe("the key of the act that is under way"),
  due_at: time().nullable().describe("when it is looked at next"),
  failures: count().describe("failed looks in a row"),
  last_error: z.string().nullable().describe("of the last failed look"),
  created_at: time(),
  started_at: time().nullable(),
  finished_at: time().nullable(),
  generation: count().describe("one higher with every change"),
});

const passKey = {
  validation: z.int(),
  attempt: z.int(),
  run_index: z.int(),
  try: count(),
};

const passFields = shown(["started_at", "finished_at"], {
  ...passKey,
  kind: PassKind.describe("only required ones count"),
  machine: machineId(),
  node: z.string(),
  cluster: z.string().nullable(),
  verdict: Verdict.exclude(["not-applicable"]),
  failed_checks: list(z.string()),
  boot_id: z.string().nullable(),
  system_serial: z.string().nullable(),
  gpu_serials: list(z.string()),
  gpu_uuids: list(z.string()),
  host_key: z.string().nullable().describe("`SHA256:…` of the key that the node proved to have"),
  route: z.string().nullable().describe("the jump host that it was reached through, or direct"),
  started_at: time(),
  finished_at: time(),
  node_hours: z.number(),
  judged_by: JudgedBy.describe("builds of checks, lane, expectations and image, each by content"),
  evidence: z.record(z.string(), EvidenceRef).readonly().describe("by probe: its record and the hashes of its bytes"),
});

const resultFields = z.object({
  ...passKey,
  check: z.string(),
  version: z.string(),
  verdict: Verdict,
  findings: list(Finding).nullable(),
});

export const validationDocument = defineDocument(
  "slipway/validation@1",
  {
    about: "A validation: the proof of one machine on its way back. `validations show` has its passes besides.",
    commands: ["validations list", "validations show", "validations retry"],
  },
  {
    node_name: nodeName("the node's name when it was planned"),
    ...validationFields.shape,
    passes: list(z.object(passFields.shape)).optional().describe("the oldest first"),
    results: list(resultFields).optional().describe("what each check said in each pass"),
    audit: list(z.object(auditFields.shape)).optional().describe("what happened, the oldest first"),
  },
);
export type ValidationShown = ContentOf<typeof validationDocument>;
export type PassShown = NonNullable<ValidationShown["passes"]>[number];
/** A validation with its passes, what each check said, and what happened. */
export type WholeValidation = ValidationShown & {
  readonly [Part in "passes" | "results" | "audit"]: NonNullable<ValidationShown[Part]>;
};

const ofRow = (row: Row<"validations">): ValidationShown => ({
  node_name: row.node,
  ...validationFields.of({ ...row, generation: row.revision }),
});

export interface ValidationQuery {
  /** Open ones when absent. */
  readonly status?: readonly ValidationStatus[] | undefined;
  readonly cluster?: string | undefined;
  /** The newest first; else by status, and of the same the most proven first. */
  readonly newest?: boolean;
  /** All when absent. */
  readonly limit?: number | undefined;
}

/** Validations, and how many there are of this kind without the limit. */
export function listValidations(
  store: Store,
  { status = OPEN_STATUSES, cluster, newest = false, limit }: ValidationQuery,
): Promise<{ readonly validations: readonly ValidationShown[]; readonly total: number }> {
  const where = { status: { in: status }, ...(cluster === undefined ? {} : { cluster }) };
  return store.report(async (tx) => {
    const rows = await tx.find("validations", {
      where,
      orderBy: newest ? ["-id"] : ["status", "-passes_done", "id"],
      ...(limit === undefined ? {} : { limit }),
    });
    const total = limit === undefined ? rows.length : await tx.count("validations", where);
    return { validations: rows.map(ofRow), total };
  });
}

/** These validations, in the order of their numbers. */
export const validationsOf = (store: Store, ids: readonly number[]): Promise<readonly ValidationShown[]> =>
  store.report(async (tx) =>
    (await tx.find("validations", { where: { id: { in: ids } }, orderBy: ["id"] })).map(ofRow),
  );

/**
 * A validation with all that was proven in it.
 *
 * @param name its number, as `12` or `validation/12`
 * @throws SlipwayError of kind `input` for a number that no validation has
 */
export async function showValidation(store: Store, name: string): Promise<WholeValidation> {
  const id = Number(name.replace(/^validation\//, ""));
  if (!Number.isSafeInteger(id))
    throw new SlipwayError("input", `${name}: a validation is a number, as validations list prints it`);
  return store.report((tx) => wholeValidation(tx, id));
}

async function wholeValidation(tx: Tx, id: number): Promise<WholeValidation> {
  const row = await tx.get("validations", { id });
  if (row === undefined) throw new SlipwayError("input", `there is no validation ${String(id)}`);
  const where = { validation: id };
  const passes = await tx.find("passes", { where, orderBy: ["attempt", "run_index", "try"] });
  const results = await tx.find("results", { where, orderBy: ["attempt", "run_index", "try", "check"] });
  const audit = await tx.find("audit", {
    where: { object: formatObject({ kind: "validation", id }) },
    orderBy: ["id"],
  });
  return {
    ...ofRow(row),
    passes: passes.map((pass) => passFields.of(pass)),
    results: results.map(({ validation, attempt, run_index, try: tried, check, version, verdict, findings }) => ({
      validation,
      attempt,
      run_index,
      try: tried,
      check,
      version,
      verdict,
      findings,
    })),
    audit: audit.map((event) => auditFields.of(event)),
  };
}
