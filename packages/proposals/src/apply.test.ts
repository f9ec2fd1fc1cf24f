import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  approved,
  fleet,
  given,
  LANE,
  laneNow,
  newProposalFleet,
  NOW,
  owners,
  ports,
  proposed,
  store,
} from "../test/proposal-fleet.ts";
import { applyProposal, revertProposal } from "./apply.ts";
import { signApproval } from "./approvals.ts";
import { loadApprovalKey } from "./approver-key.ts";
import { giveSigned } from "./give-approval.ts";
import { changeProposal, readProposal } from "./proposal-file.ts";

beforeEach(newProposalFleet);

const active = async (): Promise<string | undefined> =>
  store.snapshot("builds").find(({ kind, name, state }) => kind === "lane" && name === "slow" && state === "active")
    ?.body ?? undefined;

describe("applying", () => {
  it("writes the file, stages the setting, and completes once its gate is open", async () => {
    given.open = false;
    await approved();
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "staged" },
      missing: ["lane/slow: 0 of 2 canary nodes have passed under it", "lane/slow: n1 has not passed under it"],
    });
    expect(laneNow()).toBe(LANE.replace("12", "13"));
    expect(await active()).toContain('"passes":12');
    given.open = true;
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "applied" }, missing: [] });
    expect(await active()).toContain('"passes":13');
    given.now += 10 * 86_400_000;
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "applied" } });
  });

  it("waits for missing approvals, and for the named nodes to be canary nodes", async () => {
    await proposed();
    await owners();
    expect((await applyProposal("p", ports())).missing).toHaveLength(2);
    await store.transaction((tx) => tx.update("canary_nodes", [{ key: { machine: 1 }, set: { active: false } }]));
    const { one, two } = {
      one: await loadApprovalKey(join(fleet, "one.key")),
      two: await loadApprovalKey(join(fleet, "two.key")),
    };
    for (const key of [one, two])
      await giveSigned({ fleetFolder: fleet, store }, "p", await signApproval(readProposal(fleet, "p"), key, NOW), NOW);
    expect((await applyProposal("p", ports())).missing).toEqual([
      "n1 is no canary node; name it by: slipway canary nodes add",
    ]);
    expect(laneNow()).toBe(LANE);
  });

  it("continues after a crash at any step", async () => {
    await approved();
    await expect(applyProposal("p", ports({ register: () => Promise.reject(new Error("killed")) }))).rejects.toThrow(
      "killed",
    );
    expect(readProposal(fleet, "p")).toMatchObject({ state: "approved", acts: [{ act: "apply", outcome: null }] });
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "applied", acts: [{ outcome: "done" }] },
    });
  });

  it("refuses to overwrite a file that has changed since the draft, and to run after the expiry", async () => {
    await approved();
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE.replace("12", "11"));
    await expect(applyProposal("p", ports())).rejects.toThrow("lanes/slow.yaml: has changed since");
    expect(laneNow()).toBe(LANE.replace("12", "11"));
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE);
    given.now += 2 * 86_400_000;
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
    expect(readProposal(fleet, "p").state).toBe("expired");
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
  });

  it("refuses a proposal whose diff was edited after its approval", async () => {
    await approved();
    await changeProposal(fleet, "p", (one) => ({
      ...one,
      change: { ...one.change, diff: one.change.diff.replace("+passes: 13", "+passes: 1") },
    }));
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "open" } });
    expect(laneNow()).toBe(LANE);
  });
});

describe("reverting", () => {
  it("restores the previous setting at once, and the file byte for byte", async () => {
    await approved();
    await applyProposal("p", ports());
    given.open = false;
    expect((await revertProposal("p", ports(), "worse")).state).toBe("reverted");
    expect(laneNow()).toBe(LANE);
    expect(await active()).toContain('"passes":12');
    expect(store.snapshot("builds").filter(({ state }) => state === "staged")).toEqual([]);
    await expect(revertProposal("p", ports(), "again")).rejects.toThrow("p is reverted");
  });

  it("withdraws a setting that was only staged, also after the expiry", async () => {
    given.open = false;
    await approved();
    await applyProposal("p", ports());
    given.now += 2 * 86_400_000;
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
    expect((await revertProposal("p", ports(), "too late")).state).toBe("reverted");
    expect(laneNow()).toBe(LANE);
  });

  it("refuses when the file has changed since it was applied", async () => {
    await approved();
    await applyProposal("p", ports());
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE.replace("12", "14"));
    await expect(revertProposal("p", ports(), "worse")).rejects.toThrow("lanes/slow.yaml: has changed since");
    expect(await active()).toContain('"passes":13');
  });

  it("refuses a proposal that was never applied", async () => {
    await proposed();
    await expect(revertProposal("p", ports(), "x")).rejects.toThrow("it wrote nothing");
  });
});
