import { SlipwayError } from "@slipway/plugin-sdk";
import { attemptsKind } from "./attempts.ts";
import { eventsKind } from "./events.ts";
import { jobsKind } from "./jobs.ts";
import type { RecordKind } from "./kind.ts";
import { runsKind } from "./runs.ts";
import { spellsKind } from "./spells.ts";
import { valueTableKind } from "./value-table.ts";

export { attemptsKind } from "./attempts.ts";
export { eventsKind, type EventRow } from "./events.ts";
export { jobsKind, type JobRow } from "./jobs.ts";
export { runsKind } from "./runs.ts";
export { spellsKind } from "./spells.ts";
export { valueTableKind } from "./value-table.ts";

const KINDS: readonly RecordKind<unknown>[] = [
  eventsKind,
  spellsKind,
  runsKind,
  attemptsKind,
  valueTableKind,
  jobsKind,
];

/**
 * The kind of file that has this header.
 *
 * @throws SlipwayError of kind `input` with what the nearest kind lacks
 */
export function kindOf(name: string, header: readonly string[]): RecordKind<unknown> {
  const lacking = KINDS.map((kind) => ({ kind, missing: missing(kind, header) })).sort(
    (a, b) => a.missing.length / a.kind.required.length - b.missing.length / b.kind.required.length,
  );
  const [nearest] = lacking;
  if (nearest === undefined || nearest.missing.length > 0) {
    const near =
      nearest === undefined || nearest.missing.length === nearest.kind.required.length
        ? ""
        : `; to be one of ${nearest.kind.name} it lacks ${nearest.missing.join(", ")}`;
    const known = KINDS.map((kind) => `${kind.name}: ${kind.required.join(",")}`).join("; ");
    throw new SlipwayError("input", `${name}: the header is of no kind of file${near}`, { hint: known });
  }
  return nearest.kind;
}

/** @throws SlipwayError of kind `input` for a column that is missing, and what the file is instead where its header says so */
export function checkHeader(kind: Shape, name: string, header: readonly string[]): void {
  const lacks = missing(kind, header);
  if (lacks.length === 0) return;
  const other = KINDS.find((one) => missing(one, header).length === 0);
  throw new SlipwayError(
    "input",
    `${name}:1: the column${lacks.length === 1 ? "" : "s"} ${lacks.join(", ")} ${lacks.length === 1 ? "is" : "are"}` +
      ` missing: a file of ${kind.name} has ${kind.required.join(",")}`,
    other === undefined ? {} : { hint: `its header is that of a file of ${other.name}` },
  );
}

type Shape = Pick<RecordKind<unknown>, "name" | "required">;

const missing = (kind: Shape, header: readonly string[]): string[] =>
  kind.required.filter((column) => !header.includes(column));
