import { atPath, type EvidencePointer, type Scope } from "@slipway/plugin-sdk";
import type { Found } from "./codes.ts";
import { fails, type Row, type Test } from "./diagnostic.ts";
import type { Run } from "./run.ts";
import { causeOf, describeError } from "./severity.ts";

/** One row of this node (rules D1-D5, G5): each GPU it speaks of is named, or else the node. */
export function judgeRow(run: Run, test: Test, row: Row, required: boolean): Found[] {
  if (row.status === "pass") return [];
  const scopes = row.part.kind === "gpus" ? row.part.indices.map((index) => run.gpuScope(index)) : [run.node];
  return scopes.flatMap((scope) =>
    judgePart(run, row, required, scope, `The test ${test.name} on ${describePart(scope, row)}`),
  );
}

function judgePart(run: Run, row: Row, required: boolean, scope: Scope, name: string): Found[] {
  if (fails(row)) return failures(run, row, scope, name);
  const common = {
    verdict: "inconclusive" as const,
    scope,
    expected: "Pass",
    observed: row.printed ?? "no status",
    evidence: [statusPointer(run, row)],
  } satisfies Partial<Found>;
  if (row.status === undefined)
    return [{ ...common, code: "status-unknown", cause: "tool", message: `${name} has no status that is known.` }];
  // The rows of other entities are no GPUs, so that such a row not run leaves no GPU unproven (D6).
  if (!required || row.part.kind === "entity") return [];
  const reasons = row.warnings
    .map((warning) => ` ${warning.text}`)
    .sort()
    .join("");
  return [{ ...common, code: "test-skipped", cause: "unknown", message: `${name} was not run.${reasons}` }];
}

/** One finding for each warning of a failing row, or for the row when it has none (rules D1-D4). */
function failures(run: Run, row: Row, scope: Scope, name: string): Found[] {
  const { printed = "" } = row;
  const kind =
    row.status === "warn" ? ({ code: "test-warned", action: "monitor" } as const) : ({ code: "test-failed" } as const);
  const verb = row.status === "warn" ? "warns" : "failed";
  const common = { ...kind, verdict: "fail" as const, scope, expected: "Pass" };
  if (row.warnings.length === 0)
    return [
      {
        ...common,
        cause: causeOf(undefined),
        message: `${name} ${verb} and gives no reason.`,
        observed: printed,
        evidence: [statusPointer(run, row)],
      },
    ];
  return row.warnings.map((warning) => ({
    ...common,
    cause: causeOf(warning),
    message: `${name} ${verb}: ${warning.text}`,
    observed: [printed, ...describeError(warning)].join(", "),
    evidence: [atPath(run.output, warning.path)],
  }));
}

function statusPointer(run: Run, row: Row): EvidencePointer {
  return atPath(run.output, row.printed === undefined ? row.path : `${row.path}/status`);
}

function describePart(scope: Scope, { part }: Row): string {
  if (part.kind === "gpus") return `GPU ${scope.id}`;
  if (part.kind === "entity") return part.name;
  return part.kind === "node" ? "the node" : "a GPU that the row does not tell";
}
