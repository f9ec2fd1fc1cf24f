import type { Labels, RunRow } from "@slipway/stats";
import type { Row, Tx } from "@slipway/store";
import { present } from "../kinds/present.ts";
import type { Machines } from "./machines.ts";
import type { FleetNames } from "./read-database.ts";

const VALIDATION = [
  "id",
  "machine",
  "vendor",
  "sku",
  "cluster",
  "segment",
  "trigger",
  "lane",
  "passes_required",
  "attempt",
  "coin",
] as const satisfies readonly (keyof Row<"validations">)[];
type Facts = Pick<Row<"validations">, (typeof VALIDATION)[number]>;
const PASS = [
  "validation",
  "attempt",
  "run_index",
  "try",
  "verdict",
  "failed_checks",
  "node_hours",
] as const satisfies readonly (keyof Row<"passes">)[];

/** Rows that one query brings. */
const PAGE = 20_000;

/** Lanes that prove a whole machine from the start: the slow path of statistics.md 1.1, asked of new and of repaired ones. */
const SLOW_PATH = new Set(["slow", "post-repair"]);

/** Why a machine that serves is tested where it stands. */
const IN_SERVICE_TRIGGERS = new Set<Facts["trigger"]>(["on-demand", "canary"]);

/** Attempts are named by what is unique to them: a validation, and which attempt of it. */
const attemptName = (validation: number, attempt: number): string => `${String(validation)}/${String(attempt)}`;

export interface ValidationRuns {
  readonly runs: readonly RunRow[];
  /** The attempt that a validation ended with. */
  readonly attemptOf: (validation: number) => string | null;
  /** Whether it tested a machine that may have been in service, and was not about to enter it. */
  readonly testedInService: (validation: number) => boolean;
}

/** Every pass as a run of its attempt, confirmations and runs after a failure included: they have indexes of their own. */
export async function validationRuns(
  tx: Tx,
  machines: Machines,
  fleet: FleetNames,
  count: (rows: number) => void,
): Promise<ValidationRuns> {
  const validations = new Map<number, Facts>();
  for (let after = 0; ;) {
    const page = await tx.find("validations", {
      where: { id: { gt: after } },
      orderBy: ["id"],
      limit: PAGE,
      columns: VALIDATION,
    });
    for (const row of page) validations.set(row.id, row);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.id;
  }
  const labels = new Map<number, Labels>();
  const labelsOf = (id: number): Labels => {
    const known = labels.get(id) ?? labelsOfValidation(validations.get(id), machines, fleet);
    labels.set(id, known);
    return known;
  };
  const runs: RunRow[] = [];
  const ids = [...validations.keys()].sort((a, b) => a - b);
  const step = 2_000;
  for (let from = 0; from < ids.length; from += step) {
    const page = await tx.find("passes", {
      where: { validation: { in: ids.slice(from, from + step) } },
      orderBy: ["validation", "attempt", "run_index", "try"],
      columns: PASS,
    });
    for (const { validation, attempt, run_index, verdict, failed_checks, node_hours } of page) {
      runs.push({
        attemptId: attemptName(validation, attempt),
        runIndex: run_index,
        result: verdict,
        failedChecks: verdict === "fail" ? failed_checks : [],
        nodeHours: node_hours,
        labels: labelsOf(validation),
      });
    }
    count(page.length);
  }
  return {
    runs,
    attemptOf: (id) => {
      const validation = validations.get(id);
      return validation === undefined ? null : attemptName(id, validation.attempt);
    },
    testedInService: (id) => IN_SERVICE_TRIGGERS.has(validations.get(id)?.trigger ?? "re-entry"),
  };
}

function labelsOfValidation(validation: Facts | undefined, machines: Machines, fleet: FleetNames): Labels {
  if (validation === undefined) return {};
  const { machine, vendor, sku, cluster, segment, lane, passes_required, coin } = validation;
  const kind = fleet.laneKindOf(lane) ?? lane;
  return present({
    node_id: machines.name(machine),
    vendor,
    sku,
    cluster,
    segment,
    owner: cluster === null ? null : fleet.ownerOf(cluster),
    lane: SLOW_PATH.has(kind) ? "slow" : kind,
    passes_required: String(passes_required),
    canary_probability: coin === null || coin.probability === 0 ? null : String(coin.probability),
  });
}
