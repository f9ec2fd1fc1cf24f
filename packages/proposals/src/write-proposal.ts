import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, moved, Proposal, PROPOSAL_SCHEMA, requiredOwners } from "@slipway/policy";
import { readFleet } from "@slipway/fleet";
import type { ProposedChange } from "./fleet-change.ts";
import { changeProposal, createProposal, readProposal } from "./proposal-file.ts";
import { lackingIn } from "./standing.ts";
import { asOf } from "./as-of.ts";

const DAY = 86_400_000;
/** How long a proposal may be applied where nobody says. */
const USUAL_DAYS = 14;

/** Parts of a proposal that somebody writes; what is absent stays as it is. */
export interface ProposalContent {
  readonly title?: string | undefined;
  readonly proposed?: ProposedChange | undefined;
  /** Answers of `slipway simulate`. */
  readonly simulation?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** The last line of `slipway backtest`. */
  readonly backtest?: Readonly<Record<string, unknown>> | null | undefined;
  readonly canaryNodes?: readonly string[] | undefined;
  readonly arm?: Proposal["canary"]["arm"] | undefined;
  /** Until when it may be applied, in milliseconds since 1970. */
  readonly expires?: number | undefined;
}

/** Which proposal is written, by whom and when. */
interface Writing {
  readonly id: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly content: ProposalContent;
}

/** A proposal as it is written, and what it lacks before approvals may be asked for. */
export interface Written {
  readonly proposal: Proposal;
  readonly lacking: readonly string[];
}

/**
 * Drafts a proposal in the fleet's folder; nothing else of the fleet changes.
 *
 * @throws SlipwayError of kind `input` for one of a name that is there, for content that changes nothing or is not
 *   valid, and for an end that is over
 */
export async function newProposal(
  fleetFolder: string,
  { id, author, reason, now, content }: Writing & { readonly author: string },
): Promise<Written> {
  const parts = partsOf(fleetFolder, content, now);
  if (parts.change === undefined) throw new SlipwayError("input", "nothing is changed: name files or a check");
  const created = instantOf(now);
  const { canaryNodes: nodes = [], arm = null } = content;
  const proposal = checked({
    schema: PROPOSAL_SCHEMA,
    id,
    author,
    reason,
    created,
    expires: instantOf(now + USUAL_DAYS * DAY),
    state: "draft",
    approvals: [],
    acts: [],
    history: [{ at: created, by: author, from: null, to: "draft", reason }],
    simulation: [],
    backtest: null,
    ...parts,
    canary: { nodes: [...nodes], arm },
  });
  await createProposal(fleetFolder, proposal);
  return { proposal, lacking: lackingIn(fleetFolder, proposal) };
}

/**
 * Changes a draft, or a proposal that is open or approved, which is open again: what was agreed before does not count.
 *
 * @throws SlipwayError of kind `input` for content that changes nothing, is of another kind or is not valid, and for a
 *   proposal that is being applied or has ended
 */
export async function amendProposal(
  fleetFolder: string,
  { id, by, reason, now, content }: Writing & { readonly by: string },
): Promise<Written> {
  const before = readProposal(fleetFolder, id);
  const parts = partsOf(fleetFolder, content, now);
  const { canaryNodes, arm } = content;
  if (Object.keys(parts).length === 0 && canaryNodes === undefined && arm === undefined)
    throw new SlipwayError("input", "nothing is amended: name what changes");
  if (parts.kind !== undefined && parts.kind !== before.kind)
    throw new SlipwayError("input", `${id} is of kind ${before.kind}: make a new proposal of kind ${parts.kind}`);
  const proposal = await changeProposal(fleetFolder, id, (current) => {
    refuseClosed(current, "amended");
    const canary = { nodes: [...(canaryNodes ?? current.canary.nodes)], arm: arm ?? current.canary.arm };
    return checked(
      moved({ ...current, ...parts, canary }, current.state === "draft" ? "draft" : "open", {
        by,
        reason: `amended: ${reason}`.slice(0, 500),
        at: now,
      }),
    );
  });
  return { proposal, lacking: lackingIn(fleetFolder, proposal) };
}

/**
 * Ends a proposal that is not applied, in somebody's name.
 *
 * @throws SlipwayError of kind `input` for one that is being applied or has ended
 */
export const rejectProposal = (
  fleetFolder: string,
  { id, by, reason, now }: { readonly id: string; readonly by: string; readonly reason: string; readonly now: number },
): Promise<Proposal> =>
  changeProposal(fleetFolder, id, (one) => {
    const current = asOf(one, now);
    refuseClosed(current, "rejected");
    return moved(current, "rejected", { by, reason, at: now });
  });

/** Refuses what is done to a proposal that is being applied, or is past that. */
function refuseClosed({ id, state, acts }: Proposal, done: "amended" | "rejected"): void {
  const back = { hint: "take it back by: slipway propose revert" };
  if (!["draft", "open", "approved"].includes(state))
    throw new SlipwayError(
      "input",
      `${id} is ${state}: it cannot be ${done}`,
      state === "staged" || state === "applied" ? back : {},
    );
  if (acts.some(({ act }) => act === "apply"))
    throw new SlipwayError("input", `${id} is being applied: it cannot be ${done}`, back);
}

/** The parts that the content names, but for those of the canary plan; the others stay away. */
function partsOf(
  fleetFolder: string,
  { title, proposed, simulation, backtest, expires }: ProposalContent,
  now: number,
): Partial<Proposal> {
  if (expires !== undefined && expires <= now)
    throw new SlipwayError("input", `expires: ${instantOf(expires)} is over already`);
  return {
    ...(title === undefined ? {} : { title }),
    ...(proposed === undefined
      ? {}
      : {
          kind: proposed.kind,
          change: proposed.change,
          owners: [...requiredOwners(readFleet(fleetFolder).clusters, proposed.concerns)],
        }),
    ...(simulation === undefined ? {} : { simulation: [...simulation] }),
    ...(backtest === undefined ? {} : { backtest }),
    ...(expires === undefined ? {} : { expires: instantOf(expires) }),
  };
}

function checked(value: unknown): Proposal {
  const parsed = Proposal.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SlipwayError("input", `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "is not valid"}`);
}
