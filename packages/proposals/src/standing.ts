import { lacking, requiredOwners, standingOf, type Concern, type Proposal, type Standing } from "@slipway/policy";
import type { Store } from "@slipway/store";
import { readFleet } from "@slipway/fleet";
import { proveApprovals, readOwners } from "./approvals.ts";
import { lanesAfter } from "./written-files.ts";

/**
 * The standing of a proposal by the fleet's files as they are now: who has to approve it, who did, and which
 * approvals do not count.
 *
 * @param store undefined where there is no database
 */
export async function standingIn(fleetFolder: string, store: Store | undefined, proposal: Proposal): Promise<Standing> {
  const { vouched, refused } = await proveApprovals(proposal, readOwners(fleetFolder), store);
  const { clusters, lanes } = readFleet(fleetFolder);
  const after = lanesAfter(fleetFolder, proposal);
  const concerns = proposal.change.settings.map(({ kind, name }): Concern =>
    kind === "lane"
      ? {
          kind,
          name,
          before: lanes.find(({ lane }) => lane.lane === name)?.lane,
          after: after.find(({ lane }) => lane === name),
        }
      : { kind, name },
  );
  const standing = standingOf(proposal, vouched, requiredOwners(clusters, concerns));
  return { ...standing, void: [...refused, ...standing.void] };
}

/** What a draft lacks before approvals may be asked for. */
export const lackingIn = (fleetFolder: string, proposal: Proposal): readonly string[] =>
  lacking(proposal, lanesAfter(fleetFolder, proposal));
