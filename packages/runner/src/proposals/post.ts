import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, lastChange, type Act, type Proposal, type Standing } from "@slipway/policy";
import { stateMessage } from "./message.ts";
import { changeProposal } from "./proposal-file.ts";
import { sendMessage, type Channel, type PostOptions } from "./webhook.ts";

/** What became of telling the channel that a proposal's state changed. */
export interface PostResult {
  readonly proposal: Proposal;
  readonly outcome: "done" | "already" | "nothing" | "later" | "failed" | "unknown";
  readonly note: string;
}

/** Drafts are nobody's business yet; every later state is told once. */
const keyOf = (proposal: Proposal): string | undefined => (proposal.state === "draft" ? undefined : `${proposal.id}/post/${String(lastChange(proposal).index)}`);

/**
 * Tells the channel the newest change of a proposal's state, once: the intent is written before the
 * message is sent. A post whose end nobody knows is not repeated, for a webhook cannot be asked what it
 * took; it is, when somebody looked and says `again`.
 *
 * @param standing of the proposal as it now is
 */
export async function postState(fleetFolder: string, id: string, channel: Channel, { by, again = false, standing, now, ...options }: PostOptions & { readonly by: string; readonly again?: boolean; readonly standing: (proposal: Proposal) => Promise<Pick<Standing, "waiting">>; readonly now: () => number }): Promise<PostResult> {
  let begun: { readonly key: string; readonly proposal: Proposal } | undefined;
  let told: Omit<PostResult, "proposal"> = { outcome: "nothing", note: "a draft is not posted" };
  const current = await changeProposal(fleetFolder, id, (proposal) => {
    const key = keyOf(proposal);
    if (key === undefined) return proposal;
    const known = proposal.acts.findLast((act) => act.key === key);
    const stop = known === undefined ? undefined : standsInTheWay(known, again, now());
    if (stop !== undefined) {
      told = stop;
      return proposal;
    }
    const intent: Act = { key, act: "post", by, at: instantOf(now()), outcome: null, ended: null, note: `${proposal.state} to the channel`, not_before: null, settings: [] };
    const next = { ...proposal, acts: [...proposal.acts.filter((act) => act.key !== key), intent] };
    begun = { key, proposal: next };
    return next;
  });
  if (begun === undefined) return { proposal: current, ...told };
  const { key, proposal } = begun;
  const posted = await sendMessage(channel, stateMessage(proposal, await standing(proposal), channel.linkTo(id)), key, { ...options, now });
  const ended = instantOf(now());
  const wait = posted.outcome === "refused" ? posted.waitMs : undefined;
  const outcome = posted.outcome === "refused" ? "failed" : posted.outcome;
  const note = posted.outcome === "done" ? "posted" : posted.why;
  const after = await changeProposal(fleetFolder, id, (one) => ({ ...one, acts: one.acts.map((act) => (act.key === key ? { ...act, outcome, ended, note, not_before: wait === undefined ? null : instantOf(now() + wait + 999) } : act)) }));
  return { proposal: after, outcome: wait !== undefined && outcome === "failed" ? "later" : outcome, note };
}

function standsInTheWay({ outcome, at, not_before }: Act, again: boolean, now: number): Omit<PostResult, "proposal"> | undefined {
  if (outcome === "done") return { outcome: "already", note: "this state was posted already" };
  if (outcome === "failed" && not_before !== null && now < Date.parse(not_before)) return { outcome: "later", note: `the channel asked to wait until ${not_before}` };
  if (outcome === "failed" || again) return undefined;
  return { outcome: "unknown", note: `a post was begun at ${at} and nobody knows how it ended; look in the channel, then post --again where it is missing` };
}

/** @throws SlipwayError of kind `config` when no channel is set */
export function mustHaveChannel(channel: Channel | undefined): Channel {
  if (channel === undefined) throw new SlipwayError("config", "SLIPWAY_WEBHOOK_URL is not set: there is no channel to post to");
  return channel;
}
