import { readFileSync } from "node:fs";
import { join } from "node:path";
import { instantOf } from "@slipway/policy";
import { beforeEach, describe, expect, it } from "vitest";
import { approved, checks, fleet, LANE, laneNow, newProposalFleet, NOW, ports, store } from "../test/proposal-fleet.ts";
import { applyProposal } from "./apply.ts";
import { fleetChange } from "./fleet-change.ts";
import { openProposal } from "./open-proposal.ts";
import { readProposal } from "./proposal-file.ts";
import { amendProposal, newProposal, rejectProposal, type ProposalContent } from "./write-proposal.ts";

const DAY = 86_400_000;
beforeEach(newProposalFleet);

const change = (passes: string): ProposalContent["proposed"] =>
  fleetChange(fleet, [{ path: "lanes/slow.yaml", content: LANE.replace("12", passes) }], checks, []);
const drafted = (content: ProposalContent = {}) =>
  newProposal(fleet, {
    id: "p",
    author: "ada",
    reason: "hours",
    now: NOW,
    content: { title: "Ten", proposed: change("10"), ...content },
  });
const amended = (content: ProposalContent) =>
  amendProposal(fleet, { id: "p", by: "bob", reason: "less", now: NOW + 1_000, content });
const place = () => ({ fleetFolder: fleet, store, channel: undefined });

describe("a draft", () => {
  it("holds the change, its owners and an end two weeks on, and changes no file of the fleet", async () => {
    const { proposal, lacking } = await drafted();
    expect(proposal).toMatchObject({
      kind: "policy",
      state: "draft",
      author: "ada",
      expires: instantOf(NOW + 14 * DAY),
    });
    expect(proposal.owners.map(({ owner }) => owner)).toContain("fleet-infra");
    expect(lacking.length).toBeGreaterThan(0);
    expect([readProposal(fleet, "p"), laneNow()]).toEqual([proposal, LANE]);
  });

  it("is refused where nothing is changed, where its end is over, and where one of its name is there", async () => {
    await expect(drafted({ proposed: undefined })).rejects.toThrow("nothing is changed");
    await expect(drafted({ expires: NOW })).rejects.toThrow(`expires: ${instantOf(NOW)} is over already`);
    await drafted();
    await expect(drafted()).rejects.toThrow("there is a proposal p already");
  });

  it("stays a draft while it lacks something, and says what", async () => {
    await drafted();
    const opened = await openProposal(place(), { id: "p", by: "ada", now: () => NOW });
    expect(opened).toMatchObject({
      proposal: { state: "draft" },
      lacking: expect.arrayContaining([expect.any(String)]) as string[],
    });
  });

  it("that lacks nothing is opened in the name of whoever opens it, also where no channel is told", async () => {
    const stricter = LANE.replace("12", "13");
    const proposed = fleetChange(fleet, [{ path: "lanes/slow.yaml", content: stricter }], checks, []);
    const { lacking } = await drafted({ proposed, ...evidence, canaryNodes: ["n1"] });
    expect(lacking).toEqual([]);
    const opened = await openProposal(place(), { id: "p", by: "bob", now: () => NOW });
    expect(opened).toMatchObject({
      proposal: { state: "open", history: [{}, { by: "bob", to: "open" }] },
      told: undefined,
    });
  });
});

/** What a proposal has to come with, as far as its schema asks. */
const evidence = {
  simulation: [{ schema: "slipway/simulation@1" }],
  backtest: { schema: "slipway/backtest@1" },
};

describe("an amendment", () => {
  it("changes what it names and leaves the rest, in the name of whoever amends", async () => {
    await drafted({ canaryNodes: ["n1"] });
    const { proposal } = await amended({ title: "Nine", proposed: change("9") });
    expect(proposal).toMatchObject({
      title: "Nine",
      author: "ada",
      state: "draft",
      canary: { nodes: ["n1"], arm: null },
      change: { relaxes: ["lane slow: passes 9 instead of 12"] },
    });
    expect(proposal.history.at(-1)).toMatchObject({ by: "bob", reason: "amended: less" });
  });

  it("opens an approved proposal again", async () => {
    await approved();
    expect((await amended({ title: "Another" })).proposal.state).toBe("open");
  });

  it("is refused where it changes nothing, and once the proposal is applied", async () => {
    await approved();
    await expect(amended({})).rejects.toThrow("nothing is amended");
    await applyProposal("p", ports());
    await expect(amended({ title: "Another" })).rejects.toThrow("p is applied: it cannot be amended");
  });
});

describe("a rejection", () => {
  const said = { id: "p", by: "hwh", reason: "not now", now: NOW + 2_000 };

  it("ends a draft, with who rejected it and why, once", async () => {
    await drafted();
    expect((await rejectProposal(fleet, said)).history.at(-1)).toEqual({
      at: instantOf(said.now),
      by: "hwh",
      from: "draft",
      to: "rejected",
      reason: "not now",
    });
    await expect(rejectProposal(fleet, said)).rejects.toThrow("p is rejected: it cannot be rejected");
  });

  it("is refused of one that is applied, or whose time is over", async () => {
    await approved();
    await expect(rejectProposal(fleet, { ...said, now: NOW + 30 * DAY })).rejects.toThrow("p is expired");
    await applyProposal("p", ports());
    await expect(rejectProposal(fleet, said)).rejects.toMatchObject({
      message: "p is applied: it cannot be rejected",
      hint: "take it back by: slipway propose revert",
    });
    expect(readFileSync(join(fleet, "lanes/slow.yaml"), "utf8")).toBe(LANE.replace("12", "13"));
  });
});
