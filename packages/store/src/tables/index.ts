import type { RowOf, Table } from "./columns.ts";
import * as control from "./control.ts";
import * as nodes from "./nodes.ts";
import * as validation from "./validation.ts";

export type { Column, Columns, ColumnType, Table } from "./columns.ts";

/** Every table. Both adapters and the test that compares them with the migrated schema read this. */
export const tables = { ...nodes, ...validation, ...control } as const;

export type TableName = keyof typeof tables;
export type Row<K extends TableName> = RowOf<(typeof tables)[K]["columns"]>;
type KeyNames<T> = T extends Table<infer _C, infer Key> ? Key : never;
/** The primary key of a table's row. */
export type KeyOf<K extends TableName> = { readonly [Name in KeyNames<(typeof tables)[K]>]: Name extends keyof Row<K> ? Row<K>[Name] : never };
