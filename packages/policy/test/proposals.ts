import { Lane, LANE_SCHEMA } from "../src/lanes/lane.ts";
import { Proposal, PROPOSAL_SCHEMA } from "../src/proposals/proposal.ts";

export const HASH = "a".repeat(64);
export const owners = [
  { owner: "fleet-infra", segment: "fleet" as const, why: "owns oci-a" },
  { owner: "hwh", segment: null, why: "answers for thresholds" },
];

/** An open proposal, where `over` says nothing else. */
export const proposal = (over: object = {}): Proposal =>
  Proposal.parse({
    schema: PROPOSAL_SCHEMA,
    id: "ten-passes",
    kind: "policy",
    title: "Ten passes",
    reason: "hours",
    author: "author",
    created: "2026-05-01T00:00:00Z",
    expires: "2026-06-01T00:00:00Z",
    state: "open",
    change: {
      diff: "--- a/lanes/slow.yaml\n",
      files: [{ path: "lanes/slow.yaml", before: HASH, after: HASH }],
      settings: [{ kind: "lane", name: "slow" }],
    },
    owners,
    history: [
      { at: "2026-05-01T00:00:00Z", by: "author", from: null, to: "draft", reason: "hours" },
      { at: "2026-05-02T00:00:00Z", by: "author", from: "draft", to: "open", reason: "hours" },
    ],
    ...over,
  });
/** A lane of twelve passes, where `over` says nothing else. */
export const lane = (over: object = {}): Lane =>
  Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 12, checks: ["dcdiag", "imex"], ...over });
