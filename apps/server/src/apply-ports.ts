import { applyNamed } from "@slipway/fleet";
import { hasCheckOf, standingIn, type ApplyPorts } from "@slipway/proposals";
import { readCheckout, tryUntried, withActive } from "./active.ts";
import type { Database } from "./open.ts";

/** What applying and reverting a proposal needs of this checkout and its database. @param root of the checkout */
export const applyPorts = (
  database: Database,
  { fleetFolder, root, by }: { readonly fleetFolder: string; readonly root: string; readonly by: string },
): ApplyPorts => ({
  fleetFolder,
  store: database.store,
  standing: (one) => standingIn(fleetFolder, database.store, one),
  register: async (settings) => {
    const checkout = await readCheckout(fleetFolder);
    await applyNamed(database.store, checkout.offered, settings, { by });
    await withActive(database, checkout, tryUntried);
  },
  status: async () => withActive(database, await readCheckout(fleetFolder), (active) => active.status()),
  hasCheckOf: (check, rev) => hasCheckOf(root, check, rev),
  by,
  now: Date.now,
});
