import { z } from "zod";

/** A time as rows keep it. */
export const time = () => z.int();
/** A time in words, as `2026-03-01T12:00:00.000Z`. */
export const instant = () => z.iso.datetime();
export const list = <Item extends z.ZodType>(of: Item) => z.array(of).readonly();
export const count = () => z.int().nonnegative();
export const machineId = () => z.int().positive().describe("the machine, which people write as m-12");
/** The first field of a document about a machine. */
export const nodeName = (said = "the node's name now; null where its machine is placed nowhere") =>
  z.string().nullable().describe(said);

/** Milliseconds since 1970 in words. */
export const instantOf = (at: number): string => new Date(at).toISOString();

type OfFields<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;
type Times<Fields extends z.ZodRawShape, Name extends keyof OfFields<Fields>> = {
  readonly [N in Name]: null extends OfFields<Fields>[N] ? string | null : string;
};

/** The fields that a document has of a stored object: what is not named here stays in the store. */
export interface Shown<Fields extends z.ZodRawShape, Name extends keyof OfFields<Fields>> {
  /** The fields, and `times`: those of them that are times, in words. */
  readonly shape: Fields & { readonly times: z.ZodType<Times<Fields, Name>> };
  /** The fields of a row, which may have more. */
  of(row: OfFields<Fields>): OfFields<Fields> & { readonly times: Times<Fields, Name> };
}

/** @param times the names of the fields that are times in milliseconds since 1970 */
export function shown<Fields extends z.ZodRawShape, Name extends keyof OfFields<Fields> & string>(
  times: readonly Name[],
  fields: Fields,
): Shown<Fields, Name> {
  const names = Object.keys(fields);
  const schema = z
    .object(
      Object.fromEntries(
        times.map((name): [string, z.ZodType] => {
          const field: unknown = fields[name];
          return [name, field instanceof z.ZodNullable ? instant().nullable() : instant()];
        }),
      ),
    )
    .describe("the times above in words, ISO 8601 in UTC");
  return {
    shape: { ...fields, times: schema as z.ZodType as z.ZodType<Times<Fields, Name>> },
    of(row) {
      const all = row as Readonly<Record<string, unknown>>;
      const own = names.filter((name) => all[name] !== undefined).map((name): [string, unknown] => [name, all[name]]);
      const words = times.map((name): [string, string | null] => [
        name,
        typeof all[name] === "number" ? instantOf(all[name]) : null,
      ]);
      return { ...Object.fromEntries(own), times: Object.fromEntries(words) } as ReturnType<Shown<Fields, Name>["of"]>;
    },
  };
}
