/** How a column is kept in PostgreSQL. `time` is `timestamptz`, in rows the milliseconds since 1970. */
export type ColumnType = "int" | "bigint" | "float" | "text" | "bool" | "time" | "json" | "text[]" | "bytes";

/** A column and the type its values have in rows. */
export interface Column<T = unknown> {
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Only for the compiler. */
  readonly value?: T;
}

const column = <T>(type: ColumnType): Column<T> => ({ type, nullable: false });

export const int = (): Column<number> => column("int");
/** A 64-bit integer that stays below 2^53. */
export const bigint = (): Column<number> => column("bigint");
export const float = (): Column<number> => column("float");
export const text = <T extends string = string>(): Column<T> => column("text");
export const bool = (): Column<boolean> => column("bool");
export const time = (): Column<number> => column("time");
export const json = <T>(): Column<T> => column("json");
export const texts = (): Column<readonly string[]> => column("text[]");
export const bytes = (): Column<Uint8Array> => column("bytes");
export const orNull = <T>(of: Column<T>): Column<T | null> => ({ type: of.type, nullable: true });

export type Columns = Readonly<Record<string, Column>>;
export type RowOf<C extends Columns> = { readonly [Name in keyof C]: C[Name] extends Column<infer T> ? T : never };

/** What both adapters must know of a table: its columns, its primary key, and what else is unique or looked up. */
export interface Table<C extends Columns = Columns, Key extends keyof C & string = keyof C & string> {
  readonly columns: C;
  readonly key: readonly Key[];
  /** Further sets of columns no two rows may share; rows with a null among them do not count, as in SQL. */
  readonly unique: readonly (readonly (keyof C & string)[])[];
  /** Sets of columns that no two rows may share while both meet a condition. */
  readonly uniqueWhere: readonly UniqueWhere<keyof C & string>[];
  /** Column sets that queries look up by equality. */
  readonly indexes: readonly (readonly (keyof C & string)[])[];
}

/** Tables by their names. */
export type Tables = Readonly<Record<string, Table>>;

/** Columns that no two rows share while both meet the condition, which is one that a query may have. */
export interface UniqueWhere<Name extends string = string> {
  readonly columns: readonly Name[];
  readonly where: Readonly<Partial<Record<Name, unknown>>>;
}

export function table<const C extends Columns, const Key extends keyof C & string>(
  columns: C,
  options: {
    readonly key: readonly Key[];
    readonly unique?: readonly (readonly (keyof C & string)[])[];
    readonly uniqueWhere?: readonly UniqueWhere<keyof C & string>[];
    readonly indexes?: readonly (readonly (keyof C & string)[])[];
  },
): Table<C, Key> {
  const { key, unique = [], uniqueWhere = [], indexes = [] } = options;
  return { columns, key, unique, uniqueWhere, indexes };
}
