import { parseObject } from "@slipway/domain";
import type { ChangeSet } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import type { ActName } from "./routing.ts";

/** Writes the intent of an act: `before` is what the act is given, and what was read before it. */
export function intend(
  change: ChangeSet,
  intent: Pick<Row<"intents">, "key" | "object" | "needs" | "machine" | "fence" | "before"> & {
    readonly act: ActName;
    readonly cluster?: string | null;
  },
  priority: number,
): void {
  const { kind = "", id = "" } = parseObject(intent.object) ?? {};
  const of = intent.act === "pass" ? "read" : "keyed";
  change.intents.add({ ...intent, object_kind: kind, object_id: id, class: of, input: intent.before }, priority);
}
