import { pathToFileURL } from "node:url";
import type { CheckJudgement, Expectations } from "@slipway/domain";
import {
  fleetExpectations,
  importCheck,
  judgeNode,
  sectionSchemas,
  type Checks,
  type FleetExpectations,
  type SectionSchemas,
} from "@slipway/evidence";
import { nodeScope, type Check, type Evidence } from "@slipway/plugin-sdk";
import type { CheckFile, Side } from "../change/change.ts";

/** A side with its checks imported and its files read. */
export interface LoadedSide extends Side {
  readonly loaded: Checks;
  readonly fleet: FleetExpectations;
  readonly sections: SectionSchemas;
}

/** @throws SlipwayError of kind `config` for a file that holds no such check */
export const loadCheckFile = (id: string, { file }: Pick<CheckFile, "file">): Promise<Check> =>
  importCheck(id, pathToFileURL(file).href);

export async function loadSide(side: Side): Promise<LoadedSide> {
  const loaded = new Map(
    await Promise.all(
      Object.entries(side.checks).map(async ([id, file]): Promise<[string, Check]> => [
        id,
        await loadCheckFile(id, file),
      ]),
    ),
  );
  const sections = sectionSchemas(loaded);
  return { ...side, loaded, sections, fleet: fleetExpectations(side.expectations, sections) };
}

/**
 * Judges by these checks, in their order; one that the side does not have proves nothing. Without `ids` by those that
 * the expectations name.
 */
export function judgementsBy(
  { loaded }: LoadedSide,
  ids: readonly string[] | undefined,
  evidence: Evidence,
  expectations: Expectations,
): readonly CheckJudgement[] {
  if (ids === undefined) return judgeNode(evidence, expectations, loaded).checks;
  return ids.flatMap((id) =>
    loaded.has(id) ? judgeNode(evidence, expectations, loaded, [id]).checks : [unknown(id, evidence)],
  );
}

const unknown = (check: string, evidence: Evidence): CheckJudgement => ({
  check,
  version: "0.0.0",
  verdict: "inconclusive",
  findings: [
    {
      code: "check-unknown",
      verdict: "inconclusive",
      cause: "configuration",
      scope: nodeScope(evidence),
      message: `The node must prove ${check}, which this side does not have.`,
      evidence: [],
    },
  ],
});
