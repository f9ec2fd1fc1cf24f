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

/** Whether a condition is one of the forms, and no plain value. */
export const isForm = (condition: unknown): condition is Form => typeof condition === "object" && condition !== null && !Array.isArray(condition) && !(condition instanceof Uint8Array);

/** Whether a row meets every condition, as SQL would: a comparison with null is never true. */
export function matches(row: AnyRow, where: AnyWhere): boolean {
  for (const name in where) if (!meets(row[name], where[name])) return false;
  return true;
}

function meets(value: unknown, condition: unknown): boolean {
  if (condition === undefined) return true;
  if (!isForm(condition)) return same(value, condition);
  if ("not" in condition) return condition.not === null ? value !== null : !same(value, condition.not);
  if (condition.in !== undefined) return condition.in.some((one) => same(value, one));
  if (value === null) return false;
  const order = (bound: unknown): number => compare(value, bound);
  return (
    (condition.lte === undefined || order(condition.lte) <= 0) &&
    (condition.gte === undefined || order(condition.gte) >= 0) &&
    (condition.lt === undefined || order(condition.lt) < 0) &&
    (condition.gt === undefined || order(condition.gt) > 0)
  );
}

/** Equal values; of arrays and documents, equal content. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === "object" && typeof b === "object" && a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b);
}

export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a as number) < (b as number) ? -1 : 1;
}

/** Sorts by columns; a leading `-` descends, and nulls come last either way. */
export function sorted<T extends AnyRow>(rows: T[], orderBy: readonly string[]): T[] {
  const keys = orderBy.map((name) => (name.startsWith("-") ? { column: name.slice(1), sign: -1 } : { column: name, sign: 1 }));
  return rows.sort((left, right) => {
    for (const { column, sign } of keys) {
      const [a, b] = [left[column], right[column]];
      const order = a === null || b === null ? compare(a, b) : sign * compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}
