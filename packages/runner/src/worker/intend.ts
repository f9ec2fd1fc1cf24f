import { parseObject } from "@slipway/domain";
import type { ChangeSet } from "@slipway/reconciler";
import type { Row } from "@slipway/store";

/** Writes the intent of an act: `before` is what the act is given, and what was read before it. */
export function intend(
  change: ChangeSet,
  intent: Pick<Row<"intents">, "key" | "object" | "needs" | "machine" | "fence" | "before"> & {
    readonly act: "open-repair" | "return-to-service";
    readonly cluster?: string | null;
  },
  priority: number,
): void {
  const { kind = "", id = "" } = parseObject(intent.object) ?? {};
  change.intents.add({ ...intent, object_kind: kind, object_id: id, class: "keyed", input: intent.before }, priority);
}
