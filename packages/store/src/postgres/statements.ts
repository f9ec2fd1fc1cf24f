import type { Column, ColumnType, Table } from "../tables/columns.ts";
import type { TableName } from "../tables/index.ts";
import { arrayText, parameterOf } from "./array-text.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** A statement with its parameters; the name lets the server keep its plan. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** For each type of column: the type its values are sent as, and how one becomes the column's value. */
const TRAVEL: Readonly<Record<ColumnType, { readonly as: string; readonly read: (element: string) => string }>> = {
  int: { as: "int4", read: (e) => e },
  bigint: { as: "int8", read: (e) => e },
  float: { as: "float8", read: (e) => e },
  text: { as: "text", read: (e) => e },
  bool: { as: "bool", read: (e) => e },
  time: { as: "float8", read: (e) => `to_timestamp(${e} / 1000.0)` },
  json: { as: "jsonb", read: (e) => e },
  "text[]": { as: "text", read: (e) => `${e}::text[]` },
  bytes: { as: "bytea", read: (e) => e },
};

const names = new Map<string, string>();

/** Texts of statements, kept: they differ only by table, operation and columns, so there are few. */
function statement(text: string, values: unknown[]): Statement {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `slipway_${String(names.size + 1)}`));
  return { name, text, values };
}

const quoted = (name: string): string => `"${name}"`;

function column(name: TableName, table: Table, of: string): Column {
  const found = table.columns[of];
  if (found === undefined) throw new TypeError(`there is no column ${name}.${of}`);
  return found;
}

/** A FROM item that makes rows of one array parameter per column, and how each column is read from it. */
function unnested(types: readonly ColumnType[]): { readonly item: string; readonly read: readonly string[] } {
  const arrays = types.map((type, index) => `$${String(index + 1)}::${TRAVEL[type].as}[]`);
  return {
    item: `unnest(${arrays.join(", ")}) as v(${types.map((_, index) => `c${String(index)}`).join(", ")})`,
    read: types.map((type, index) => TRAVEL[type].read(`v.c${String(index)}`)),
  };
}

export function insertStatement(
  name: TableName,
  table: Table,
  rows: readonly AnyRow[],
  mode: "fail" | "skip" | "replace",
): Statement {
  const columns = Object.entries(table.columns);
  const { item, read } = unnested(columns.map(([, { type }]) => type));
  const others = Object.keys(table.columns).filter((one) => !table.key.includes(one));
  const replace =
    others.length === 0
      ? "nothing"
      : `update set ${others.map((one) => `${quoted(one)} = excluded.${quoted(one)}`).join(", ")}`;
  const conflict = {
    fail: "",
    skip: ` on conflict do nothing returning ${identity(table).map(quoted).join(", ")}`,
    replace: ` on conflict (${table.key.map(quoted).join(", ")}) do ${replace}`,
  }[mode];
  const values = columns.map(([one, { type }]) =>
    arrayText(
      type,
      rows.map((row) => row[one]),
    ),
  );
  return statement(
    `insert into ${name} (${columns.map(([one]) => quoted(one)).join(", ")}) select ${read.join(", ")} from ${item}${conflict}`,
    values,
  );
}

/** The columns that tell an inserted row from one that was skipped. */
export const identity = (table: Table): readonly string[] => [
  ...new Set([...table.key, ...table.unique.flat(), ...table.uniqueWhere.flatMap(({ columns }) => columns)]),
];

/** Changes that set the same columns under guards on the same columns. */
export function updateStatement(
  name: TableName,
  table: Table,
  { set, when }: { readonly set: readonly string[]; readonly when: readonly string[] },
  changes: readonly { readonly key: AnyRow; readonly set: AnyRow; readonly when?: AnyRow | undefined }[],
): Statement {
  const { key } = table;
  for (const one of set)
    if (table.columns[one] === undefined || key.includes(one)) throw new TypeError(`${name}.${one} cannot be changed`);
  const types = [...key, ...set, ...when].map((one) => column(name, table, one).type);
  const sources = [
    ...key.map((one) => (change: (typeof changes)[number]) => change.key[one]),
    ...set.map((one) => (change: (typeof changes)[number]) => change.set[one]),
    ...when.map((one) => (change: (typeof changes)[number]) => change.when?.[one]),
  ];
  const { item, read } = unnested(types);
  const assignments =
    set.length === 0
      ? key.slice(0, 1).map((one) => `${quoted(one)} = t.${quoted(one)}`)
      : set.map((one, index) => `${quoted(one)} = ${read[key.length + index] ?? ""}`);
  const guards = [
    ...key.map((one, index) => `t.${quoted(one)} = ${read[index] ?? ""}`),
    ...when.map((one, index) => `t.${quoted(one)} is not distinct from ${read[key.length + set.length + index] ?? ""}`),
  ];
  return statement(
    `update ${name} t set ${assignments.join(", ")} from ${item} where ${guards.join(" and ")} returning ${selectList(table, table.key)}`,
    types.map((type, index) =>
      arrayText(
        type,
        changes.map((change) => sources[index]?.(change)),
      ),
    ),
  );
}

export function removeStatement(name: TableName, table: Table, keys: readonly AnyRow[]): Statement {
  const types = table.key.map((one) => column(name, table, one).type);
  const { item, read } = unnested(types);
  const values = table.key.map((one, index) =>
    arrayText(
      types[index] ?? "text",
      keys.map((key) => key[one]),
    ),
  );
  return statement(
    `delete from ${name} t using ${item} where ${table.key.map((one, index) => `t.${quoted(one)} = ${read[index] ?? ""}`).join(" and ")}`,
    values,
  );
}

interface Form {
  readonly in?: readonly unknown[];
  readonly not?: unknown;
  readonly lte?: unknown;
  readonly gte?: unknown;
  readonly lt?: unknown;
  readonly gt?: unknown;
}

const SIGNS = [
  ["lte", "<="],
  ["gte", ">="],
  ["lt", "<"],
  ["gt", ">"],
] as const;

/** Adds a parameter. @returns how a statement names it */
type Bind = (value: unknown, type: string) => string;
const binding =
  (values: unknown[]): Bind =>
  (value, type) =>
    `$${String(values.push(value))}::${type}`;

/** A WHERE clause; empty without conditions. */
function whereOf(name: TableName, table: Table, where: AnyRow, bound: Bind): string {
  const one = (type: ColumnType, value: unknown): string =>
    TRAVEL[type].read(bound(parameterOf(type, value), TRAVEL[type].as));
  const conditions = Object.entries(where).flatMap(([of, condition]) => {
    if (condition === undefined) return [];
    const { type } = column(name, table, of);
    const left = `t.${quoted(of)}`;
    if (condition === null) return [`${left} is null`];
    if (typeof condition !== "object" || Array.isArray(condition) || condition instanceof Uint8Array)
      return [`${left} = ${one(type, condition)}`];
    const form = condition as Form;
    if ("not" in form)
      return [form.not === null ? `${left} is not null` : `${left} is distinct from ${one(type, form.not)}`];
    if (form.in !== undefined) return [listed(left, type, form.in, bound)];
    return SIGNS.flatMap(([word, sign]) =>
      form[word] === undefined ? [] : [`${left}${byteOrder(type)} ${sign} ${one(type, form[word])}`],
    );
  });
  return conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
}

export function selectStatement(
  name: TableName,
  table: Table,
  query: {
    readonly where?: AnyRow | undefined;
    readonly orderBy?: readonly string[] | undefined;
    readonly limit?: number | undefined;
    readonly columns?: readonly string[] | undefined;
  },
): Statement {
  const values: unknown[] = [];
  const bound = binding(values);
  const where = whereOf(name, table, query.where ?? {}, bound);
  const order = (query.orderBy ?? []).map((by) => {
    const of = by.replace(/^-/, "");
    return `t.${quoted(of)}${byteOrder(column(name, table, of).type)}${by.startsWith("-") ? " desc" : ""} nulls last`;
  });
  const limit = query.limit === undefined ? "" : ` limit ${bound(query.limit, "int8")}`;
  const wanted = query.columns?.map((of) => (column(name, table, of), of));
  return statement(
    `select ${selectList(table, wanted)} from ${name} t${where}${order.length === 0 ? "" : ` order by ${order.join(", ")}`}${limit}`,
    values,
  );
}

export function countStatement(name: TableName, table: Table, where: AnyRow): Statement {
  const values: unknown[] = [];
  const condition = whereOf(name, table, where, binding(values));
  return statement(`select count(*) as count from ${name} t${condition}`, values);
}

/** Texts in the order of their bytes, whatever the database's collation. */
const byteOrder = (type: ColumnType): string => (type === "text" ? ` collate "C"` : "");

function listed(left: string, type: ColumnType, wanted: readonly unknown[], bound: Bind): string {
  const { as, read } = TRAVEL[type];
  const list = bound(
    arrayText(
      type,
      wanted.filter((value) => value !== null),
    ),
    `${as}[]`,
  );
  const among =
    read("e") === "e" ? `${left} = any(${list})` : `${left} in (select ${read("e")} from unnest(${list}) e)`;
  return wanted.includes(null) ? `(${among} or ${left} is null)` : among;
}

const selectList = (table: Table, columns: readonly string[] = Object.keys(table.columns)): string =>
  columns.map((name) => `t.${quoted(name)}`).join(", ");
