import {
  BundleManifest,
  expectationSections,
  NodeJudgement,
  RackJudgement,
  ReleaseDocument,
  RequiredChecks,
  Sighting,
} from "@slipway/domain";
import { z } from "zod";
import type { GeneratedFiles } from "./catalog.ts";

/** A node's expectations. A check may declare a section of its own, so further keys are allowed here. */
const Expectations = z.looseObject({ ...expectationSections, checks: RequiredChecks }).partial();

type JsonSchema = z.core.JSONSchema.JSONSchema;

const toJsonSchema = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: "input" });

/** Null means absent at every key of an expectation (rule G11). */
function nullable(schema: JsonSchema): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([key, inner]) => [
    key,
    typeof inner === "boolean" ? inner : { anyOf: [nullable(inner), { type: "null" }] },
  ]);
  return properties.length === 0
    ? schema
    : { ...schema, properties: Object.fromEntries(properties) as NonNullable<JsonSchema["properties"]> };
}

const SCHEMAS: Readonly<Record<string, { title: string; schema: JsonSchema }>> = {
  evidence: { title: "slipway/evidence@1: bundle.json of an evidence bundle", schema: toJsonSchema(BundleManifest) },
  expectations: { title: "What must be true of a node", schema: nullable(toJsonSchema(Expectations)) },
  judgement: { title: "slipway/judgement@1: one line of `slipway judge --json`", schema: toJsonSchema(NodeJudgement) },
  release: { title: "slipway/release@1: what `slipway release export` signs", schema: toJsonSchema(ReleaseDocument) },
  sighting: { title: "slipway/sighting@1: one row of `slipway nodes load`", schema: toJsonSchema(Sighting) },
  "rack-judgement": {
    title: "slipway/rack-judgement@1: one rack in `slipway judge --rack --json`",
    schema: toJsonSchema(RackJudgement),
  },
};

/** JSON Schemas of the documents outsiders rely on. Unknown keys are allowed: fields are added freely (interfaces.md). */
export function schemaFiles(): GeneratedFiles {
  return new Map(
    Object.entries(SCHEMAS).map(([id, { title, schema }]) => {
      const document = {
        $comment: "Made by `./slipway generate` from the zod schemas of packages/domain.",
        title,
        ...schema,
      };
      return [`packages/domain/schemas/${id}.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
