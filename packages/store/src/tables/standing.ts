import { orNull, table, text, time } from "./columns.ts";
import { header } from "./header.ts";

/** The planning of canary passes: one object. */
export const canary_planning = table({ id: text(), ...header }, { key: ["id"] });

/** The clean-up of evidence: one object. */
export const housekeeping = table(
  {
    id: text(),
    ...header,
    /** When the last clean-up ended; null: there was none. */
    tidied_at: orNull(time()),
  },
  { key: ["id"] },
);
