import { StatsInputError } from "../input-error.ts";
import type { Labels } from "../model.ts";
import { MAX_CELLS } from "./columns.ts";

/** A cell's labels in the order of the table's names; null where it has none. */
export type CellTuple = readonly (string | null)[];

/** The dictionary of cells: which labels tell them apart, and what number each tuple of them has. */
export class CellTable {
  /** Such as vendor, sku, cluster, segment. */
  readonly by: readonly string[];
  readonly #tuples: CellTuple[] = [];
  readonly #codes = new Map<string, number>();

  constructor(by: readonly string[], tuples: readonly CellTuple[] = []) {
    this.by = by;
    for (const tuple of tuples) this.#codeOf(tuple);
  }

  get tuples(): readonly CellTuple[] {
    return this.#tuples;
  }

  get size(): number {
    return this.#tuples.length;
  }

  /** The number of the cell that these labels fall into; a cell not met before gets the next one. */
  code(labels: Labels): number {
    return this.#codeOf(this.by.map((name) => labels[name] ?? null));
  }

  /** 1 for each cell that has all of these labels; null asks for a cell without the label. */
  select(filter: Readonly<Record<string, string | null>>): Uint8Array {
    const wanted = Object.entries(filter).map(([name, value]) => {
      const at = this.by.indexOf(name);
      if (at < 0) throw new StatsInputError(`cells are not told apart by ${name}, but by ${this.by.join(", ")}`);
      return [at, value] as const;
    });
    return Uint8Array.from(this.#tuples, (tuple) => (wanted.every(([at, value]) => tuple[at] === value) ? 1 : 0));
  }

  #codeOf(tuple: CellTuple): number {
    const key = cellKey(tuple);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    if (this.size === MAX_CELLS)
      throw new StatsInputError(
        `there are more than ${String(MAX_CELLS)} cells by ${this.by.join(", ")}: group by less`,
      );
    this.#codes.set(key, this.size);
    this.#tuples.push(tuple);
    return this.size - 1;
  }
}

/** What orders cells, and tells them apart. */
export const cellKey = (tuple: CellTuple): string => JSON.stringify(tuple);
