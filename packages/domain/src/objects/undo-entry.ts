import { z } from "zod";

/**
 * What became of taking a change back: `skipped-foreign` where somebody else changed the place since, `already-gone`
 * where nothing was left of it, `failed` while it fails again and again: then it has an owner, and is tried on.
 */
export const UndoOutcome = z.enum(["reverted", "skipped-foreign", "already-gone", "failed"]);
export type UndoOutcome = z.infer<typeof UndoOutcome>;

/** A change of the world that an object made, with what stood there before. */
export const UndoEntry = z.object({
  object: z.string(),
  /** Ascending: entries are taken back from the newest on. */
  seq: z.number().int(),
  /** Names the place that was changed. */
  key: z.string(),
  prior: z.unknown(),
  applied: z.unknown(),
  /** Milliseconds since 1970; null while it stands. */
  reverted_at: z.number().nullable(),
  outcome: UndoOutcome.nullable(),
});
export type UndoEntry = z.infer<typeof UndoEntry>;
