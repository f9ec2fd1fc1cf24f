import { storable } from "../storable.ts";

/** Rows as both sides of the memory store see them. */
export type AnyRow = Readonly<Record<string, unknown>>;
export type AnyWhere = Readonly<Record<string, unknown>>;

interface Form {
  readonly in?: readonly unknown[];
  readonly lte?: unknown;
  readonly gte?: unknown;
  readonly lt?: unknown;
  readonly gt?: unknown;
  readonly not?: unknown;
}

type Test = (value: unknown) => boolean;

/** Whether a condition is one of the forms, and no plain value. */
export const isForm = (condition: unknown): condition is Form =>
  typeof condition === "object" &&
  condition !== null &&
  !Array.isArray(condition) &&
  !(condition instanceof Uint8Array);

/** Whether a row meets every condition, as SQL would: a comparison with null is never true. */
export function matcher(where: AnyWhere): (row: AnyRow) => boolean {
  const tests = Object.entries(where).flatMap(([name, condition]): { name: string; test: Test }[] =>
    condition === undefined ? [] : [{ name, test: testOf(condition) }],
  );
  return (row) => tests.every(({ name, test }) => test(row[name]));
}

function testOf(condition: unknown): Test {
  if (!isForm(condition)) {
    const wanted = storable(condition);
    return (value) => same(value, wanted);
  }
  if ("not" in condition) {
    const refused = storable(condition.not);
    return (value) => !same(value, refused);
  }
  if (condition.in !== undefined) {
    const [values, documents] = [
      new Set(condition.in.map(storable)),
      condition.in.filter((one) => typeof one === "object" && one !== null),
    ];
    return (value) => values.has(value) || documents.some((one) => same(value, one));
  }
  const bounds = (["lte", "gte", "lt", "gt"] as const)
    .filter((word) => condition[word] !== undefined)
    .map((word) => ({ word, bound: storable(condition[word]) }));
  return (value) =>
    bounds.every(({ word, bound }) => {
      if (value === null || bound === null) return false;
      const order = compare(value, bound);
      return word === "lte" ? order <= 0 : word === "gte" ? order >= 0 : word === "lt" ? order < 0 : order > 0;
    });
}

/** Equal values; of arrays and documents, equal content, whatever the order of a document's keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== "object" ||
    typeof b !== "object" ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  const [left, right] = [a as AnyRow, b as AnyRow];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name], right[name]))
  );
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a as number) < (b as number) ? -1 : 1;
}

/** Sorts by columns; a leading `-` descends, and nulls come last either way. */
export function sorted<T extends AnyRow>(rows: T[], orderBy: readonly string[]): T[] {
  const keys = orderBy.map((name) =>
    name.startsWith("-") ? { column: name.slice(1), sign: -1 } : { column: name, sign: 1 },
  );
  return rows.sort((left, right) => {
    for (const { column, sign } of keys) {
      const [a, b] = [left[column], right[column]];
      const order = a === null || b === null ? compare(a, b) : sign * compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}
