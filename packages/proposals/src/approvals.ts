import { formatObject } from "@slipway/domain";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { SlipwayError } from "@slipway/plugin-sdk";
import {
  Binding,
  bindingOf,
  instantOf,
  Owners,
  OWNERS_SCHEMA,
  Signed,
  type Approval,
  type Proposal,
  type Vouched,
} from "@slipway/policy";
import { ChangeSet } from "@slipway/reconciler";
import type { Store } from "@slipway/store";
import { publicKeyOf, signDocument, verifyDocument, type DocumentKind, type SigningKey } from "@slipway/signing";
import { z } from "zod";
import { readYaml } from "@slipway/fleet";

export const APPROVAL_SCHEMA = "slipway/approval@1";

/** What an approver signs: the binding to this proposal's content at that time. */
const ApprovalDocument = z.strictObject({
  schema: z.literal(APPROVAL_SCHEMA),
  proposal: z.string(),
  decision: z.literal("approve"),
  binding: Binding,
  at: z.iso.datetime({ precision: 0 }),
});
const APPROVAL: DocumentKind<z.infer<typeof ApprovalDocument>> = {
  type: "slipway-approval+json",
  name: "an approval",
  schema: ApprovalDocument,
};

/** Reads `<fleet>/owners.yaml`; without it nobody may approve. @throws SlipwayError of kind `config` for one that is wrong */
export function readOwners(fleetFolder: string): Owners {
  const file = join(fleetFolder, "owners.yaml");
  return existsSync(file) ? readYaml(file, Owners).value : { schema: OWNERS_SCHEMA, principals: {} };
}

/** Signs a proposal as it is now, by an approver's private key. */
export const signApproval = (proposal: Proposal, key: SigningKey, now: number): Promise<Signed> =>
  signDocument(
    APPROVAL,
    {
      schema: APPROVAL_SCHEMA,
      proposal: proposal.id,
      decision: "approve",
      binding: bindingOf(proposal),
      at: instantOf(now),
    },
    key,
  );

/** @throws SlipwayError of kind `input` for text that is not a signed approval */
export function parseSigned(file: string, text: string): Signed {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new SlipwayError("input", `${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = Signed.safeParse(content);
  if (!parsed.success)
    throw new SlipwayError(
      "input",
      `${file}: is no signed approval: payload, protected and signature have to be there, and nothing else`,
    );
  return parsed.data;
}

/** An approval whose signature was verified, or why it does not verify. */
export type SignedApproval =
  { readonly by: string; readonly at: string; readonly binding: Binding } | { readonly why: string };

/**
 * Verifies a signed approval of a proposal against the keys in the fleet's owners file, never against
 * one of its own. The key identifies the approver.
 */
export async function verifyApproval(
  signed: Signed,
  { id }: Pick<Proposal, "id">,
  { principals }: Owners,
): Promise<SignedApproval> {
  const keys = new Map(
    Object.entries(principals).flatMap(([name, { keys: own }]) => own.map(({ kid, x }) => [kid, { name, x }] as const)),
  );
  const verified = await verifyDocument(APPROVAL, signed, (kid) => {
    const known = keys.get(kid);
    if (known === undefined) throw new TypeError(`its key ${kid} is nobody's in owners.yaml`);
    return publicKeyOf(known.x);
  });
  if (!verified.ok) return { why: verified.why };
  const { proposal, at, binding } = verified.content;
  return proposal === id ? { by: keys.get(verified.kid)?.name ?? "", at, binding } : { why: `it approves ${proposal}` };
}

/** The audit object of the approvals that principals gave to a proposal. */
export const auditObject = (id: string): string => formatObject({ kind: "proposal", id });

/** Records an authenticated principal's approval in the audit; the number of the row is its proof. */
export function auditApproval(
  store: Store,
  { id }: Pick<Proposal, "id">,
  {
    by,
    binding,
    reason,
    now,
  }: { readonly by: string; readonly binding: Binding; readonly reason: string; readonly now: number },
): Promise<number> {
  return store.transaction(async (tx) => {
    const change = new ChangeSet(now, by, tx);
    const object = auditObject(id);
    change.audit(object, { from: null, to: "approve", reason, detail: { binding } });
    await change.flush(tx);
    const [written] = await tx.find("audit", {
      where: { object, actor: by },
      orderBy: ["-id"],
      columns: ["id"],
      limit: 1,
    });
    return written?.id ?? 0;
  });
}

/** Approvals with a proof that verifies, and those without. */
export interface Voices {
  readonly vouched: readonly Vouched[];
  readonly refused: readonly { readonly by: string; readonly why: string }[];
}

/**
 * Verifies each approval again: a signature by the owners file, a principal's by the audit. An approval that is only
 * written into the proposal's file does not count.
 *
 * @param store undefined where there is no database; then no principal's approval verifies
 */
export async function proveApprovals(proposal: Proposal, owners: Owners, store: Store | undefined): Promise<Voices> {
  const vouched: Vouched[] = [];
  const refused: { by: string; why: string }[] = [];
  for (const approval of proposal.approvals) {
    const proven = await prove(proposal, approval, owners, store);
    const principal =
      "why" in proven || !Object.hasOwn(owners.principals, proven.by) ? undefined : owners.principals[proven.by];
    if ("why" in proven) refused.push({ by: approval.by, why: proven.why });
    else if (principal === undefined) refused.push({ by: approval.by, why: "is not in owners.yaml" });
    else vouched.push({ by: proven.by, owners: principal.owners, binding: proven.binding });
  }
  return { vouched, refused };
}

async function prove(
  proposal: Proposal,
  { by, binding, proof }: Approval,
  owners: Owners,
  store: Store | undefined,
): Promise<SignedApproval> {
  if ("signed" in proof) {
    const verified = await verifyApproval(proof.signed, proposal, owners);
    return "why" in verified || (verified.by === by && isDeepStrictEqual(verified.binding, binding))
      ? verified
      : { why: "the file says otherwise than what was signed" };
  }
  const row = await store?.transaction((tx) => tx.get("audit", { id: proof.audit }));
  if (store === undefined)
    return { why: "was given on the server; its proof is in the database, which is not at hand" };
  const detail = Binding.safeParse((row?.detail as { readonly binding?: unknown } | null)?.binding);
  const holds =
    row?.object === auditObject(proposal.id) &&
    row.to_state === "approve" &&
    row.actor === by &&
    detail.success &&
    isDeepStrictEqual(detail.data, binding);
  return holds ? { by, at: instantOf(row.at), binding } : { why: "the database knows of no such approval" };
}
