import { z } from "zod";
import { documents } from "./catalog.ts";
import type { AnyDocument } from "./document.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** How deep the fields of a field are listed by themselves. */
const DEEPEST = 2;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

/** The type of a field in a word or two. */
function typeOf({ type, const: constant, enum: values, anyOf, format, items }: JsonSchema): string {
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined)
    return values.length > 8 ? "a word" : values.map((value) => JSON.stringify(value)).join(", ");
  if (anyOf !== undefined) return [...new Set(anyOf.filter(isSchema).map(typeOf))].join(" or ");
  if (type === "array") return isSchema(items) && !Array.isArray(items) ? `list of ${typeOf(items)}` : "list";
  if (format === "date-time") return "time, ISO 8601";
  if (type === "integer") return "whole number";
  return type === undefined ? "anything" : [type].flat().join(" or ");
}

/** The schema whose fields are those of a field: itself, its items, or what it is where it is not null. */
function inner(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema;
  if (isSchema(schema.items) && !Array.isArray(schema.items)) return inner(schema.items);
  return schema.anyOf
    ?.filter(isSchema)
    .map(inner)
    .find((one) => one !== undefined);
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

/** Rows of a table of fields. The times of a stored object repeat its fields, so they are one row. */
function fieldRows({ properties = {}, required = [] }: JsonSchema, path = "", depth = 1): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isSchema(schema) || (path === "" && name === "schema")) return [];
    const own = required.includes(name) ? "" : "may be absent; ";
    const said = `${own}${schema.description ?? ""}`.replace(/; $/, "");
    const row = `| \`${path}${name}\` | ${cell(typeOf(schema))} | ${cell(said)} |`;
    const below = name === "times" || depth === DEEPEST ? undefined : inner(schema);
    const list = schema.type === "array" ? "[]" : "";
    return [row, ...(below === undefined ? [] : fieldRows(below, `${path}${name}${list}.`, depth + 1))];
  });
}

const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });

/** JSON Schema (draft 2020-12) of a document, or undefined for an id that none has. */
export function documentSchema(id: string): object | undefined {
  const document = documents.get(id);
  return document && { title: document.about, ...jsonSchemaOf(document.schema) };
}

function section({ id, about, commands, schema }: AnyDocument): string {
  const json = jsonSchemaOf(schema);
  const kinds = json.properties === undefined ? (json.anyOf ?? []).filter(isSchema) : [json];
  const tables = kinds.map((kind) => ["| field | type | |", "|---|---|---|", ...fieldRows(kind)].join("\n"));
  const printed = commands.map((command) => `\`${command}\``).join(", ");
  return [`## ${id}`, `${about} Printed by ${printed}.`, ...tables].join("\n\n");
}

/** docs/json.md: every document with its fields. */
export function documentsPage(): string {
  const head = [
    "# What `--json` prints",
    "<!-- Made by `./slipway generate` from the schemas of packages/queries. -->",
    "One document a line. Its `schema` says which, and its number rises when a field goes or changes its meaning; fields " +
      "may come at any time, so leave alone what you do not know. A document about a machine begins with `node_name`. " +
      "Times are milliseconds since 1970, and in words under `times`, or ISO 8601 where the type says so. " +
      "`sql` prints the columns that it is asked for.",
  ];
  return `${[...head, ...[...documents.values()].map(section)].join("\n\n")}\n`;
}
