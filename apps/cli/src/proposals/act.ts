import type { Proposal, ProposalState } from "@slipway/policy";
import { instantOf } from "@slipway/policy";
import {
  applyProposal,
  asOf,
  channelOf,
  lackingIn,
  listProposals,
  openProposal,
  readProposal,
  rejectProposal,
  revertProposal,
  standingIn,
  type ApplyPorts,
} from "@slipway/proposals";
import { applyPorts, openDatabase, type Database } from "@slipway/server";
import { fleetFolder, root } from "../fleet.ts";
import { proposalDocument, proposalTable, proposalText } from "../report/proposal.ts";
import { print, refuse, type Json } from "./answer.ts";
import { withProofs } from "./proofs.ts";
import { tell } from "./tell.ts";

interface Said {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

const asOfNow = (proposal: Proposal): Proposal => asOf(proposal, Date.now());

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
  { by, again, json }: Json & { readonly by: string; readonly again?: boolean },
): Promise<void> {
  const fleet = fleetFolder();
  await withProofs(readProposal(fleet, id), async (database) => {
    const place = { fleetFolder: fleet, store: database?.store, channel: channelOf(process.env) };
    const opened = await openProposal(place, { id, by, again, now: Date.now });
    const { proposal } = opened;
    if ("lacking" in opened) return refuse(proposal, opened.lacking, json);
    const { told } = opened;
    if (told === undefined)
      return print(
        json,
        { ...proposal, post: null },
        `${id} is ${proposal.state}; no channel is told, for SLIPWAY_WEBHOOK_URL is not set`,
      );
    const { outcome, note } = told;
    if (outcome === "done" || outcome === "already")
      return print(json, { ...proposal, post: { outcome, note } }, `${id} is ${proposal.state}; ${note}`);
    refuse(proposal, [note], json);
  });
}

export async function reject(id: string, { by, reason, json }: Said): Promise<void> {
  const fleet = fleetFolder();
  const proposal = await rejectProposal(fleet, { id, by, reason, now: Date.now() });
  await tell(fleet, id, by, undefined);
  print(json, proposal, `${id} is rejected`);
}

async function applying(by: string, work: (ports: ApplyPorts, database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase({ start: true });
  try {
    await work(applyPorts(database, { fleetFolder: fleetFolder(), root: root(), by }), database);
  } finally {
    await database.close();
  }
}

export const apply = (id: string, { by, json }: Json & { readonly by: string }): Promise<void> =>
  applying(by, async (ports, database) => {
    const { proposal, missing } = await applyProposal(id, ports);
    await tell(ports.fleetFolder, id, by, database);
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
    await tell(ports.fleetFolder, id, by, database);
    print(json, proposal, `${id} is reverted: what was active before decides again`);
  });
