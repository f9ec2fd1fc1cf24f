import { Proposal, PROPOSAL_SCHEMA, type RequiredOwner } from "@slipway/policy";

export const waiting: RequiredOwner[] = [{ owner: "fleet-infra", segment: "fleet", why: "owns oci-a" }];
/** An open proposal of ten passes, where `over` says nothing else. */
export const open = (over: object = {}): Proposal =>
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
      diff: "--- x\n",
      files: [{ path: "lanes/slow.yaml", before: null, after: null }],
      settings: [{ kind: "lane", name: "slow" }],
    },
    owners: waiting,
    canary: { nodes: ["n1"] },
    history: [
      { at: "2026-05-01T00:00:00Z", by: "author", from: null, to: "draft", reason: "hours" },
      { at: "2026-05-02T00:00:00Z", by: "author", from: "draft", to: "open", reason: "hours" },
    ],
    ...over,
  });
