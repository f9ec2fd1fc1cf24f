import { z } from "zod";
import { shown, time } from "./fields.ts";

/** A change of state, with who made it and why. */
export const auditFields = shown(["at"], {
  id: z.int(),
  at: time(),
  actor: z.string(),
  object: z.string().describe("such as validation/12"),
  from_state: z.string().nullable(),
  to_state: z.string(),
  reason: z.string(),
  detail: z.unknown(),
});
