import { z } from "zod";
import { Xids } from "./attribution/xids.ts";
import { Clusters } from "./lanes/clusters.ts";
import { Lane } from "./lanes/lane.ts";
import { Precedence } from "./precedence/precedence.ts";
import { Owners } from "./proposals/owners.ts";
import { Proposal } from "./proposals/proposal.ts";

const files = {
  lane: Lane,
  clusters: Clusters,
  precedence: Precedence,
  xids: Xids,
  owners: Owners,
  proposal: Proposal,
} as const;

/** The kinds of files under `fleet/` that say how decisions are made. */
export const fleetFileIds: readonly string[] = Object.keys(files);

/** JSON Schema (draft 2020-12) of a fleet file, or undefined for an id that is none of {@link fleetFileIds}. */
export function fleetFileSchema(id: string): object | undefined {
  const schema = Object.hasOwn(files, id) ? files[id as keyof typeof files] : undefined;
  return schema === undefined
    ? undefined
    : {
        $id: `https://slipway.dev/schemas/${id}.json`,
        title: `slipway ${id}`,
        ...z.toJSONSchema(schema, { io: "input" }),
      };
}
