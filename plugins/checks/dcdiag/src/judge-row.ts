import { atPath, unusable, type EvidencePointer } from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { fails, SPOILED, type Row, type Test, type Warning } from "./diagnostic.ts";
import { describeError, isSevere, judgeWarning } from "./judge-warning.ts";
import type { NamedPart, Run } from "./run.ts";

/** What a row that reads Fail or Warn comes to (rule D9); undefined for any other row. */
export function outcomeOf(row: Row): "fault" | "undecided" | undefined {
  if (!fails(row)) return undefined;
  const faulty = row.warnings.length === 0 || row.warnings.some((warning) => judgeWarning(warning).kind === "fault");
  return faulty ? "fault" : "undecided";
}

/** One row of this node, on one part that it speaks of, in a test that is required or not. */
interface Place {
  readonly run: Run;
  readonly row: Row;
  readonly part: NamedPart;
  /** The test and the part, as a message begins. */
  readonly subject: string;
  readonly required: boolean;
}

/** One row of this node (rules D0-D5, D13, G5): each GPU it speaks of is named, or else the node. */
export function judgeRow(run: Run, test: Test, row: Row, required: boolean): Found[] {
  if (saysNothing(row, required)) return [];
  return partsOf(run, row).flatMap((part) => {
    const place = { run, row, part, required, subject: `The test ${test.name} on ${part.name}` };
    if (fails(row)) return judgeFailing(place);
    return row.status === "pass" ? judgePassing(place) : judgeOther(place);
  });
}

/**
 * Nearly every row, whose parts then need no names: one that passes without a warning, or was not run and need not be.
 * The rows of other entities are no GPUs, so that such a row not run leaves no GPU unproven (D6).
 */
function saysNothing({ status, warnings, part }: Row, required: boolean): boolean {
  return status === "pass" ? warnings.length === 0 : status === "skip" && (!required || part.kind === "entity");
}

function partsOf(run: Run, { part }: Row): NamedPart[] {
  if (part.kind === "gpus") return part.indices.map((index) => run.gpu(index));
  if (part.kind === "entity") return [{ scope: run.node, name: part.name }];
  return [{ scope: run.node, name: part.kind === "node" ? "the node" : "a GPU that the row does not tell" }];
}

/** One finding for each warning of a failing row, or for the row when it has none (rules D0-D4). */
function judgeFailing({ run, row, part, subject, required }: Place): Found[] {
  const { printed = "" } = row;
  const { scope } = part;
  const warns = row.status === "warn";
  const verb = warns ? "warns" : "failed";
  const code = warns ? "test-warned" : "test-failed";
  const common = { scope, expected: "Pass", ...(warns ? { action: "monitor" as const } : {}) };
  if (row.warnings.length === 0) {
    const message = `${subject} ${verb} and gives no reason.`;
    const evidence = [statusPointer(run, row)];
    return [finding(code, { ...common, cause: "unknown", message, observed: printed, evidence })];
  }
  return row.warnings.flatMap((warning): Found[] => {
    const judged = judgeWarning(warning);
    const observed = [printed, ...describeError(warning)].join(", ");
    const evidence = [atPath(run.output, warning.path)];
    if (judged.kind === "fault")
      return [
        finding(code, {
          ...common,
          cause: judged.cause,
          message: `${subject} ${verb}: ${warning.text}`,
          observed,
          evidence,
        }),
      ];
    if (judged.kind === "unreadable") return [spoiledField(run, part, warning, judged.field)];
    // A test that nobody asks for decides only by a fault (D13).
    if (!required) return [];
    const message = `${subject} ${verb}, and its error is that of a run that could not be done or was disturbed: ${warning.text}`;
    return [finding("run-disturbed", { scope, message, expected: "Pass", observed, evidence })];
  });
}

/** Rule D13: a passing row with an error contradicts itself, for the GPUs of a required test. */
function judgePassing({ run, row, part, subject, required }: Place): Found[] {
  if (!required || row.part.kind === "entity") return [];
  return contradictions(run, part, row.warnings, `${subject} passes`);
}

/** Rule D13: the findings for the errors among warnings of what passes. */
export function contradictions(run: Run, part: NamedPart, warnings: readonly Warning[], subject: string): Found[] {
  return warnings.flatMap((warning): Found[] => {
    if (warning.severity === SPOILED) return [spoiledField(run, part, warning, "error_severity")];
    if (!isSevere(warning)) return [];
    return [
      finding("pass-contradicted", {
        scope: part.scope,
        message: `${subject} and reports an error all the same: ${warning.text}`,
        expected: "Pass",
        observed: ["Pass", ...describeError(warning)].join(", "),
        evidence: [atPath(run.output, warning.path)],
      }),
    ];
  });
}

/** A row that reads Skip, or a status of no list (rules D5, G5). */
function judgeOther({ run, row, part, subject }: Place): Found[] {
  const { scope } = part;
  const common = { scope, expected: "Pass", observed: row.printed ?? "no status", evidence: [statusPointer(run, row)] };
  if (row.status === undefined)
    return [finding("status-unknown", { ...common, message: `${subject} has no status that is known.` })];
  const reasons = row.warnings
    .map((warning) => ` ${warning.text}`)
    .sort()
    .join("");
  return [finding("test-skipped", { ...common, message: `${subject} was not run.${reasons}` })];
}

/** Rule G3: bytes that are no UTF-8 spoil the value that decides, and with it the verdict on this part alone. */
export function spoiledField(run: Run, { scope, name }: NamedPart, warning: Warning, field: string): Found {
  return unusable(run.output.probe, `the ${field} of a warning about ${name} holds bytes that are no UTF-8`, scope, [
    atPath(run.output, warning.path),
  ]);
}

function statusPointer(run: Run, row: Row): EvidencePointer {
  return atPath(run.output, row.printed === undefined ? row.path : `${row.path}/status`);
}
