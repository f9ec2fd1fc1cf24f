import { z } from "zod";

/** What this check expects of a node, in the section `__SECTION__`. */
export const Expectations = z.object({
  /** Version of the firmware, as the tool prints it. */
  __KEY__: z.string().min(1).optional(),
});
