import { readFileSync, writeFileSync, renameSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { bindingOf, instantOf, isExpired, moved, settled, type Proposal, type ProposalState } from "@slipway/policy";
import {
  applyProposal,
  changeProposal,
  channelOf,
  giveSigned,
  hasCheckOf,
  lackingIn,
  listProposals,
  loadApprovalKey,
  makeApprovalKey,
  mustHaveChannel,
  parseSigned,
  postState,
  readProposal,
  revertProposal,
  signApproval,
  standingIn,
  type ApplyPorts,
} from "@slipway/runner";
import { openActive, openDatabase, type Database } from "@slipway/server";
import { EXIT } from "../exit.ts";
import { fleetFolder, root } from "../fleet.ts";
import { printable } from "../report/printable.ts";
import { proposalDocument, proposalTable, proposalText } from "../report/proposal.ts";

interface Said {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}
interface Json {
  readonly json?: boolean;
}

/** As it stands now: its time may be over without anybody having written so. */
const asOfNow = (proposal: Proposal): Proposal =>
  isExpired(proposal, Date.now())
    ? moved(proposal, "expired", { by: "policy", reason: `not applied by ${proposal.expires}`, at: Date.now() })
    : proposal;

const print = (json: boolean | undefined, document: object, text: string): void =>
  void process.stdout.write(json === true ? `${JSON.stringify(document)}\n` : `${printable(text)}\n`);

/** Says what is still missing; the exit code of what cannot be decided yet. */
function refuse(proposal: Proposal, missing: readonly string[], json: boolean | undefined): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ...proposal, missing })}\n`);
  process.stderr.write(
    `slipway: ${proposal.id} is ${proposal.state}:\n${missing.map((line) => `  ${printable(line)}\n`).join("")}`,
  );
  process.exitCode = EXIT.inconclusive;
}

/** The database where a principal's word has to be proven, if one is at hand. */
async function withProofs<T>(proposal: Proposal, work: (database: Database | undefined) => Promise<T>): Promise<T> {
  const needed = proposal.approvals.some(({ proof }) => "audit" in proof);
  const database = needed
    ? await openDatabase({ start: false }).catch((error: unknown) => {
        if (SlipwayError.is(error)) return undefined;
        throw error;
      })
    : undefined;
  try {
    return await work(database);
  } finally {
    await database?.close();
  }
}

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

/** Tells the channel where there is one; the change it tells of stands whatever becomes of the message. */
async function tell(fleet: string, id: string, by: string, database: Database | undefined): Promise<void> {
  const channel = channelOf(process.env);
  if (channel === undefined) return;
  const { outcome, note } = await postState(fleet, id, channel, {
    by,
    now: Date.now,
    standing: (one) => standingIn(fleet, database?.store, one),
  });
  if (!["done", "already", "nothing"].includes(outcome))
    process.stderr.write(`slipway: the channel was not told: ${note}; slipway propose post ${id} tries again\n`);
}

export async function keygen({ json }: Json): Promise<void> {
  const { kid, x, file } = await makeApprovalKey();
  print(
    json,
    { schema: "slipway/approval-key@1", kid, x, file },
    `the private key is in ${file} (keep it); in fleet/owners.yaml, under your name: keys: [{ kid: ${kid}, x: ${x} }]`,
  );
}

interface ApproveOptions extends Json {
  readonly sign?: string | true;
  readonly out?: string;
  readonly file?: string;
  readonly server?: string;
  readonly reason?: string;
}

export async function approve(id: string, options: ApproveOptions): Promise<void> {
  const { sign, out, file, server, json } = options;
  if ([sign, file, server].filter((one) => one !== undefined).length !== 1)
    throw new SlipwayError("input", "approve: needs one of --sign, --file and --server", {
      hint: "a name alone is no approval",
    });
  const fleet = fleetFolder();
  const proposal = readProposal(fleet, id);
  if (server !== undefined) return approveOnServer(proposal, server, options);
  const signed =
    file !== undefined
      ? parseSigned(file, textOf(file))
      : await signApproval(proposal, await loadApprovalKey(sign === true ? undefined : sign), Date.now());
  if (out !== undefined) {
    if (file !== undefined) throw new SlipwayError("input", "--out: goes with --sign");
    writeFileSync(`${out}.part`, `${JSON.stringify(signed, null, 2)}\n`);
    renameSync(`${out}.part`, out);
    return print(
      json,
      { schema: "slipway/approval-file@1", proposal: id, file: out, binding: bindingOf(proposal) },
      `signed as ${id} is now; give ${out} to whoever keeps the proposal: slipway propose approve ${id} --file ${out}`,
    );
  }
  await withProofs(proposal, async (database) => {
    const given = await giveSigned(fleet, database?.store, id, signed, Date.now());
    if ("refused" in given) throw new SlipwayError("input", `${file ?? "the approval"}: ${given.why}`);
    await tell(fleet, id, "policy", database);
    const { waiting } = await standingIn(fleet, database?.store, given.proposal);
    print(
      json,
      { ...given.proposal, waiting },
      `${id} is ${given.proposal.state}${waiting.length === 0 ? "" : `; waiting for ${[...new Set(waiting.map(({ owner }) => owner))].join(", ")}`}`,
    );
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}

/** The token goes to the server that was named, and nowhere else. */
async function approveOnServer(proposal: Proposal, server: string, { reason, json }: ApproveOptions): Promise<void> {
  const token = process.env["SLIPWAY_TOKEN"];
  if (token === undefined || token === "")
    throw new SlipwayError("config", "SLIPWAY_TOKEN: is not set; it holds your bearer token");
  const url = URL.parse(`/api/proposals/${proposal.id}/approvals`, server);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new SlipwayError("input", `--server ${server}: is no http or https URL`);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      redirect: "error",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        decision: "approve",
        binding: bindingOf(proposal),
        ...(reason === undefined ? {} : { reason }),
      }),
      signal: AbortSignal.timeout(20_000),
    });
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: unknown } };
    throw new SlipwayError(
      "unreachable",
      `${url.origin}: cannot be reached (${typeof cause?.code === "string" ? cause.code : "no answer"})`,
    );
  }
  const answer = (await response.json().catch(() => ({}))) as { readonly error?: unknown; readonly state?: unknown };
  if (!response.ok)
    throw new SlipwayError(
      "input",
      `${url.origin}: ${typeof answer.error === "string" ? answer.error : `answered ${String(response.status)}`}`,
    );
  print(json, answer, `${proposal.id} is ${typeof answer.state === "string" ? answer.state : "approved"}`);
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
  await tell(fleet, id, by, undefined);
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
        register: async () => (await openActive(database, fleet)).status(),
        hasCheckOf: (check, rev) => hasCheckOf(root, check, rev),
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
