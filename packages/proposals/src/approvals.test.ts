import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instantOf, moved, bindingOf } from "@slipway/policy";
import { beforeEach, describe, expect, it } from "vitest";
import {
  approved,
  fleet,
  LANE,
  laneNow,
  newProposalFleet,
  NOW,
  owners,
  ports,
  proposed,
  store,
} from "../test/proposal-fleet.ts";
import { applyProposal } from "./apply.ts";
import { signApproval } from "./approvals.ts";
import { loadApprovalKey, makeApprovalKey } from "./approver-key.ts";
import { giveAsPrincipal, giveSigned } from "./give-approval.ts";
import { changeProposal, readProposal } from "./proposal-file.ts";
import { standingIn } from "./standing.ts";

beforeEach(newProposalFleet);

describe("approvals", () => {
  it("signed by every required owner make a proposal approved", async () => {
    expect(await approved()).toMatchObject({ state: "approved", approvals: [{ by: "one" }, { by: "two" }] });
  });

  it("are refused from the author, for another proposal, by an unknown key, or for a former content", async () => {
    const [proposal, { one }] = [await proposed(), await owners()];
    const signed = await signApproval(proposal, one, NOW);
    const give = (what: typeof signed): ReturnType<typeof giveSigned> =>
      giveSigned({ fleetFolder: fleet, store }, "p", what, NOW);
    expect(
      await giveAsPrincipal({ fleetFolder: fleet, store }, "p", {
        by: "author",
        binding: bindingOf(proposal),
        reason: "x",
        now: NOW,
      }),
    ).toMatchObject({ refused: "forbidden" });
    expect(
      await giveAsPrincipal({ fleetFolder: fleet, store }, "p", {
        by: "stranger",
        binding: bindingOf(proposal),
        reason: "x",
        now: NOW,
      }),
    ).toMatchObject({ refused: "forbidden" });
    expect(await give(await signApproval({ ...proposal, id: "other" }, one, NOW))).toMatchObject({
      refused: "unproven",
      why: "it approves other",
    });
    expect(await give(await signApproval({ ...proposal, title: "other" }, one, NOW))).toMatchObject({
      refused: "conflict",
      why: "it has another terms than what is approved",
    });
    expect(await give(await signApproval(proposal, { ...one, kid: "stranger" }, NOW))).toMatchObject({
      refused: "unproven",
      why: expect.stringContaining("nobody's") as string,
    });
    expect(
      await give({
        ...signed,
        payload: Buffer.from(Buffer.from(signed.payload, "base64url").toString().replace('"p"', '"q"')).toString(
          "base64url",
        ),
      }),
    ).toMatchObject({ refused: "unproven", why: "the signature is not of this content" });
    expect(readProposal(fleet, "p").approvals).toEqual([]);
  });

  it("written into the file by hand, without proof, do not count", async () => {
    const proposal = await proposed();
    await owners();
    const by = { at: instantOf(NOW), binding: bindingOf(proposal), proof: { audit: 77 } };
    await changeProposal(fleet, "p", (one) =>
      moved(
        {
          ...one,
          approvals: [
            { by: "one", ...by },
            { by: "two", ...by },
          ],
        },
        "approved",
        { by: "policy", reason: "forged", at: NOW },
      ),
    );
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "open" },
      missing: [
        expect.stringContaining("fleet-infra (fleet) has not agreed"),
        expect.stringContaining("hwh has not agreed"),
        "the word of one does not count: the database knows of no such approval",
        expect.anything(),
      ] as unknown,
    });
    expect(laneNow()).toBe(LANE);
  });

  it("of principals are proven by the audit, and by the current owners file", async () => {
    const proposal = await proposed();
    await owners();
    const said = { binding: bindingOf(proposal), reason: "fine", now: NOW };
    await giveAsPrincipal({ fleetFolder: fleet, store }, "p", { by: "one", ...said });
    await giveAsPrincipal({ fleetFolder: fleet, store }, "p", { by: "one", ...said });
    expect(await giveAsPrincipal({ fleetFolder: fleet, store }, "p", { by: "two", ...said })).toMatchObject({
      proposal: { state: "approved", approvals: [{ by: "one" }, { by: "two" }] },
    });
    expect((await standingIn(fleet, undefined, readProposal(fleet, "p"))).complete).toBe(false);
    writeFileSync(
      join(fleet, "owners.yaml"),
      "schema: slipway/owners@1\nprincipals: { one: { owners: [fleet-infra] } }\n",
    );
    expect(await standingIn(fleet, store, readProposal(fleet, "p"))).toMatchObject({
      complete: false,
      void: [{ by: "two", why: "is not in owners.yaml" }],
    });
  });
});

it("a private approval key is readable by its owner only, and is never overwritten", async () => {
  await makeApprovalKey(join(fleet, "k"));
  expect(statSync(join(fleet, "k")).mode & 0o777).toBe(0o600);
  await expect(makeApprovalKey(join(fleet, "k"))).rejects.toThrow("there already");
  await expect(loadApprovalKey(join(fleet, "none"))).rejects.toThrow("there is no approval key");
});
