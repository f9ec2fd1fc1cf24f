import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, isExpired, moved, settled, type Proposal, type ProposalState } from "@slipway/policy";
import { applyNamed } from "@slipway/fleet";
import {
  applyProposal,
  changeProposal,
  channelOf,
  hasCheckOf,
  lackingIn,
  listProposals,
  mustHaveChannel,
  postState,
  readProposal,
  revertProposal,
  standingIn,
  type ApplyPorts,
} from "@slipway/proposals";
import { openActive, openDatabase, readCheckout, tryUntried, type Database } from "@slipway/server";
import { fleetFolder, root } from "../fleet.ts";
import { proposalDocument, proposalTable, proposalText } from "../report/proposal.ts";
import { print, refuse, type Json } from "./answer.ts";
import { withProofs } from "./proofs.ts";
import { tellChannel } from "./tell-channel.ts";

interface Said {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** As it stands now: its time may be over without anybody having written so. */
const asOfNow = (proposal: Proposal): Proposal =>
  isExpired(proposal, Date.now())
    ? moved(proposal, "expired", { by: "policy", reason: `not applied by ${proposal.expires}`, at: Date.now() })
    : proposal;

export function list({ state, json }: Json & { readonly state?: ProposalState }): void {
  const proposals = listProposals(fleetFolder())
    .map(asOfNow)
    .filter((one) => state === undefined || one.state === state);
  process.stdout.write(
    json === true ? proposals.map((one) => `${JSON.stringify(one)}\n`).join("") : proposalTable(proposals),
  );
}

export async function show(id: string, { json }: Json): Promise<void> {
  const fleet = fleetFolder();
  const proposal = asOfNow(readProposal(fleet, id));
  await withProofs(proposal, async (database) => {
    const standing = await standingIn(fleet, database?.store, proposal);
    const lacking = lackingIn(fleet, proposal);
    process.stdout.write(
      json === true
        ? `${JSON.stringify(proposalDocument(proposal, standing, lacking))}\n`
        : proposalText(proposal, standing, lacking),
    );
  });
}

export async function post(
  id: string,
  { by, again = false, json }: Json & { readonly by: string; readonly again?: boolean },
): Promise<void> {
  const fleet = fleetFolder();
  const channel = channelOf(process.env);
  const before = readProposal(fleet, id);
  if (again) mustHaveChannel(channel);
  const lacking = before.state === "draft" ? lackingIn(fleet, before) : [];
  if (lacking.length > 0) return refuse(before, lacking, json);
  await withProofs(before, async (database) => {
    const standing = await standingIn(fleet, database?.store, before);
    await changeProposal(fleet, id, (proposal) => {
      const due = settled(proposal, standing, Date.now());
      return due.state === "draft" ? moved(due, "open", { by, reason: due.reason, at: Date.now() }) : due;
    });
    if (channel === undefined) {
      const proposal = readProposal(fleet, id);
      return print(
        json,
        { ...proposal, post: null },
        `${id} is ${proposal.state}; no channel is told, for SLIPWAY_WEBHOOK_URL is not set`,
      );
    }
    const { proposal, outcome, note } = await postState(fleet, id, channel, {
      by,
      again,
      now: Date.now,
      standing: (one) => standingIn(fleet, database?.store, one),
    });
    if (outcome === "done" || outcome === "already")
      return print(json, { ...proposal, post: { outcome, note } }, `${id} is ${proposal.state}; ${note}`);
    refuse(proposal, [note], json);
  });
}

export async function reject(id: string, { by, reason, json }: Said): Promise<void> {
  const fleet = fleetFolder();
  const proposal = await changeProposal(fleet, id, (one) => {
    const current = isExpired(one, Date.now()) ? asOfNow(one) : one;
    if (!["draft", "open", "approved"].includes(current.state))
      throw new SlipwayError(
        "input",
        `${id} is ${current.state}: it cannot be rejected`,
        current.state === "staged" || current.state === "applied"
          ? { hint: "take it back by: slipway propose revert" }
          : {},
      );
    if (current.acts.some(({ act }) => act === "apply"))
      throw new SlipwayError("input", `${id} is being applied: take it back by: slipway propose revert`);
    return moved(current, "rejected", { by, reason, at: Date.now() });
  });
  await tellChannel(fleet, id, by, undefined);
  print(json, proposal, `${id} is rejected`);
}

async function applying(by: string, work: (ports: ApplyPorts, database: Database) => Promise<void>): Promise<void> {
  const fleet = fleetFolder();
  const database = await openDatabase({ start: true });
  try {
    await work(
      {
        fleetFolder: fleet,
        store: database.store,
        standing: (one) => standingIn(fleet, database.store, one),
        register: async (settings) => {
          const checkout = await readCheckout(fleet);
          await applyNamed(database.store, checkout.offered, settings, { by });
          await tryUntried(await openActive(database, checkout));
        },
        status: async () => (await openActive(database, await readCheckout(fleet))).status(),
        hasCheckOf: (check, rev) => hasCheckOf(root(), check, rev),
        by,
        now: Date.now,
      },
      database,
    );
  } finally {
    await database.close();
  }
}

export const apply = (id: string, { by, json }: Json & { readonly by: string }): Promise<void> =>
  applying(by, async (ports, database) => {
    const { proposal, missing } = await applyProposal(id, ports);
    await tellChannel(ports.fleetFolder, id, by, database);
    if (missing.length > 0) return refuse(proposal, missing, json);
    print(
      json,
      { ...proposal, missing },
      `${id} is ${proposal.state} since ${proposal.history.at(-1)?.at ?? instantOf(Date.now())}; workers take it within seconds`,
    );
  });

export const revert = (id: string, { by, reason, json }: Said): Promise<void> =>
  applying(by, async (ports, database) => {
    const proposal = await revertProposal(id, ports, reason);
    await tellChannel(ports.fleetFolder, id, by, database);
    print(json, proposal, `${id} is reverted: what was active before decides again`);
  });
