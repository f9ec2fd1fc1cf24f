import { NEAR_MS, provesFault, type BanFacts, type NearFinding, type NearJob } from "@slipway/policy";
import type { JobRow } from "@slipway/records";
import type { Row, Tx } from "@slipway/store";
import { machinesNamed } from "@slipway/nodes";
import { isReclassifiedByHand } from "./reclassify.ts";

const BAN = [
  "id",
  "spec_generation",
  "machine",
  "node",
  "at",
  "cause",
  "attribution",
  "why",
  "source",
  "validation",
] as const satisfies readonly (keyof Row<"bans">)[];
type Ban = Pick<Row<"bans">, (typeof BAN)[number]>;
const PASS = [
  "validation",
  "attempt",
  "run_index",
  "try",
  "machine",
  "finished_at",
] as const satisfies readonly (keyof Row<"passes">)[];

/** How near a pass of the machine has to be to a ban, besides those of its own validation, to show its cause. */
const DAY_MS = 24 * 3_600_000;
/** Bans whose passes one query brings. */
const PAGE = 500;

/** A ban that the rules may give a cause, and the facts they go by. */
export interface Candidate {
  readonly ban: Ban;
  readonly facts: BanFacts;
}

/**
 * The bans without a proven cause: unknown ones, and those that were imported or made by hand; none that a person
 * reclassified. Lifted bans are among them, because rates count them as well.
 *
 * @param jobs undefined where no job records are given
 */
export async function gatherBans(tx: Tx, jobs: readonly JobRow[] | undefined): Promise<readonly Candidate[]> {
  const bans = await tx.find("bans", { orderBy: ["id"], columns: BAN });
  const wanted = bans.filter(
    (ban) => !isReclassifiedByHand(ban) && (ban.cause === "unknown" || ban.source !== "validation"),
  );
  const findings = new Map<number, readonly NearFinding[]>();
  for (let from = 0; from < wanted.length; from += PAGE)
    for (const [ban, found] of await findingsOf(tx, wanted.slice(from, from + PAGE))) findings.set(ban, found);
  const unfaulted = bans.filter(
    (ban) => !(findings.get(ban.id) ?? []).some(provesFault) && (ban.cause === "unknown" || ban.cause === "workload"),
  );
  const jobsOf = jobs === undefined ? () => undefined : await jobsNear(tx, jobs, unfaulted);
  return wanted.map((ban) => ({
    ban,
    facts: {
      cause: ban.cause,
      at: ban.at,
      reason: ban.why,
      findings: findings.get(ban.id) ?? [],
      jobs: jobsOf(ban),
    },
  }));
}

/** Findings of a ban's own validation, and of the machine's passes within a day of it and before it was let in again. */
async function findingsOf(tx: Tx, bans: readonly Ban[]): Promise<ReadonlyMap<number, readonly NearFinding[]>> {
  const machines = [...new Set(bans.map(({ machine }) => machine))];
  const passes = Map.groupBy(
    await tx.find("passes", { where: { machine: { in: machines } }, columns: PASS }),
    ({ machine }) => machine,
  );
  const releases = Map.groupBy(
    await tx.find("releases", { where: { machine: { in: machines } }, columns: ["machine", "at"] }),
    ({ machine }) => machine,
  );
  const near = new Map(
    bans.map((ban) => {
      const letInAgain = Math.min(
        Infinity,
        ...(releases.get(ban.machine) ?? []).flatMap(({ at }) => (at > ban.at ? [at] : [])),
      );
      return [
        ban,
        (passes.get(ban.machine) ?? []).filter(
          ({ validation, finished_at }) =>
            validation === ban.validation || (Math.abs(finished_at - ban.at) <= DAY_MS && finished_at < letInAgain),
        ),
      ];
    }),
  );
  const validations = [...new Set([...near.values()].flat().map(({ validation }) => validation))];
  const results = Map.groupBy(await tx.find("results", { where: { validation: { in: validations } } }), placeOf);
  return new Map(
    [...near].map(([ban, own]) => [
      ban.id,
      own.flatMap((pass) =>
        (results.get(placeOf(pass)) ?? []).flatMap(({ check, findings }) =>
          (findings ?? []).map(({ code, verdict, cause, scope, message }): NearFinding => ({
            check,
            code,
            verdict,
            cause,
            message,
            scope: `${scope.kind} ${scope.id}`,
            ...(scope.serial === undefined ? {} : { serial: scope.serial }),
            after: pass.finished_at > ban.at && pass.validation !== ban.validation,
          })),
        ),
      ),
    ]),
  );
}

const placeOf = (row: Pick<Row<"passes">, "validation" | "attempt" | "run_index" | "try">): string =>
  [row.validation, row.attempt, row.run_index, row.try].map(String).join("/");

/** The jobs of a ban's machine, and how many machines of each were banned with it; undefined at times that no row covers. */
async function jobsNear(
  tx: Tx,
  jobs: readonly JobRow[],
  unfaulted: readonly Ban[],
): Promise<(ban: Ban) => readonly NearJob[] | undefined> {
  const machines = await machinesNamed(
    tx,
    jobs.map(({ node }) => node),
  );
  const rows = jobs.flatMap((job) => {
    const machine = machines.get(job.node);
    return machine === undefined ? [] : [{ job, machine }];
  });
  const byMachine = Map.groupBy(rows, ({ machine }) => machine);
  const machinesOfJob = new Map(
    [...Map.groupBy(rows, ({ job }) => job.jobId)].map(([id, of]) => [id, new Set(of.map(({ machine }) => machine))]),
  );
  const bansOf = Map.groupBy(unfaulted, ({ machine }) => machine);
  const placements = Map.groupBy(
    await tx.find("placements", { where: { machine: { in: [...byMachine.keys()] } }, orderBy: ["from_at"] }),
    ({ machine }) => machine,
  );
  const first = jobs.reduce((least, { start }) => Math.min(least, start), Infinity);
  const last = jobs.reduce((most, { start, end }) => Math.max(most, end ?? start), -Infinity);
  const standsIn = (machine: number, at: number): string => {
    const all = placements.get(machine) ?? [];
    const {
      nvlink_domain = null,
      rack = null,
      cluster = null,
    } = all.findLast(({ from_at }) => from_at <= at) ?? all[0] ?? {};
    return nvlink_domain ?? (rack === null ? "unknown" : `${cluster ?? ""}/${rack}`);
  };
  return (ban) => {
    const own = byMachine.get(ban.machine);
    if (own === undefined || ban.at < first || ban.at > last + NEAR_MS) return undefined;
    return own.map(({ job }): NearJob => {
      const down = [...(machinesOfJob.get(job.jobId) ?? [])].filter((machine) =>
        (bansOf.get(machine) ?? []).some(({ at }) => Math.abs(at - ban.at) <= NEAR_MS),
      );
      return {
        jobId: job.jobId,
        start: job.start,
        end: job.end,
        state: job.state,
        bannedWith: down.length,
        places: new Set(down.map((machine) => standsIn(machine, ban.at))).size,
      };
    });
  };
}
