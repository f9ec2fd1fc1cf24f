import { moved, settled, type Proposal } from "@slipway/policy";
import type { Store } from "@slipway/store";
import { mustHaveChannel, postState, type PostResult } from "./post.ts";
import { changeProposal, readProposal } from "./proposal-file.ts";
import { lackingIn, standingIn } from "./standing.ts";
import type { Channel, PostOptions } from "./webhook.ts";

/** Where proposals are, what proves the word of principals, and who is told. */
export interface ProposalPlace {
  readonly fleetFolder: string;
  /** Undefined where there is no database: then no principal's word is proven. */
  readonly store: Store | undefined;
  /** Undefined where nobody is told. */
  readonly channel: Channel | undefined;
}

/** How opening a proposal ended: it lacks something and is a draft still, or it is open and the channel was told, or not. */
export type Opened =
  | { readonly proposal: Proposal; readonly lacking: readonly string[] }
  | { readonly proposal: Proposal; readonly told: Pick<PostResult, "outcome" | "note"> | undefined };

/**
 * Opens a draft for approvals, in somebody's name, and tells the channel each state that it was not told, once.
 *
 * @param said `again`: a message whose outcome is unknown is sent once more
 * @throws SlipwayError of kind `config` for `again` without a channel
 */
export async function openProposal(
  place: ProposalPlace,
  {
    id,
    by,
    again = false,
    now,
  }: { readonly id: string; readonly by: string; readonly again?: boolean | undefined; readonly now: () => number },
): Promise<Opened> {
  const { fleetFolder, store, channel } = place;
  if (again) mustHaveChannel(channel);
  const before = readProposal(fleetFolder, id);
  const lacking = before.state === "draft" ? lackingIn(fleetFolder, before) : [];
  if (lacking.length > 0) return { proposal: before, lacking };
  const standing = await standingIn(fleetFolder, store, before);
  const opened = await changeProposal(fleetFolder, id, (proposal) => {
    const due = settled(proposal, standing, now());
    return due.state === "draft" ? moved(due, "open", { by, reason: due.reason, at: now() }) : due;
  });
  const told = await tellChannel(place, id, { by, again, now });
  return { proposal: told?.proposal ?? opened, told };
}

/**
 * Tells the channel each state of a proposal that it was not told; the change it tells of stands whatever becomes of it.
 *
 * @returns undefined where there is no channel
 */
export async function tellChannel(
  { fleetFolder, store, channel }: ProposalPlace,
  id: string,
  options: PostOptions & { readonly by: string; readonly again?: boolean; readonly now: () => number },
): Promise<PostResult | undefined> {
  return channel === undefined
    ? undefined
    : postState(fleetFolder, id, channel, { ...options, standing: (one) => standingIn(fleetFolder, store, one) });
}
