import { memoryStore } from "@slipway/store/memory";
import { machineRow, placementRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { addCanaryNode, removeCanaryNode } from "./by-hand.ts";

const NOW = 1_000;
const said = { by: "ada", reason: "it ran for weeks" };

/** Machines 1 and 2 in service in pool `k1`, and 3 that waits for its validation. */
async function stocked() {
  const store = memoryStore({ clock: { now: () => NOW } });
  await store.transaction(async (tx) => {
    await tx.insert("machines", [
      machineRow(1, { account: "InPool" }),
      machineRow(2, { account: "InPool" }),
      machineRow(3),
    ]);
    await tx.insert("placements", [
      placementRow(1, { ibkey: "k1" }),
      placementRow(2, { ibkey: "k1" }),
      placementRow(3, { ibkey: "k1" }),
    ]);
  });
  const audit = () => store.snapshot("audit").map(({ id: _id, detail: _detail, ...row }) => row);
  return { store, audit };
}

it("writes into the audit who named a canary node, when and why", async () => {
  const { store, audit } = await stocked();
  await addCanaryNode(store, { machine: 1, pool: "a", ...said });
  const row = { at: NOW, actor: "ada", object: "canary/a", reason: said.reason };
  expect(audit()).toEqual([{ ...row, from_state: null, to_state: "m-1" }]);
});

it("writes into the audit who took a canary node out, when and why", async () => {
  const { store, audit } = await stocked();
  await addCanaryNode(store, { machine: 1, pool: "a", ...said });
  await removeCanaryNode(store, { machine: 1, by: "bob", reason: "it is needed elsewhere" });
  expect(audit().at(-1)).toEqual({
    at: NOW,
    actor: "bob",
    object: "canary/a",
    from_state: "m-1",
    to_state: "none",
    reason: "it is needed elsewhere",
  });
});

it("writes nothing of a machine that may not become a canary node, or is none", async () => {
  const { store, audit } = await stocked();
  await expect(addCanaryNode(store, { machine: 3, pool: "a", ...said })).rejects.toThrow("m-3 is Spare");
  await expect(removeCanaryNode(store, { machine: 1, ...said })).rejects.toThrow("m-1 is no canary node");
  expect([store.snapshot("canary_nodes"), audit()]).toEqual([[], []]);
});

it("takes a canary node out of its pool before it stands in another, in the audit too", async () => {
  const { store, audit } = await stocked();
  await addCanaryNode(store, { machine: 1, pool: "a", ...said });
  await addCanaryNode(store, { machine: 1, pool: "b", ...said });
  expect(store.snapshot("canary_nodes")).toMatchObject([{ machine: 1, pool: "b", active: true }]);
  expect(audit().map(({ object, from_state, to_state }) => [object, from_state, to_state])).toEqual([
    ["canary/a", null, "m-1"],
    ["canary/a", "m-1", "none"],
    ["canary/b", null, "m-1"],
  ]);
});
