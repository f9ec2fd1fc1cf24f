import type { Row } from "@slipway/store";
import type { Tables } from "../tables.ts";
import type { Looks } from "../looks.ts";
import type { Vendors } from "../vendors.ts";
import type { WireJournal } from "../wire-journal.ts";

export type Validation = Row<"validations">;
export type Pass = Row<"passes">;

/** When invariants are looked at. */
export interface Moment {
  /** Validations that were looked at after their end, and are left out. */
  readonly settled: ReadonlySet<number>;
  /** Milliseconds since 1970, by the true clock. */
  readonly now: number;
}

/** What happened, written by none of the processes. */
export interface Witnesses {
  readonly wire: WireJournal;
  readonly vendors: Pick<Vendors, "booted">;
  readonly looks: Pick<Looks, "heldBack">;
}

/** Tables by what invariants look up, beside what happened. */
export interface View extends Moment, Witnesses {
  readonly tables: Tables;
  readonly machine: ReadonlyMap<number, Row<"machines">>;
  readonly validation: ReadonlyMap<number, Validation>;
  readonly passNamed: ReadonlyMap<string, Pass>;
  readonly passesOf: ReadonlyMap<number, readonly Pass[]>;
  readonly auditOf: ReadonlyMap<string, readonly Row<"audit">[]>;
}

export const viewOf = (tables: Tables, { wire, vendors, looks }: Witnesses, moment: Moment): View => ({
  ...moment,
  tables,
  wire,
  vendors,
  looks,
  machine: new Map(tables.machines.map((row) => [row.id, row])),
  validation: new Map(tables.validations.map((row) => [row.id, row])),
  passNamed: new Map(tables.passes.map((row) => [nameOf(row), row])),
  passesOf: Map.groupBy(tables.passes, ({ validation }) => validation),
  auditOf: Map.groupBy(tables.audit, ({ object }) => object),
});

/** A rule over everything; says each way in which it is broken. */
export type Invariant = (view: View) => Iterable<string>;

export const objectOf = ({ id }: Pick<Validation, "id">): string => `validation/${String(id)}`;
export const nameOf = ({
  validation,
  attempt,
  run_index,
  try: tried,
}: Pick<Pass, "validation" | "attempt" | "run_index" | "try">): string =>
  `validation/${String(validation)}/${String(attempt)}/${String(run_index)}/${String(tried)}`;

export const ENDS: readonly string[] = ["released", "banned", "cancelled"];
