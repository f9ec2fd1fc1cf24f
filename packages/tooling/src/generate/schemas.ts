import { BundleManifest, expectationSections, NodeJudgement, RackJudgement, RequiredChecks } from "@slipway/domain";
import { z } from "zod";
import type { GeneratedFiles } from "./catalog.ts";

/** A node's expectations. A check may declare a section of its own, so further keys are allowed here. */
const Expectations = z
  .looseObject({ ...expectationSections, checks: RequiredChecks })
  .partial();

const SCHEMAS = {
  evidence: { title: "slipway/evidence@1: bundle.json of an evidence bundle", schema: BundleManifest },
  expectations: { title: "What must be true of a node", schema: Expectations },
  judgement: { title: "slipway/judgement@1: one line of `slipway judge --json`", schema: NodeJudgement },
  "rack-judgement": { title: "slipway/rack-judgement@1: one rack in `slipway judge --rack --json`", schema: RackJudgement },
} as const;

/** JSON Schemas of the documents outsiders rely on. Unknown keys are allowed: fields are added freely (interfaces.md). */
export function schemaFiles(): GeneratedFiles {
  return new Map(
    Object.entries(SCHEMAS).map(([id, { title, schema }]) => {
      const document = { $comment: "Made by `pnpm generate` from the zod schemas of packages/domain.", title, ...z.toJSONSchema(schema, { io: "input" }) };
      return [`packages/domain/schemas/${id}.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
