import { z } from "zod";

/** Names one object: its kind and its id among those of the kind. */
export const ObjectRef = z.object({ kind: z.string().regex(/^[a-z][a-z0-9-]*$/), id: z.string().min(1) });
export type ObjectRef = z.infer<typeof ObjectRef>;

/** A reference as rows and jobs carry it, such as `toy/12`. */
export const formatObject = ({ kind, id }: { readonly kind: string; readonly id: string | number }): string =>
  `${kind}/${String(id)}`;

/** What {@link formatObject} wrote; undefined for a text that names no object. */
export function parseObject(text: string): ObjectRef | undefined {
  const at = text.indexOf("/");
  const parsed = ObjectRef.safeParse({ kind: text.slice(0, Math.max(0, at)), id: text.slice(at + 1) });
  return parsed.success ? parsed.data : undefined;
}
