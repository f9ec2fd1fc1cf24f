import { SlipwayError } from "@slipway/plugin-sdk";
import type { Labels } from "@slipway/stats";
import { parseInstant } from "./instant.ts";

/** What a column holds; `list` is words separated by `;`. */
export type ColumnType = "text" | "whole" | "number" | "instant" | "flag" | "list";

/** Reads one column of the row that stands now. */
type Reader<T> = () => T;

/** The names that files and answers use for one label. */
const LABEL_OF = new Map([["cluster_id", "cluster"]]);
const COLUMN_OF = new Map([...LABEL_OF].map(([column, label]) => [label, column]));
export const labelOf = (column: string): string => LABEL_OF.get(column) ?? column;
export const columnOf = (label: string): string => COLUMN_OF.get(label) ?? label;

/** At most this many sets of labels are kept to be shared between rows. */
const SHARED_LABELS = 100_000;

/**
 * The columns of one file: readers are made once, by the header, and then read each row as it comes. What a reader does
 * not accept ends the file with an error that names its place, the column, the value, and what is allowed.
 */
export class Columns {
  readonly #name: string;
  readonly #unit: "line" | "row";
  readonly #index: ReadonlyMap<string, number>;
  #fields: readonly string[] = [];
  #at = 1;

  /** @param unit what rows are counted by: lines of a CSV file, rows of another */
  constructor(name: string, header: readonly string[], unit: "line" | "row") {
    this.#name = name;
    this.#unit = unit;
    const index = new Map<string, number>();
    for (const [at, column] of header.entries()) {
      if (column === "") throw this.error(undefined, `column ${String(at + 1)} has no name in the header`);
      if (column !== column.trim())
        throw this.error(undefined, `the column ${JSON.stringify(column)} has spaces around its name`);
      if (index.has(column)) throw this.error(undefined, `the column ${column} is there twice`);
      index.set(column, at);
    }
    this.#index = index;
  }

  /** Lets the readers see a row. @throws SlipwayError when it has another number of fields than the header */
  stand(fields: readonly string[], at: number): void {
    this.#fields = fields;
    this.#at = at;
    if (fields.length !== this.#index.size)
      throw this.error(undefined, `has ${String(fields.length)} fields, and the header ${String(this.#index.size)}`);
  }

  has(column: string): boolean {
    return this.#index.has(column);
  }

  error(column: string | undefined, what: string): SlipwayError {
    const place =
      this.#unit === "line" ? `${this.#name}:${String(this.#at)}` : `${this.#name}: row ${String(this.#at)}`;
    return new SlipwayError("input", `${place}: ${column === undefined ? "" : `${column}: `}${what}`);
  }

  /** Null where the column or its value is absent. */
  text(column: string): Reader<string | null> {
    const at = this.#index.get(column);
    if (at === undefined) return () => null;
    return () => {
      const value = this.#fields[at];
      return value === undefined || value === "" ? null : value;
    };
  }

  oneOf<const T extends string>(column: string, allowed: readonly T[]): Reader<T | null> {
    const known = new Map<string, T>(allowed.map((value) => [value, value]));
    return this.#parsed(
      column,
      (text) => known.get(text),
      () => `is none of ${allowed.join(", ")}`,
    );
  }

  whole(column: string, from: number): Reader<number | null> {
    return this.#parsed(
      column,
      (text) => (/^\d{1,15}$/.test(text) && Number(text) >= from ? Number(text) : undefined),
      () => `is no whole number from ${String(from)}`,
    );
  }

  number(column: string, to = Infinity): Reader<number | null> {
    const parse = (text: string): number | undefined => {
      const value = /^\d*\.?\d+(?:[eE][+-]?\d{1,3})?$|^\d+\.$/.test(text) ? Number(text) : NaN;
      return value >= 0 && value <= to && value !== Infinity ? value : undefined;
    };
    return this.#parsed(column, parse, () =>
      to === Infinity ? "is no number from 0" : `is no number from 0 to ${String(to)}`,
    );
  }

  instant(column: string): Reader<number | null> {
    return this.#parsed(column, parseInstant, () => "is no time as 2026-03-01T12:00:00Z");
  }

  flag(column: string): Reader<boolean | null> {
    const words = new Map([
      ["true", true],
      ["1", true],
      ["yes", true],
      ["false", false],
      ["0", false],
      ["no", false],
    ]);
    return this.#parsed(
      column,
      (text) => words.get(text.toLowerCase()),
      () => "is none of true, false, 1, 0, yes, no",
    );
  }

  list(column: string): Reader<readonly string[]> {
    const none: readonly string[] = [];
    const read = this.#parsed(
      column,
      (text) => {
        const words = [...new Set(text.split(";").map((word) => word.trim()))];
        return words.includes("") ? undefined : words;
      },
      () => "is no list of names separated by ;",
    );
    return () => read() ?? none;
  }

  /** A reader's value, where it has to be there. */
  must<T>(column: string, read: Reader<T | null>): Reader<T> {
    return () => {
      const value = read();
      if (value === null) throw this.error(column, "is empty");
      return value;
    };
  }

  /** All columns that nothing else reads, as labels; rows with the same ones share them. */
  labels(others: readonly string[]): Reader<Labels> {
    const taken = new Set(others);
    const wanted = [...this.#index]
      .filter(([column]) => !taken.has(column))
      .map(([column, at]) => ({ name: labelOf(column), at }));
    const twice = wanted.find(({ name }, position) => wanted.findIndex((other) => other.name === name) !== position);
    if (twice !== undefined)
      throw this.error(undefined, `the columns ${twice.name} and ${columnOf(twice.name)} are one`);
    const shared = new Map<string, Labels>();
    return () => {
      const key = wanted.map(({ at }) => this.#fields[at] ?? "").join("\0");
      const known = shared.get(key);
      if (known !== undefined) return known;
      const labels = Object.fromEntries(
        wanted.flatMap(({ name, at }) => (this.#fields[at] === "" ? [] : [[name, this.#fields[at] ?? ""]])),
      );
      if (shared.size < SHARED_LABELS) shared.set(key, labels);
      return labels;
    };
  }

  #parsed<T>(column: string, parse: (text: string) => T | undefined, allowed: () => string): Reader<T | null> {
    const read = this.text(column);
    return () => {
      const text = read();
      if (text === null) return null;
      const value = parse(text);
      if (value === undefined) throw this.error(column, `${JSON.stringify(text.slice(0, 200))} ${allowed()}`);
      return value;
    };
  }
}
