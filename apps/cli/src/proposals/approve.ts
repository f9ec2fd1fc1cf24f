import { readFileSync, writeFileSync, renameSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { bindingOf, type Proposal } from "@slipway/policy";
import {
  giveSigned,
  loadApprovalKey,
  makeApprovalKey,
  parseSigned,
  readProposal,
  signApproval,
} from "@slipway/proposals";
import { fleetFolder } from "../fleet.ts";
import { print, type Json } from "./answer.ts";
import { withProofs } from "./proofs.ts";
import { tell } from "./tell.ts";

/** `propose keygen`: a new approval key. */
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

/** `propose approve`: signs, hands in what was signed, or approves on a server. */
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
    const given = await giveSigned({ fleetFolder: fleet, store: database?.store }, id, signed, Date.now());
    if ("refused" in given) throw new SlipwayError("input", `${file ?? "the approval"}: ${given.why}`);
    await tell(fleet, id, "policy", database);
    const { waiting } = given;
    const owners = [...new Set(waiting.map(({ owner }) => owner))].join(", ");
    const rest = waiting.length === 0 ? "" : `; waiting for ${owners}`;
    print(json, { ...given.proposal, waiting }, `${id} is ${given.proposal.state}${rest}`);
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
