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
  /** Made after the ban: by then hands may have been on the node. */
  readonly after: boolean;
}

/** A job on the banned machine. Times are milliseconds since 1970. */
export interface NearJob {
  readonly jobId: string;
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
  /** The scheduler's own word. */
  readonly state: string;
  /** Machines of this job that were banned within {@link NEAR_MS} of this ban and of which nothing found a fault, this one included. */
  readonly bannedWith: number;
  /** In how many NVLink domains or racks those stand; machines of unknown place count as one. */
  readonly places: number;
}

export interface BanFacts {
  readonly cause: BanCause;
  readonly at: number;
  /** Words of whoever banned it. */
  readonly reason: string;
  readonly findings: readonly NearFinding[];
  /** Undefined when nobody told of the machine's jobs around the ban; then nothing follows from there being none. */
  readonly jobs: readonly NearJob[] | undefined;
}

export type AttributionRule = "fault-found" | "xid-named" | "idle-node" | "workload-xid" | "job-on-many-nodes";

export interface AssignedCause {
  readonly cause: BanCause;
  readonly rule: AttributionRule;
  /** In words, with what it rests on. */
  readonly reason: string;
  readonly findings: Attribution["findings"];
}

/** How near in time a job and a ban, or two bans, have to be: schedulers act within minutes of a job's end. */
export const NEAR_MS = 15 * 60_000;

/** Machines of one job that go down together, in more than one place: one fault of hardware is not in all of them. */
const MANY = 3;

/** Words of schedulers for a job that ended by its own doing; Slurm's NODE_FAIL is none. */
const OWN_DOING = new Set(["failed", "error", "out_of_memory", "oomkilled"]);

/** Causes that a fault was proven of, in the order of precedence. */
const FAULTS: readonly BanCause[] = BAN_CAUSES.filter((cause) => cause !== "unknown" && cause !== "workload");

type Rule = (facts: BanFacts, xids: XidCauses) => Omit<AssignedCause, "rule"> | undefined;

/** In this order; what one decides, no later one changes. A rule that answers for `unknown` only leaves what others have said. */
const RULES: Readonly<Record<AttributionRule, Rule>> = {
  "fault-found": faultFound,
  "xid-named": xidNamed,
  "idle-node": idleNode,
  "workload-xid": workloadXid,
  "job-on-many-nodes": jobOnManyNodes,
};

/**
 * The cause that evidence, words and job timing give a ban, by the first rule that applies.
 *
 * @returns undefined when no rule applies, or when it says what is known already
 */
export function assignCause(facts: BanFacts, xids: XidCauses): AssignedCause | undefined {
  for (const [rule, apply] of Object.entries(RULES)) {
    const assigned = apply(facts, xids);
    if (assigned !== undefined)
      return assigned.cause === facts.cause ? undefined : { rule: rule as AttributionRule, ...assigned };
  }
  return undefined;
}

/** Whether a proven fault stands against the machine. Of a configuration only what was found before hands were on it. */
export const provesFault = ({ verdict, cause, after }: NearFinding): boolean =>
  verdict === "fail" && FAULTS.includes(cause as BanCause) && !(cause === "configuration" && after);

/** A proven fault decides, whatever a job did: a job may fail by it. */
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

/** Xids that whoever banned it wrote down: those of a fault decide over those of a job. */
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

/** A job that is not there caused nothing. Who then did is not known. */
function idleNode({ cause: said, jobs, at }: BanFacts): ReturnType<Rule> {
  if (said !== "workload" || jobs === undefined || jobs.some((job) => near(job, at))) return undefined;
  return {
    cause: "unknown",
    reason: "no job ran on it within 15 minutes of the ban, so no workload was at fault",
    findings: [],
  };
}

/** Xids that a job's own code causes, none of a fault, and where jobs are known, a job to cause them. */
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

/** Ran at the ban, or ended shortly before it. A job that started later did not cause it. */
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
