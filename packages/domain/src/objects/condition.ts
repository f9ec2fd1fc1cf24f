import { z } from "zod";

/** `Unknown`: it cannot be told, which is neither of the other two. */
export const ConditionStatus = z.enum(["True", "False", "Unknown"]);
export type ConditionStatus = z.infer<typeof ConditionStatus>;

/** One thing that holds of an object or does not, in the shape of Kubernetes' conditions. */
export const Condition = z.object({
  /** Says what holds, in CamelCase, such as `Blocked`. */
  type: z.string(),
  status: ConditionStatus,
  /** Why, as a code for programs, in CamelCase. */
  reason: z.string(),
  /** The same in words, for people. */
  message: z.string(),
  /** `spec_generation` of the object that it is about. */
  observed_generation: z.number().int(),
  /** Since when it has this status, in milliseconds since 1970. */
  since: z.number(),
});
export type Condition = z.infer<typeof Condition>;
