import { z } from "zod";

/** What a source said of the world at one time. */
export const Observation = z.object({
  /** What it is about: an object, a machine, a node, as text. */
  subject: z.string(),
  /** Which fact of it. */
  fact: z.string(),
  source: z.string(),
  value: z.unknown(),
  /** Milliseconds since 1970. */
  observed_at: z.number(),
});
export type Observation = z.infer<typeof Observation>;
