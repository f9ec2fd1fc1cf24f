import { Proposal } from "@slipway/policy";
import { z } from "zod";
import { defineDocument, type AnyDocument } from "./document.ts";
import { list } from "./fields.ts";

const owners = () => list(z.object({ owner: z.string(), segment: z.string().nullable(), why: z.string() }));

/** The file of the proposal, and what the command says of it. */
export const proposalDocument: AnyDocument = {
  id: "slipway/proposal@1",
  about: "A proposal: a change of what the fleet is judged by, as its file is, and where it stands.",
  commands: ["new", "amend", "list", "show", "post", "approve", "reject", "apply", "revert"].map(
    (act) => `propose ${act}`,
  ),
  schema: Proposal.safeExtend({
    lacking: list(z.string()).optional().describe("what it lacks before it can be posted"),
    missing: list(z.string()).optional().describe("why the act was refused, or what it waits for"),
    waiting: owners().optional().describe("owners who have not agreed"),
    post: z.looseObject({}).nullable().optional().describe("what became of telling the channel"),
    binding: z.looseObject({}).optional().describe("what an approval of it as it is now is bound to"),
    agreement: z.looseObject({}).optional().describe("who has agreed, and whose approval does not count"),
    relaxations: list(z.string()).optional().describe("in which ways it lets in machines that were refused before"),
  }),
};

export const approvalKeyDocument = defineDocument(
  "slipway/approval-key@1",
  { about: "A new key that somebody approves proposals by.", commands: ["propose keygen"] },
  { kid: z.string(), x: z.string().describe("the public half, for fleet/owners.yaml"), file: z.string() },
);

export const approvalFileDocument = defineDocument(
  "slipway/approval-file@1",
  { about: "A signed approval that was written into a file.", commands: ["propose approve"] },
  { proposal: z.string(), file: z.string(), binding: z.looseObject({}) },
);
