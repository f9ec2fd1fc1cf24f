import { channelOf, tellChannel } from "@slipway/proposals";
import type { Database } from "@slipway/server";

/** Tells the channel where there is one, and says on standard error what it was not told. */
export async function tell(fleetFolder: string, id: string, by: string, database: Database | undefined): Promise<void> {
  const place = { fleetFolder, store: database?.store, channel: channelOf(process.env) };
  const told = await tellChannel(place, id, { by, now: Date.now });
  if (told !== undefined && !["done", "already", "nothing"].includes(told.outcome))
    process.stderr.write(`slipway: the channel was not told: ${told.note}; slipway propose post ${id} tries again\n`);
}
