import { bindingOf, differingParts } from "./binding.ts";
import type { Binding, HistoryEntry, Proposal, ProposalState, RequiredOwner, Segment } from "./proposal.ts";

/**
 * The states that may follow each state; itself, by an amendment or an approval. An expired proposal may still be
 * reverted, because it may have been written to the fleet's files before.
 */
const NEXT: Readonly<Record<ProposalState, readonly ProposalState[]>> = {
  draft: ["draft", "open", "rejected", "expired"],
  open: ["open", "approved", "rejected", "expired"],
  approved: ["approved", "open", "staged", "rejected", "expired"],
  staged: ["applied", "reverted", "expired"],
  applied: ["reverted"],
  expired: ["reverted"],
  reverted: [],
  rejected: [],
};

export const mayBecome = (from: ProposalState, to: ProposalState): boolean => NEXT[from].includes(to);

/** A whole second in ISO 8601, as the file writes times. */
export const instantOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** The proposal in its next state. @throws RangeError for a step that {@link mayBecome} does not allow */
export function moved(
  proposal: Proposal,
  to: ProposalState,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: number },
): Proposal {
  if (!mayBecome(proposal.state, to))
    throw new RangeError(`${proposal.id} is ${proposal.state} and cannot become ${to}`);
  const entry: HistoryEntry = { at: instantOf(at), by, from: proposal.state, to, reason };
  return { ...proposal, state: to, history: [...proposal.history, entry] };
}

/** The entries in which the state became another, with their places in the history. */
export const stateChanges = ({
  history,
}: Pick<Proposal, "history">): readonly { readonly entry: HistoryEntry; readonly index: number }[] =>
  history.flatMap((entry, index) => (entry.from === entry.to ? [] : [{ entry, index }]));

/** Whether it expires: its time is over, and it was not applied yet. */
export const isExpired = ({ state, expires }: Proposal, now: number): boolean =>
  mayBecome(state, "expired") && now >= Date.parse(expires);

/** An approval whose proof was verified: who gave it, and for which owners that person may approve. */
export interface Vouched {
  readonly by: string;
  readonly owners: readonly string[];
  readonly binding: Binding;
}

/** Who has approved a proposal, and who still has to. */
export interface Standing {
  readonly binding: Binding;
  readonly agreed: readonly { readonly owner: string; readonly segment: Segment | null; readonly by: string }[];
  readonly waiting: readonly RequiredOwner[];
  /** Approvals that do not count, and why. */
  readonly void: readonly { readonly by: string; readonly why: string }[];
  readonly complete: boolean;
}

/**
 * Counts the approvals of what the proposal says now.
 *
 * @param required by the fleet's files as they are now; the proposal's own list may only add to it
 */
export function standingOf(
  proposal: Proposal,
  vouched: readonly Vouched[],
  required: readonly RequiredOwner[],
): Standing {
  const binding = bindingOf(proposal);
  const refused = vouched.flatMap(({ by, binding: bound }) => {
    const changed = differingParts(bound, binding);
    if (by === proposal.author) return [{ by, why: "an author's own approval does not count" }];
    return changed.length === 0 ? [] : [{ by, why: `given to another ${changed.join(", ")}` }];
  });
  const counted = vouched.filter(
    ({ by, binding: bound }) => by !== proposal.author && differingParts(bound, binding).length === 0,
  );
  const everybody = [
    ...new Map([...required, ...proposal.owners].map((one) => [`${one.owner}\n${String(one.segment)}`, one])).values(),
  ];
  const agreed = everybody.flatMap(({ owner, segment }) => {
    const voice = counted.find(({ owners }) => owners.includes(owner));
    return voice === undefined ? [] : [{ owner, segment, by: voice.by }];
  });
  const waiting = everybody.filter(
    ({ owner, segment }) => !agreed.some((one) => one.owner === owner && one.segment === segment),
  );
  return { binding, agreed, waiting, void: refused, complete: everybody.length > 0 && waiting.length === 0 };
}

/**
 * The proposal with what follows by itself: expiry, approval once everybody agreed, and back to open
 * when an agreement does not hold any more.
 */
export function settled(proposal: Proposal, { complete, waiting, agreed }: Standing, now: number): Proposal {
  const said = (reason: string): { by: string; reason: string; at: number } => ({ by: "policy", reason, at: now });
  if (isExpired(proposal, now)) return moved(proposal, "expired", said(`not applied by ${proposal.expires}`));
  if (proposal.state === "open" && complete)
    return moved(
      proposal,
      "approved",
      said(`agreed: ${[...new Set(agreed.map(({ owner }) => owner))].join(", ")}`.slice(0, 500)),
    );
  if (proposal.state === "approved" && !complete)
    return moved(
      proposal,
      "open",
      said(`not agreed any more: ${[...new Set(waiting.map(({ owner }) => owner))].join(", ")}`.slice(0, 500)),
    );
  return proposal;
}
