import type { z } from "zod";
import * as acts from "./acts.ts";
import * as bans from "./bans.ts";
import * as items from "./items.ts";
import * as nodeActs from "./node-acts.ts";
import * as nodes from "./nodes.ts";
import * as releases from "./releases.ts";
import * as validations from "./validations.ts";
import type { Document } from "./document.ts";

/** A document whatever it holds. */
export type AnyDocument = Omit<Document<object>, "schema"> & { readonly schema: z.ZodType };

const isDocument = (value: unknown): value is AnyDocument =>
  typeof value === "object" && value !== null && "schema" in value && "commands" in value;

/** Every document, by its id. */
export const documents: ReadonlyMap<string, AnyDocument> = new Map(
  [acts, bans, items, nodeActs, nodes, releases, validations]
    .flatMap((module) => Object.values<unknown>(module))
    .filter(isDocument)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((document) => [document.id, document]),
);
