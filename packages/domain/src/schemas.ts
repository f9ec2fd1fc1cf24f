import { z } from "zod";
import { BundleManifest } from "./bundle.ts";
import { expectationSections, RequiredChecks } from "./expectations.ts";
import { NodeJudgement, RackJudgement } from "./judgement.ts";
import { Sighting } from "./node.ts";
import { ReleaseDocument } from "./release.ts";

/** The documents that cross the border of the house, by the id of their JSON Schema. */
const documents = {
  evidence: BundleManifest,
  judgement: NodeJudgement,
  "rack-judgement": RackJudgement,
  sighting: Sighting,
  release: ReleaseDocument,
  expectations: z.object({ ...expectationSections, checks: RequiredChecks }).partial(),
} as const;

export const schemaIds: readonly string[] = Object.keys(documents);

/** JSON Schema (draft 2020-12) of a document, or undefined for an id that is none of {@link schemaIds}. */
export function jsonSchema(id: string): object | undefined {
  const schema = Object.hasOwn(documents, id) ? documents[id as keyof typeof documents] : undefined;
  return schema === undefined
    ? undefined
    : {
        $id: `https://slipway.dev/schemas/${id}.json`,
        title: `slipway ${id}`,
        ...z.toJSONSchema(schema, { io: "input" }),
      };
}
