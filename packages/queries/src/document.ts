import { z } from "zod";

/** A document that commands print as one line of JSON, or that an answer of the server is. */
export interface Document<Content extends object> {
  /** The value of its field `schema`. The number rises when a field goes or changes its meaning, not when one comes. */
  readonly id: string;
  /** What it is, in a sentence. */
  readonly about: string;
  /** Commands that print it, such as `bans list`. */
  readonly commands: readonly string[];
  readonly schema: z.ZodType<Content & { readonly schema: string }>;
}

/** A document whatever it holds. */
export type AnyDocument = Omit<Document<object>, "schema"> & { readonly schema: z.ZodType };

/** What a document holds besides its field `schema`. */
export type ContentOf<D> = D extends Document<infer Content> ? Content : never;

export function defineDocument<Shape extends z.ZodRawShape>(
  id: `slipway/${string}@${number}`,
  { about, commands }: { readonly about: string; readonly commands: readonly string[] },
  shape: Shape,
): Document<z.output<z.ZodObject<Shape>>> {
  const schema: z.ZodType = z.object({ schema: z.literal(id), ...shape });
  return { id, about, commands, schema: schema as Document<z.output<z.ZodObject<Shape>>>["schema"] };
}

/** A document whose fields depend on what its field `event` is. */
export function defineEvents<const Kinds extends Readonly<Record<string, z.ZodRawShape>>>(
  id: `slipway/${string}@${number}`,
  { about, commands }: { readonly about: string; readonly commands: readonly string[] },
  kinds: Kinds,
): Document<EventOf<Kinds>> {
  const schema: z.ZodType = z.union(
    Object.entries(kinds).map(([event, shape]) =>
      z.object({ schema: z.literal(id), event: z.literal(event), ...shape }),
    ),
  );
  return { id, about, commands, schema: schema as Document<EventOf<Kinds>>["schema"] };
}

/** The events of these kinds. */
type EventOf<Kinds extends Readonly<Record<string, z.ZodRawShape>>> = {
  [Kind in keyof Kinds & string]: { readonly event: Kind } & z.output<z.ZodObject<Kinds[Kind]>>;
}[keyof Kinds & string];

/** The line of a document as it is printed. */
export const jsonLine = <Content extends object>({ id }: Document<Content>, content: Content): string =>
  `${JSON.stringify({ schema: id, ...content })}\n`;
