import { gpuChanges, sameMachine, type Hardware } from "../identity/same-machine.ts";
import { laneOf, type Lane, type LaneSubject } from "./lane.ts";

/** What a machine was when it was last proven healthy, or is now. */
export interface MachineState extends Hardware {
  readonly cluster: string | null;
  readonly ibkey: string | null;
  readonly image: string | null;
  readonly firmware: string | null;
}

export interface PathFacts {
  readonly now: number;
  readonly subject: LaneSubject;
  /** `contradictory`: serials speak for two machines. `incomplete`: there is no serial to know it by. */
  readonly identity: "certain" | "contradictory" | "incomplete";
  /** The last release by its passes, or healthy history from before; null for a machine that was never proven. */
  readonly lastHealthy: (MachineState & { readonly at: number }) | null;
  readonly current: MachineState;
  /**
   * Banned, out for repair, or let in by the canary arm after a fail, since it was last healthy. `checks`: those that
   * failed, where all causes were configuration.
   */
  readonly setback: {
    readonly kind: "ban" | "repair" | "canary";
    readonly causes: readonly string[];
    readonly checks: readonly string[];
  } | null;
}

/** The lane of a validation, and why it is that one. */
export interface Path {
  readonly lane: Lane;
  readonly checks: readonly string[];
  /** Checks of the passes after the first where they differ: those of the part that changed. */
  readonly reason: string;
}

/**
 * Decides by the machine's identity and history (maintenance.md, path decision; settled.md B, Path
 * and Configuration).
 *
 * @returns undefined with no lane of the kind that is needed, nor a slow one
 */
export function choosePath(facts: PathFacts, lanes: readonly Lane[]): Path | undefined {
  const { kind, reason, part } = decide(facts, lanes);
  const lane = laneOf(lanes, kind, facts.subject);
  if (lane === undefined) {
    const slow = laneOf(lanes, "slow", facts.subject);
    return (
      slow && {
        lane: slow,
        checks: slow.checks,
        reason: `${reason}; no ${kind} lane is for this node, so the slow path`,
      }
    );
  }
  return { lane, checks: part ?? lane.checks, reason };
}

/** A kind of lane and why, with the checks of the part where only a part is to be proven. */
interface Decided {
  readonly kind: Lane["kind"];
  readonly reason: string;
  readonly part?: readonly string[];
}

function decide(facts: PathFacts, lanes: readonly Lane[]): Decided {
  const { lastHealthy, identity, setback } = facts;
  if (identity === "contradictory") return { kind: "slow", reason: "its serials speak for two machines" };
  if (identity === "incomplete") return { kind: "slow", reason: "no serial says which machine it is" };
  if (lastHealthy === null && setback === null)
    return { kind: "slow", reason: "new hardware: this machine was never proven" };
  if (setback !== null) return afterSetback(setback);
  if (lastHealthy === null) return { kind: "slow", reason: "new hardware: this machine was never proven" };
  return sinceHealthy(facts, lastHealthy, lanes);
}

function afterSetback({ kind, causes, checks }: NonNullable<PathFacts["setback"]>): Decided {
  if (checks.length > 0 && causes.every((cause) => cause === "configuration"))
    return { kind: "part", reason: `back from a configuration ban: ${checks.join(", ")} again`, part: checks };
  return {
    kind: "post-repair",
    reason: {
      ban: `back from a ban (${causes.join(", ")})`,
      repair: "back from repair",
      canary: "it failed when it was last tried, and was let in as a canary",
    }[kind],
  };
}

/** What has changed since the machine was last proven. */
function sinceHealthy(
  { current, subject, now }: PathFacts,
  lastHealthy: NonNullable<PathFacts["lastHealthy"]>,
  lanes: readonly Lane[],
): Decided {
  const { come, gone } = gpuChanges(lastHealthy, current);
  const changed = [...come, ...gone];
  const likeness = sameMachine(lastHealthy, current);
  if (likeness?.by === "system serial" && !likeness.same)
    return {
      kind: "slow",
      reason: `the chassis serial is ${String(current.systemSerial)}, was ${String(lastHealthy.systemSerial)}`,
    };
  const partLane = laneOf(lanes, "part", subject);
  if (changed.length > 0) {
    const gpu = partLane?.parts?.gpu;
    return {
      kind: "part",
      reason: `${String(changed.length)} GPUs differ (${changed.join(", ")}) since it was proven`,
      ...(gpu === undefined ? {} : { part: gpu }),
    };
  }
  const fast = laneOf(lanes, "fast", subject);
  const days = (now - lastHealthy.at) / 86_400_000;
  if (fast === undefined || days > fast.fastTrackDays)
    return {
      kind: "slow",
      reason: `last proven healthy ${days.toFixed(1)} days ago, more than the fast track's ${String(fast?.fastTrackDays ?? 0)}`,
    };
  if (differs(lastHealthy.firmware, current.firmware)) {
    const firmware = partLane?.parts?.firmware;
    return {
      kind: "part",
      reason: `firmware is ${String(current.firmware)}, was ${String(lastHealthy.firmware)}`,
      ...(firmware === undefined ? {} : { part: firmware }),
    };
  }
  const proven = `same machine, proven healthy ${days.toFixed(1)} days ago`;
  if (differs(lastHealthy.cluster, current.cluster)) {
    if (fast.history === "cluster")
      return {
        kind: "slow",
        reason: `proven in ${String(lastHealthy.cluster)}, and its policy counts only proof from ${String(current.cluster)}`,
      };
    return { kind: "cluster", reason: `${proven} in ${String(lastHealthy.cluster)}` };
  }
  if (differs(lastHealthy.ibkey, current.ibkey)) return { kind: "cluster", reason: `${proven} under another ibkey` };
  if (differs(lastHealthy.image, current.image)) return { kind: "cluster", reason: `${proven} under another image` };
  return { kind: "fast", reason: proven };
}

/** A value nobody knows is no change. */
const differs = (before: string | null, now: string | null): boolean =>
  before !== null && now !== null && before !== now;
