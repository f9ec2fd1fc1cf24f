import { BAN_CAUSES } from "@slipway/domain";
import type { Spell } from "@slipway/stats";
import { instantText } from "./instant.ts";
import type { RecordKind } from "./kind.ts";
import { numberText, present, labelWriter } from "./present.ts";

const OWN = ["admission_id", "days", "cause", "entered_days", "node_id", "started_at", "attempt_id"];
const writtenLabels = labelWriter(OWN);

/** Admissions and what became of them. One admission is one row of its cell. */
export const spellsKind: RecordKind<Spell> = {
  name: "spells",
  required: ["admission_id", "days", "cause"],
  columns: {
    admission_id: "text",
    days: "number",
    cause: "text",
    entered_days: "number",
    node_id: "text",
    started_at: "instant",
    attempt_id: "text",
  },
  open(columns) {
    const admissionId = columns.must("admission_id", columns.text("admission_id"));
    const days = columns.must("days", columns.number("days"));
    const cause = columns.oneOf("cause", BAN_CAUSES);
    const enteredDays = columns.number("entered_days");
    const node = columns.text("node_id");
    const startedAt = columns.instant("started_at");
    const attemptId = columns.text("attempt_id");
    const labels = columns.labels(OWN);
    const seen = new Map<object, Set<string>>();
    return () => {
      const spell: Spell = {
        admissionId: admissionId(),
        days: days(),
        cause: cause(),
        enteredDays: enteredDays() ?? 0,
        labels: labels(),
        node: node(),
        startedAt: startedAt(),
        attemptId: attemptId(),
      };
      if (spell.enteredDays > spell.days)
        throw columns.error(
          "entered_days",
          `${String(spell.enteredDays)} is after the end of the admission, at ${String(spell.days)} days`,
        );
      if (spell.cause !== null && spell.enteredDays > 0 && spell.enteredDays === spell.days)
        throw columns.error(
          "entered_days",
          `${String(spell.enteredDays)} is the day of the ban: it was never at risk of it`,
        );
      const cell = seen.get(spell.labels) ?? new Set();
      if (cell.has(spell.admissionId))
        throw columns.error("admission_id", `${JSON.stringify(spell.admissionId)} is there twice`);
      seen.set(spell.labels, cell.add(spell.admissionId));
      return spell;
    };
  },
  write: ({ admissionId, days, cause, enteredDays, labels, node, startedAt, attemptId }) =>
    present({
      admission_id: admissionId,
      days: String(days),
      cause,
      entered_days: enteredDays === 0 ? null : numberText(enteredDays),
      node_id: node,
      started_at: startedAt === null ? null : instantText(startedAt),
      attempt_id: attemptId,
      ...writtenLabels(labels),
    }),
};
