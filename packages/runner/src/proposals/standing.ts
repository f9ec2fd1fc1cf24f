import { lacking, requiredOwners, standingOf, type Concern, type Proposal, type Standing } from "@slipway/policy";
import type { Store } from "@slipway/store";
import { readFleet } from "../fleet/fleet.ts";
import { proveApprovals, readOwners } from "./approvals.ts";
import { lanesAfter } from "./written-files.ts";

/**
 * Where the agreement on a proposal stands by the fleet's files as they are now: who has to agree, who
 * did, and whose word is worth what it was.
 *
 * @param store undefined where no database is at hand
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

/** What a proposal lacks before people may be asked to agree on it. */
export const lackingIn = (fleetFolder: string, proposal: Proposal): readonly string[] =>
  lacking(proposal, lanesAfter(fleetFolder, proposal));
