import {
  RACK_JUDGEMENT_SCHEMA,
  verdictOfParts,
  type Expectations,
  type Finding,
  type NodeJudgement,
  type RackJudgement,
} from "@slipway/domain";
import { checkCrashed, prepareExpectations, type Check, type Evidence } from "@slipway/plugin-sdk";
import type { Checks } from "./judge.ts";

/** One judged node, with what it was judged from. */
export interface JudgedNode {
  readonly evidence: Evidence;
  readonly expectations: Expectations;
  readonly judgement: NodeJudgement;
}

/**
 * Judges racks: what the nodes of one (vendor, cluster, rack) disagree on, by every check that was
 * judged on them and has a rack view. Nodes whose rack is unknown belong to none.
 *
 * A rack's verdict joins its own findings with its nodes' verdicts.
 */
export function judgeRacks(nodes: readonly JudgedNode[], checks: Checks): RackJudgement[] {
  const racks = Map.groupBy(
    nodes.filter(({ evidence }) => (evidence.node.rack ?? "") !== ""),
    ({ evidence: { node } }) => JSON.stringify([node.vendor ?? null, node.cluster ?? null, node.rack]),
  );
  return [...racks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => {
      const [vendor, cluster, rack] = JSON.parse(key) as [string | null, string | null, string];
      const judged = new Set(members.flatMap(({ judgement }) => judgement.checks.map(({ check }) => check)));
      const findings = [...checks.values()]
        .filter((check) => judged.has(check.id))
        .flatMap((check) => {
          const seen = members.map(({ evidence, expectations }) => ({
            evidence,
            expected: prepareExpectations(check, evidence.node.name, expectations).expected,
          }));
          return runRackCheck(check, seen, rack).map((finding) => ({ check: check.id, ...finding }));
        });
      return {
        schema: RACK_JUDGEMENT_SCHEMA,
        rack,
        cluster,
        vendor,
        verdict: verdictOfParts([
          ...findings.map(({ verdict }) => verdict),
          ...members.map(({ judgement }) => judgement.verdict),
        ]),
        findings,
        nodes: members.map(({ judgement: { node, verdict } }) => ({ node, verdict })),
      };
    });
}

/** A rack view that throws is reported, not trusted. */
function runRackCheck(
  check: Check,
  members: readonly { evidence: Evidence; expected: Expectations }[],
  rack: string,
): readonly Finding[] {
  try {
    return check.judgeRack?.(members) ?? [];
  } catch (error) {
    return [checkCrashed({ kind: "rack", id: rack }, `The check failed on this rack: ${String(error)}`)];
  }
}
