import type { Change, Query, Row, TableName, Tx } from "@slipway/store";
import type { KindRef, ObjectHeader, Reads } from "./kind.ts";

/** A table that has a header, seen as one that is known: which columns else it has is its kind's affair. */
const nameOf = ({ table }: Pick<KindRef, "table">): TableName => table as TableName;

type Conditions<R> = {
  readonly [Name in keyof R]?: R[Name] | { readonly in: readonly R[Name][] } | { readonly lte: R[Name] };
};

/** Objects of a kind that meet conditions. */
export const findObjects = <R extends ObjectHeader>(
  reads: Pick<Reads, "find">,
  kind: KindRef<R>,
  query: {
    readonly where: Conditions<R>;
    readonly orderBy?: readonly (keyof R & string)[];
    readonly limit?: number;
    readonly columns?: readonly (keyof R & string)[];
  },
): Promise<readonly R[]> => reads.find(nameOf(kind), query as Query<TableName>) as unknown as Promise<readonly R[]>;

export async function readObject<R extends ObjectHeader>(
  reads: Pick<Reads, "find">,
  kind: KindRef<R>,
  id: R["id"],
): Promise<R | undefined> {
  const [row] = await findObjects<ObjectHeader>(reads, kind, { where: { id }, limit: 1 });
  return row as R | undefined;
}

/** A change of one object: applied only while its revision is the one that was read. */
export interface ObjectChange {
  readonly id: ObjectHeader["id"];
  readonly set: Readonly<Record<string, unknown>>;
  readonly revision?: number;
}

/** @returns how many were changed */
export async function updateObjects(tx: Tx, kind: KindRef, changes: readonly ObjectChange[]): Promise<number> {
  const all = changes.map(({ id, set, revision }) => ({
    key: { id },
    set,
    ...(revision === undefined ? {} : { when: { revision } }),
  })) as unknown as readonly Change<TableName>[];
  return (await tx.update(nameOf(kind), all)).length;
}

export const insertRows = (tx: Tx, table: string, rows: readonly object[]): Promise<unknown> =>
  tx.insert(table as TableName, rows as unknown as readonly Row<TableName>[]);

export const upsertRows = (tx: Tx, table: string, rows: readonly object[]): Promise<unknown> =>
  tx.upsert(table as TableName, rows as unknown as readonly Row<TableName>[]);
