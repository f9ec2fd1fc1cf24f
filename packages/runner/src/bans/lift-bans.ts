import { endBan, type Lift } from "@slipway/nodes";
import type { Row } from "@slipway/store";
import type { BanTurn } from "./insert-ban.ts";

/**
 * Lifts a ban. The machine stays banned while another ban of it is open; else it stands unproven, unless the sender of
 * a ban for the workload gives it back: that says nothing of the hardware, so a machine that it took out of service is as
 * proven as it was, when nothing else was said of it since.
 *
 * @param givesBack whether it is the sender who lifts it
 */
export async function liftBan(
  turn: Pick<BanTurn, "tx" | "change">,
  machine: Row<"machines">,
  ban: Row<"bans">,
  { givesBack, ...lift }: Lift & { readonly givesBack: boolean },
): Promise<void> {
  const { tx, change } = turn;
  endBan(change, ban, lift);
  if (change.accountOf(machine) !== "Banned") return;
  if ((await tx.count("bans", { machine: machine.id, lifted_at: null, id: { not: ban.id } })) > 0) return;
  const back = givesBack && ban.cause === "workload" && (await tookOutOfService(turn, ban));
  change.book(machine, back ? "InPool" : "Spare", `ban/${String(ban.id)}`);
}

/** Whether a machine was in service until this ban, and no other kind of ban came since. */
async function tookOutOfService(
  { tx, change }: Pick<BanTurn, "tx" | "change">,
  { id, machine }: Row<"bans">,
): Promise<boolean> {
  const cause = `ban/${String(id)}`;
  if ((await tx.count("bans", { machine, id: { gt: id }, cause: { not: "workload" } })) > 0) return false;
  return (
    change.takenFrom(machine, cause) === "InPool" ||
    (await tx.count("ledger", { machine, cause, from_account: "InPool" })) > 0
  );
}
