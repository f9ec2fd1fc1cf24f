import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, stateChanges, type Act, type HistoryEntry, type Proposal, type Standing } from "@slipway/policy";
import { stateMessage } from "./message.ts";
import { changeProposal } from "./proposal-file.ts";
import { sendMessage, type Channel, type PostOptions } from "./webhook.ts";

/** How posting a change of a proposal's state ended. */
export interface PostResult {
  readonly proposal: Proposal;
  readonly outcome: "done" | "already" | "nothing" | "later" | "failed" | "unknown";
  readonly note: string;
}

type Told = Omit<PostResult, "proposal">;

/** A change of state that is about to be posted, with its act in the file. */
interface Begun {
  readonly key: string;
  readonly entry: HistoryEntry;
  readonly proposal: Proposal;
}

export interface PostingOptions extends PostOptions {
  readonly by: string;
  /** Sends a post again whose outcome is unknown. */
  readonly again?: boolean;
  readonly standing: (proposal: Proposal) => Promise<Pick<Standing, "waiting">>;
  readonly now: () => number;
}

/**
 * Posts each change of a proposal's state to the channel, in order and once: the act is written to the file before
 * the message is sent. A post whose outcome is unknown is not repeated, because a webhook cannot be asked whether it
 * took the message; with `again`, after a person has looked, it is.
 */
export async function postState(
  fleetFolder: string,
  id: string,
  channel: Channel,
  { by, again = false, standing, now, ...options }: PostingOptions,
): Promise<PostResult> {
  let told: Told = { outcome: "already", note: "this state was posted already" };
  const passed = new Set<string>();
  for (;;) {
    const next = await begin(fleetFolder, id, { by, again, now }, passed);
    if ("told" in next) return { proposal: next.proposal, ...(next.told ?? told) };
    const { key, entry, proposal } = next;
    const posted = await sendMessage(
      channel,
      stateMessage(proposal, entry, await standing(proposal), channel.linkTo(id)),
      key,
      { ...options, now },
    );
    const wait = posted.outcome === "refused" ? posted.waitMs : undefined;
    const ended = {
      outcome: posted.outcome === "refused" ? ("failed" as const) : posted.outcome,
      ended: instantOf(now()),
      note: posted.outcome === "done" ? "posted" : posted.why,
      not_before: wait === undefined ? null : instantOf(now() + wait + 999),
    };
    const after = await changeProposal(fleetFolder, id, (one) => ({
      ...one,
      acts: one.acts.map((act) => (act.key === key ? { ...act, ...ended } : act)),
    }));
    told = { outcome: wait === undefined ? ended.outcome : "later", note: ended.note };
    if (posted.outcome !== "done") return { proposal: after, ...told };
    passed.add(key);
  }
}

/** Writes the act of the next post that is due. @returns it, or why it cannot be sent; undefined when none is due */
async function begin(
  fleetFolder: string,
  id: string,
  { by, again, now }: { readonly by: string; readonly again: boolean; readonly now: () => number },
  passed: ReadonlySet<string>,
): Promise<Begun | { readonly told: Told | undefined; readonly proposal: Proposal }> {
  let begun: Begun | undefined;
  let told: Told | undefined;
  const proposal = await changeProposal(fleetFolder, id, (one) => {
    // A draft is not announced.
    const changes = stateChanges(one).filter(({ entry }) => entry.to !== "draft");
    if (changes.length === 0) told = { outcome: "nothing", note: "a draft is not posted" };
    for (const { entry, index } of changes) {
      const key = `${id}/post/${String(index)}`;
      const known = one.acts.findLast((act) => act.key === key);
      if (passed.has(key) || known?.outcome === "done") continue;
      if (known?.outcome === "failed" && known.not_before !== null && now() < Date.parse(known.not_before)) {
        told = { outcome: "later", note: `the channel asked to wait until ${known.not_before}` };
        return one;
      }
      if (known !== undefined && known.outcome !== "failed" && !again) {
        told = {
          outcome: "unknown",
          note: `a post of ${entry.to} was begun at ${known.at} and nobody knows how it ended; look in the channel, then post --again where it is missing`,
        };
        continue;
      }
      const intent: Act = {
        key,
        act: "post",
        by,
        at: instantOf(now()),
        outcome: null,
        ended: null,
        note: `${entry.to} to the channel`,
        not_before: null,
        settings: [],
      };
      const next = { ...one, acts: [...one.acts.filter((act) => act.key !== key), intent] };
      begun = { key, entry, proposal: next };
      return next;
    }
    return one;
  });
  return begun ?? { told, proposal };
}

/** @throws SlipwayError of kind `config` when no channel is set */
export function mustHaveChannel(channel: Channel | undefined): Channel {
  if (channel === undefined)
    throw new SlipwayError("config", "SLIPWAY_WEBHOOK_URL is not set: there is no channel to post to");
  return channel;
}
