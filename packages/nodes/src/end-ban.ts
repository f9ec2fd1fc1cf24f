import type { ChangeSet } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { BANS } from "./kinds.ts";

/** Who ends a ban, when (milliseconds since 1970), and why. */
export interface Lift {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** Marks a ban as lifted; whatever is asked of others for it is not wanted any more. Where its machine then stands is the caller's to say. */
export function endBan(change: ChangeSet, ban: Row<"bans">, { at, by, reason }: Lift): void {
  const lifted = { lifted_at: at, lifted_by: by, lift_reason: reason };
  const ended = { status: "lifted", reason_code: "Lifted", acting: null, due_at: null, finished_at: at };
  change.say(BANS, change.transition(BANS, ban, { ...lifted, ...ended, reason }, { by }), [], true);
}
