import type { Endpoint, Rate } from "../model.ts";
import { curveOf, type CurvePoint } from "../reban/curve.ts";
import { rateOfTable } from "../reban/rate.ts";
import { type CellTable } from "./cell-table.ts";
import { type CheckTable } from "./check-table.ts";
import { type PolicyCube } from "./policy-cube.ts";
import { checkWindow, SpellHistogram } from "./spell-histogram.ts";
import { thresholds, type Threshold } from "./thresholds.ts";

/** Labels that a cell must have; null asks for those without the label. */
export type Where = Readonly<Record<string, string | null>>;

/** What the simulator's slider and the re-ban panel are answered from, in milliseconds and without a row of history. */
export class Cube {
  readonly cells: CellTable;
  readonly checks: CheckTable;
  readonly attempts: PolicyCube;
  readonly admissions: SpellHistogram;

  constructor(
    cells: CellTable,
    checks: CheckTable,
    attempts: PolicyCube,
    admissions: SpellHistogram = new SpellHistogram(),
  ) {
    this.cells = cells;
    this.checks = checks;
    this.attempts = attempts;
    this.admissions = admissions;
  }

  /** Every threshold at once, by all checks but those dropped, over the cells that have these labels. */
  thresholds({ drop = [], where }: { readonly drop?: readonly string[]; readonly where?: Where } = {}): Threshold[] {
    return thresholds(this.attempts, {
      ...(drop.length === 0 ? {} : { drop: this.checks.knownMask(drop) }),
      ...this.#cellsOf(where),
    });
  }

  /**
   * The re-ban rate at hours (statistics.md A7: exports take the exact path).
   *
   * @throws StatsInputError for a window above 90 days
   */
  rate(windowDays: number, endpoint: Endpoint, where?: Where): Rate {
    checkWindow(windowDays);
    return rateOfTable(this.admissions.table(this.#cellsOf(where).cells), windowDays, endpoint);
  }

  /** The rate for every window up to `windowDays`. */
  curve(windowDays: number, endpoint: Endpoint, where?: Where): CurvePoint[] {
    checkWindow(windowDays);
    return curveOf(this.admissions.table(this.#cellsOf(where).cells), windowDays, endpoint);
  }

  #cellsOf(where: Where | undefined): { readonly cells?: Uint8Array } {
    return where === undefined ? {} : { cells: this.cells.select(where) };
  }
}
