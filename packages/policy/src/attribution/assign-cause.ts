import { BAN_CAUSES, type Attribution, type BanCause, type Cause, type FindingVerdict } from "@slipway/domain";
import { xidsIn, type XidCauses } from "./xids.ts";

/** A finding of a pass of the banned machine. */
export interface NearFinding {
  readonly check: string;
  readonly code: string;
  readonly verdict: FindingVerdict;
  readonly cause: Cause;
  readonly scope: string;
  readonly serial?: string;
  readonly message: string;
  /** Made after the ban: somebody may have worked on the node by then. */
  readonly after: boolean;
}

/** A job on the banned machine. Times are milliseconds since 1970. */
export interface NearJob {
  readonly jobId: string;
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
  /** As the scheduler names it. */
  readonly state: string;
  /**
   * How many machines of this job, this one included, were banned within {@link NEAR_MS} of this ban without a fault
   * that was found.
   */
  readonly bannedWith: number;
  /** In how many NVLink domains or racks those machines stand; all of unknown place count as one. */
  readonly places: number;
}

export interface BanFacts {
  readonly cause: BanCause;
  readonly at: number;
  /** The reason that was given with the ban, in free text. */
  readonly reason: string;
  readonly findings: readonly NearFinding[];
  /** Undefined when the machine's jobs around the ban are unknown, which is not the same as none. */
  readonly jobs: readonly NearJob[] | undefined;
}

export type AttributionRule = "fault-found" | "xid-named" | "idle-node" | "workload-xid" | "job-on-many-nodes";

export interface AssignedCause {
  readonly cause: BanCause;
  readonly rule: AttributionRule;
  /** One sentence that names the findings, the Xids or the job it follows from. */
  readonly reason: string;
  readonly findings: Attribution["findings"];
}

/** How near in time a job and a ban, or two bans, have to be: schedulers act within minutes of a job's end. */
export const NEAR_MS = 15 * 60_000;

/** This many machines of one job, in several places, do not fail together by one fault of hardware. */
const MANY = 3;

/** States of jobs that ended by their own fault, as schedulers name them; Slurm's NODE_FAIL is not one. */
const OWN_DOING = new Set(["failed", "error", "out_of_memory", "oomkilled"]);

/** Causes that mean a fault of the machine or its surroundings, the first taking precedence. */
const FAULTS: readonly BanCause[] = BAN_CAUSES.filter((cause) => cause !== "unknown" && cause !== "workload");

type Rule = (facts: BanFacts, xids: XidCauses) => Omit<AssignedCause, "rule"> | undefined;

/** Tried in this order until one gives a cause. All but the first apply only to one stated cause, `unknown` or `workload`. */
const RULES: Readonly<Record<AttributionRule, Rule>> = {
  "fault-found": faultFound,
  "xid-named": xidNamed,
  "idle-node": idleNode,
  "workload-xid": workloadXid,
  "job-on-many-nodes": jobOnManyNodes,
};

/**
 * The cause of a ban by the findings near it, its reason and the jobs around it: the first rule that applies decides.
 *
 * @returns undefined when no rule applies, or when the ban has that cause already
 */
export function assignCause(facts: BanFacts, xids: XidCauses): AssignedCause | undefined {
  for (const [rule, apply] of Object.entries(RULES)) {
    const assigned = apply(facts, xids);
    if (assigned !== undefined)
      return assigned.cause === facts.cause ? undefined : { rule: rule as AttributionRule, ...assigned };
  }
  return undefined;
}

/** Whether a finding proves a fault. A wrong configuration counts only when it was found before the ban. */
export const provesFault = ({ verdict, cause, after }: NearFinding): boolean =>
  verdict === "fail" && FAULTS.includes(cause as BanCause) && !(cause === "configuration" && after);

/** A proven fault decides whatever a job did, for the job may have failed because of it. */
function faultFound({ findings }: BanFacts): ReturnType<Rule> {
  const proven = findings.filter(provesFault);
  const cause = FAULTS.find((one) => proven.some((finding) => finding.cause === one));
  if (cause === undefined) return undefined;
  const of = proven.filter((finding) => finding.cause === cause);
  return {
    cause,
    reason: `${of
      .map(({ check, code, scope }) => `${check} found ${code} on ${scope}`)
      .slice(0, 3)
      .join(", ")}: ${cause}`,
    findings: shown(of),
  };
}

/** Xids in the ban's reason: one that means a fault decides over one that a job causes. */
function xidNamed({ cause: said, reason }: BanFacts, xids: XidCauses): ReturnType<Rule> {
  if (said !== "unknown") return undefined;
  const named = xidsIn(reason).flatMap((code) => (xids.has(code) ? [{ code, cause: xids.get(code) }] : []));
  const cause = FAULTS.find((one) => named.some((xid) => xid.cause === one));
  return cause === undefined
    ? undefined
    : {
        cause,
        reason: `the ban names Xid ${named
          .filter((xid) => xid.cause === cause)
          .map(({ code }) => String(code))
          .join(", ")}: ${cause}`,
        findings: [],
      };
}

/** Where no job ran, no workload was the cause, and the cause is unknown. */
function idleNode({ cause: said, jobs, at }: BanFacts): ReturnType<Rule> {
  if (said !== "workload" || jobs === undefined || jobs.some((job) => near(job, at))) return undefined;
  return {
    cause: "unknown",
    reason: "no job ran on it within 15 minutes of the ban, so no workload was at fault",
    findings: [],
  };
}

/** Xids that a job's own code causes; where the jobs are known, one must have run. */
function workloadXid({ cause: said, findings, reason, jobs, at }: BanFacts, xids: XidCauses): ReturnType<Rule> {
  if (said !== "unknown") return undefined;
  const seen = findings.filter(({ check, cause, after }) => check === "xid" && cause === "workload" && !after);
  const named = xidsIn(reason).filter((code) => xids.get(code) === "workload");
  if (seen.length + named.length === 0) return undefined;
  const job = jobs?.find((one) => near(one, at));
  if (jobs !== undefined && job === undefined) return undefined;
  const what = [
    ...seen.slice(0, 3).map(({ message }) => message),
    ...(named.length === 0 ? [] : [`the ban names Xid ${named.map(String).join(", ")}`]),
  ].join(" ");
  return {
    cause: "workload",
    reason: `${what}${job === undefined ? "" : ` Job ${job.jobId} ran then.`}`,
    findings: shown(seen),
  };
}

/** One job took down machines in several places at once, and none of them shows a fault. */
function jobOnManyNodes({ cause: said, jobs, at }: BanFacts): ReturnType<Rule> {
  if (said !== "unknown") return undefined;
  const job = jobs?.find(
    ({ end, state, bannedWith, places }) =>
      end !== null &&
      Math.abs(end - at) <= NEAR_MS &&
      OWN_DOING.has(state.trim().toLowerCase()) &&
      bannedWith >= MANY &&
      places >= 2,
  );
  if (job === undefined) return undefined;
  return {
    cause: "workload",
    reason:
      `job ${job.jobId} ended as ${job.state}, and ${String(job.bannedWith)} of its machines in ${String(job.places)}` +
      " places were banned within 15 minutes without a fault found",
    findings: [],
  };
}

/** Whether a job ran at the time of the ban, or ended shortly before it; one that started later did not cause it. */
export const near = ({ start, end }: Pick<NearJob, "start" | "end">, at: number): boolean =>
  start <= at && (end === null || end >= at - NEAR_MS);

const shown = (findings: readonly NearFinding[]): Attribution["findings"] =>
  findings.map(({ check, code, cause, scope, serial, message }) => ({
    check,
    code,
    cause,
    scope,
    ...(serial === undefined ? {} : { serial }),
    message,
  }));
