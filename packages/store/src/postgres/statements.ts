import type { Column, Table } from "../tables/columns.ts";
import type { TableName } from "../tables/index.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** A statement with its parameters; the name lets the server keep its plan. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** For each kind of column: the array its values travel in, and how one element becomes the column's value. */
const TRAVEL: Readonly<Record<Column["type"], { readonly array: string; readonly read: (element: string) => string; readonly element: (value: unknown) => unknown }>> = {
  int: { array: "int4[]", read: (e) => e, element: (v) => v },
  bigint: { array: "int8[]", read: (e) => e, element: (v) => v },
  float: { array: "float8[]", read: (e) => e, element: (v) => v },
  text: { array: "text[]", read: (e) => e, element: (v) => v },
  bool: { array: "bool[]", read: (e) => e, element: (v) => v },
  time: { array: "float8[]", read: (e) => `to_timestamp(${e} / 1000.0)`, element: (v) => v },
  json: { array: "text[]", read: (e) => `${e}::jsonb`, element: (v) => (v === null ? null : JSON.stringify(v)) },
  "text[]": { array: "text[]", read: (e) => `${e}::text[]`, element: (v) => (v === null ? null : arrayLiteral(v as readonly string[])) },
  bytes: { array: "bytea[]", read: (e) => e, element: (v) => v },
};

const arrayLiteral = (values: readonly string[]): string => `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
const quoted = (name: string): string => `"${name}"`;

function column(table: Table, name: string): Column {
  const found = table.columns[name];
  if (found === undefined) throw new RangeError(`there is no column ${name}`);
  return found;
}

/** Rows as one array per column, and the FROM item that makes rows of them again. */
function unnest(table: Table, names: readonly string[], rows: readonly AnyRow[], alias: string, from = 1): { readonly item: string; readonly values: unknown[]; readonly read: (name: string, index: number) => string } {
  const values = names.map((name) => {
    const { element } = TRAVEL[column(table, name).type];
    return rows.map((row) => element(row[name] ?? null));
  });
  const arrays = names.map((name, index) => `$${String(index + from)}::${TRAVEL[column(table, name).type].array}`);
  const columns = names.map((_, index) => `c${String(index)}`);
  return { item: `unnest(${arrays.join(", ")}) as ${alias}(${columns.join(", ")})`, values, read: (name, index) => TRAVEL[column(table, name).type].read(`${alias}.c${String(index)}`) };
}

export function insertStatement(name: TableName, table: Table, rows: readonly AnyRow[], mode: "fail" | "skip" | "replace"): Statement {
  const names = Object.keys(table.columns);
  const { item, values, read } = unnest(table, names, rows, "v");
  const others = names.filter((one) => !table.key.includes(one));
  const conflict =
    mode === "fail"
      ? ""
      : mode === "skip" || others.length === 0
        ? " on conflict do nothing"
        : ` on conflict (${table.key.map(quoted).join(", ")}) do update set ${others.map((one) => `${quoted(one)} = excluded.${quoted(one)}`).join(", ")}`;
  const returning = mode === "skip" ? ` returning ${table.key.map(quoted).join(", ")}` : "";
  return { name: `${mode} ${name}`, text: `insert into ${name} (${names.map(quoted).join(", ")}) select ${names.map(read).join(", ")} from ${item}${conflict}${returning}`, values };
}

/** Changes that set the same columns under guards on the same columns. */
export function updateStatement(name: TableName, table: Table, set: readonly string[], when: readonly string[], changes: readonly { readonly key: AnyRow; readonly set: AnyRow; readonly when?: AnyRow | undefined }[]): Statement {
  const keys = table.key;
  const names = [...keys, ...set, ...when];
  const sources = changes.map((change) => [...keys.map((one) => change.key[one]), ...set.map((one) => change.set[one]), ...when.map((one) => change.when?.[one])]);
  const arrays = names.map((one, index) => {
    const { array, element } = TRAVEL[column(table, one).type];
    return { text: `$${String(index + 1)}::${array}`, values: sources.map((row) => element(row[index] ?? null)) };
  });
  const read = (one: string, index: number): string => TRAVEL[column(table, one).type].read(`v.c${String(index)}`);
  const assignments = set.map((one, index) => `${quoted(one)} = ${read(one, keys.length + index)}`);
  const guards = [...keys.map((one, index) => `t.${quoted(one)} = ${read(one, index)}`), ...when.map((one, index) => `t.${quoted(one)} is not distinct from ${read(one, keys.length + set.length + index)}`)];
  return {
    name: `update ${name} ${set.join(" ")} / ${when.join(" ")}`.slice(0, 63),
    text: `update ${name} t set ${assignments.join(", ")} from unnest(${arrays.map(({ text }) => text).join(", ")}) as v(${names.map((_, index) => `c${String(index)}`).join(", ")}) where ${guards.join(" and ")} returning ${selectList(table, "t")}`,
    values: arrays.map(({ values }) => values),
  };
}

export function removeStatement(name: TableName, table: Table, keys: readonly AnyRow[]): Statement {
  const { item, values, read } = unnest(table, table.key, keys, "v");
  return { text: `delete from ${name} t using ${item} where ${table.key.map((one, index) => `t.${quoted(one)} = ${read(one, index)}`).join(" and ")}`, values };
}

export function selectStatement(name: TableName, table: Table, query: { readonly where?: AnyRow | undefined; readonly orderBy?: readonly string[] | undefined; readonly limit?: number | undefined }): Statement {
  const values: unknown[] = [];
  const parameter = (type: Column["type"], value: unknown, many = false): string => {
    const { array, element } = TRAVEL[type];
    values.push(many ? (value as readonly unknown[]).map(element) : element(value));
    const cast = many ? array : array.slice(0, -2);
    return `$${String(values.length)}::${cast}`;
  };
  const conditions = Object.entries(query.where ?? {}).flatMap(([one, condition]) => {
    if (condition === undefined) return [];
    const { type } = column(table, one);
    const { read } = TRAVEL[type];
    const left = `t.${quoted(one)}`;
    if (condition === null) return [`${left} is null`];
    if (typeof condition !== "object" || Array.isArray(condition) || condition instanceof Uint8Array) return [`${left} = ${read(parameter(type, condition))}`];
    const form = condition as { readonly in?: readonly unknown[]; readonly not?: unknown; readonly lte?: unknown; readonly gte?: unknown; readonly lt?: unknown; readonly gt?: unknown };
    if ("not" in form) return [form.not === null ? `${left} is not null` : `${left} is distinct from ${read(parameter(type, form.not))}`];
    if (form.in !== undefined) return [type === "time" ? `${left} in (select to_timestamp(e / 1000.0) from unnest(${parameter(type, form.in, true)}) e)` : `${left} = any(${parameter(type, form.in, true)})`];
    return ([["lte", "<="], ["gte", ">="], ["lt", "<"], ["gt", ">"]] as const).flatMap(([word, sign]) => (form[word] === undefined ? [] : [`${left} ${sign} ${read(parameter(type, form[word]))}`]));
  });
  const order = (query.orderBy ?? []).map((one) => (one.startsWith("-") ? `t.${quoted(one.slice(1))} desc nulls last` : `t.${quoted(one)} asc nulls last`));
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  return { text: `select ${selectList(table, "t")} from ${name} t${where}${order.length === 0 ? "" : ` order by ${order.join(", ")}`}${query.limit === undefined ? "" : ` limit ${String(Math.trunc(query.limit))}`}`, values };
}

/** Columns as rows have them: times as milliseconds since 1970. */
function selectList(table: Table, alias: string): string {
  return Object.entries(table.columns)
    .map(([name, { type }]) => (type === "time" ? `round(extract(epoch from ${alias}.${quoted(name)}) * 1000)::float8 as ${quoted(name)}` : `${alias}.${quoted(name)}`))
    .join(", ");
}
