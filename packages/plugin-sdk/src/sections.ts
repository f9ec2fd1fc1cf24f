import { expectationSections } from "@slipway/domain";
import { z } from "zod";
import type { Check } from "./check.ts";
import { SlipwayError } from "./errors.ts";

/**
 * Refuses a section of expectations that two parts of the house understand differently: a node's files hold it once,
 * so one of the two schemas would silently judge values that were written for the other.
 *
 * @throws SlipwayError of kind `contract`, naming check and section
 */
export function refuseSectionConflicts(checks: Iterable<Pick<Check, "id" | "sections">>): void {
  const known = new Map<string, { schema: z.ZodType; by: string | undefined }>(
    Object.entries(expectationSections).map(([name, schema]) => [name, { schema, by: undefined }]),
  );
  for (const { id, sections } of checks) {
    for (const [name, schema] of Object.entries(sections)) {
      const first = known.get(name);
      if (first === undefined) known.set(name, { schema, by: id });
      else if (!isSameSchema(first.schema, schema)) throw conflict(id, name, first.by);
    }
  }
}

function conflict(check: string, section: string, other: string | undefined): SlipwayError {
  const whose = other === undefined ? "the one that @slipway/domain has of this name" : `that of the check ${other}`;
  return new SlipwayError(
    "contract",
    `the check ${check} declares the section ${section} with another schema than ${whose}`,
    {
      hint:
        other === undefined
          ? "use the schema of expectationSections, add the key there, or name the section otherwise"
          : "give the section a name of its own, or share it in @slipway/domain",
    },
  );
}

/** By what they accept, not by identity: a check that was built into one file brings its own copy of the schema. */
function isSameSchema(one: z.ZodType, other: z.ZodType): boolean {
  return one === other || shapeOf(one) === shapeOf(other);
}

const shapeOf = (schema: z.ZodType): string =>
  JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
