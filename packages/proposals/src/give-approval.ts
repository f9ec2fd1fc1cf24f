import { isDeepStrictEqual } from "node:util";
import {
  bindingOf,
  differingParts,
  instantOf,
  isExpired,
  moved,
  settled,
  type Approval,
  type Binding,
  type Proposal,
  type Signed,
  type Standing,
} from "@slipway/policy";
import type { Store } from "@slipway/store";
import { auditApproval, readOwners, verifyApproval } from "./approvals.ts";
import { changeProposal, readProposal } from "./proposal-file.ts";
import { standingIn } from "./standing.ts";

/** How giving an approval ended: who has not agreed yet, or why it was not taken. `forbidden`: this person may not give it. `conflict`: the proposal has other content now. */
export type Given =
  | { readonly proposal: Proposal; readonly waiting: Standing["waiting"] }
  | { readonly refused: "forbidden" | "conflict" | "unproven"; readonly why: string };

/** The fleet's folder with its proposals, and the database whose audit proves principals' approvals, if there is one. */
interface Place {
  readonly fleetFolder: string;
  readonly store: Store | undefined;
}

/** Takes in a signed approval; its key identifies the approver. */
export async function giveSigned(place: Place, id: string, signed: Signed, now: number): Promise<Given> {
  const { fleetFolder } = place;
  const proposal = readProposal(fleetFolder, id);
  const verified = await verifyApproval(signed, proposal, readOwners(fleetFolder));
  if ("why" in verified) return { refused: "unproven", why: verified.why };
  const { by, binding, at } = verified;
  return (
    (await refusal(place, proposal, { by, binding }, now)) ??
    (await add(place, id, { by, at, binding, proof: { signed } }, now))
  );
}

/** Takes in the approval of a principal whom the caller has authenticated; the audit row is its proof. */
export async function giveAsPrincipal(
  place: Place & { readonly store: Store },
  id: string,
  {
    by,
    binding,
    reason,
    now,
  }: { readonly by: string; readonly binding: Binding; readonly reason: string; readonly now: number },
): Promise<Given> {
  const proposal = readProposal(place.fleetFolder, id);
  const refused = await refusal(place, proposal, { by, binding }, now);
  if (refused !== undefined) return refused;
  const audit = await auditApproval(place.store, proposal, { by, binding, reason, now });
  return add(place, id, { by, at: instantOf(now), binding, proof: { audit } }, now);
}

async function refusal(
  { fleetFolder, store }: Place,
  proposal: Proposal,
  { by, binding }: { readonly by: string; readonly binding: Binding },
  now: number,
): Promise<Given | undefined> {
  if (by === proposal.author) return { refused: "forbidden", why: "an author's own approval does not count" };
  const { principals } = readOwners(fleetFolder);
  const speaksFor = Object.hasOwn(principals, by) ? (principals[by]?.owners ?? []) : [];
  const { waiting, agreed } = await standingIn(fleetFolder, store, proposal);
  if (![...waiting, ...agreed].some(({ owner }) => speaksFor.includes(owner)))
    return { refused: "forbidden", why: `${by} speaks for none of the owners who have to agree` };
  if (isExpired(proposal, now)) return { refused: "conflict", why: `it expired at ${proposal.expires}` };
  if (proposal.state !== "open" && proposal.state !== "approved")
    return { refused: "conflict", why: `it is ${proposal.state}` };
  const changed = differingParts(binding, bindingOf(proposal));
  return changed.length === 0
    ? undefined
    : { refused: "conflict", why: `it has another ${changed.join(", ")} than what is approved` };
}

async function add({ fleetFolder, store }: Place, id: string, approval: Approval, now: number): Promise<Given> {
  const given = await changeProposal(fleetFolder, id, (proposal) => {
    if (proposal.approvals.some((known) => isDeepStrictEqual(known, approval))) return proposal;
    const others = proposal.approvals.filter(
      ({ by, binding }) => by !== approval.by || !isDeepStrictEqual(binding, approval.binding),
    );
    return moved({ ...proposal, approvals: [...others, approval] }, proposal.state, {
      by: approval.by,
      reason: "agreed",
      at: now,
    });
  });
  const standing = await standingIn(fleetFolder, store, given);
  const proposal = await changeProposal(fleetFolder, id, (one) =>
    isDeepStrictEqual(bindingOf(one), standing.binding) ? settled(one, standing, now) : one,
  );
  return { proposal, waiting: standing.waiting };
}
