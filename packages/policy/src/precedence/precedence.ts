import { FieldName } from "@slipway/domain";
import { z } from "zod";

export const PRECEDENCE_SCHEMA = "slipway/precedence@1";

const Rule = z.strictObject({
  /** Sources, best first: a name, or the beginning of one before a `*`. A source that none matches comes last. */
  sources: z
    .array(
      z
        .string()
        .regex(/^[^*]*\*?$/, "a source, or the beginning of one before a '*'")
        .min(1),
    )
    .min(1),
  /** Who answers for it when sources disagree. */
  owner: z.string().min(1),
  /** A value older than this beside the machine's newest sighting leaves its place to lower sources. */
  maxAgeDays: z.number().positive().max(3650).optional(),
});

/** `fleet/precedence.yaml`: for each field, whose word counts (vendors.md 9: per field, not per source). */
export const Precedence = z.strictObject({
  schema: z.literal(PRECEDENCE_SCHEMA),
  /** For fields that have no rule of their own, but for `expect`: without a rule no sighting expects anything. */
  default: Rule,
  /** The rule of `expect` is a list of those who may speak: a source that it does not name is not heard. */
  fields: z.partialRecord(FieldName, Rule).prefault({}),
});
export type Precedence = z.infer<typeof Precedence>;

/** Of a fleet without `precedence.yaml`: of all sources the newest word counts, and none expects anything. */
export const NO_PRECEDENCE: Precedence = Precedence.parse({
  schema: PRECEDENCE_SCHEMA,
  default: { sources: ["*"], owner: "fleet" },
});
