import { bigint, int, orNull, text, time } from "./columns.ts";

/** The columns of every kind of object but its id, as the engine reads and writes them: its `ObjectHeader` says what each means. */
export const header = {
  spec_generation: bigint(),
  revision: bigint(),
  status: text(),
  reason_code: text(),
  reason: text(),
  owner: orNull(text()),
  acting: orNull(text()),
  due_at: orNull(time()),
  failures: int(),
  last_error: orNull(text()),
  finished_at: orNull(time()),
  priority: int(),
};
