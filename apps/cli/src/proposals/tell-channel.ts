import { channelOf, postState, standingIn } from "@slipway/proposals";
import type { Database } from "@slipway/server";

/** Tells the channel where there is one; the change it tells of stands whatever becomes of the message. */
export async function tellChannel(
  fleet: string,
  id: string,
  by: string,
  database: Database | undefined,
): Promise<void> {
  const channel = channelOf(process.env);
  if (channel === undefined) return;
  const { outcome, note } = await postState(fleet, id, channel, {
    by,
    now: Date.now,
    standing: (one) => standingIn(fleet, database?.store, one),
  });
  if (!["done", "already", "nothing"].includes(outcome))
    process.stderr.write(`slipway: the channel was not told: ${note}; slipway propose post ${id} tries again\n`);
}
