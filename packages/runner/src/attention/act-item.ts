import { objectOf, type ChangeSet, type KindRef, type ObjectHeader } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { openItem } from "./items.ts";

/** Why an act is left to a person. */
interface Parked {
  readonly code: string;
  readonly reason: string;
  /** Who is to look at it. */
  readonly owner: string;
}

/** Has a person look at an act that is not tried any more, as an object's kind records it. */
export function openActItem(
  change: ChangeSet,
  [kind, row]: readonly [KindRef, ObjectHeader],
  { key, act, machine, tries }: Row<"intents">,
  { code, reason, owner }: Parked,
): Promise<void> {
  const object = objectOf(kind, row);
  return openItem(
    { tx: change.tx, change },
    {
      kind: code === "WorkEndsWorkers" ? "work-ends-workers" : "act-failing",
      subject: key,
      owner,
      title: `${reason} (${object}, m-${String(machine)})`,
      detail: { object, act, machine, tries },
      openedFor: object,
    },
  );
}
