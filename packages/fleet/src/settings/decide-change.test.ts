import { memoryStore } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { decideChange } from "./decide-change.ts";
import type { Build } from "./settings.ts";
import type { ChangeStatus } from "./try.ts";

const said = { by: "ada", reason: "it was tried" };
const build: Build = {
  kind: "lane",
  name: "slow",
  version: "",
  digest: "beefcafe",
  body: "{}",
  state: "staged",
  first_seen: 0,
  since: 0,
  why: "",
};

/** The change staged in a store, with its gate open or shut. */
async function staged(open: boolean) {
  const store = memoryStore();
  await store.transaction((tx) => tx.insert("builds", [build]));
  const status: ChangeStatus = {
    change: { build, world: undefined, problem: undefined },
    trials: [],
    gate: { open, missing: open ? [] : ["0 of 2 canary nodes have passed under it"], blamed: undefined },
  };
  const state = () => store.snapshot("builds")[0]?.state;
  return { store, status, state };
}

it("makes a change active whose gate is open, in the audit with who and why", async () => {
  const { store, status, state } = await staged(true);
  expect(await decideChange(store, [status], { name: "lane/slow", to: "active", ...said })).toEqual({
    status,
    to: "active",
  });
  expect(state()).toBe("active");
  expect(store.snapshot("audit")).toMatchObject([{ actor: "ada", to_state: "active", reason: said.reason }]);
});

it("leaves a change staged whose gate is shut, and says why; it may be rejected all the same", async () => {
  const { store, status, state } = await staged(false);
  expect(await decideChange(store, [status], { name: "lane/slow", to: "active", ...said })).toEqual({
    status,
    shut: ["0 of 2 canary nodes have passed under it"],
  });
  expect([state(), store.snapshot("audit")]).toEqual(["staged", []]);
  await decideChange(store, [status], { name: "lane/slow", to: "rejected", ...said });
  expect(state()).toBe("rejected");
});

it("refuses a change that is not staged, or not of that content", async () => {
  const { store, status } = await staged(true);
  const decide = (name: string, digest?: string) =>
    decideChange(store, [status], { name, digest, to: "active", ...said });
  await expect(decide("slow")).rejects.toMatchObject({
    message: "no change of slow is staged",
    hint: "staged: lane/slow",
  });
  await expect(decide("lane/slow", "dead")).rejects.toThrow("no change of lane/slow is staged");
  expect(await decide("lane/slow", "beef")).toMatchObject({ to: "active" });
});

it("says that somebody else decided the change meanwhile, and writes nothing", async () => {
  const { store, status, state } = await staged(true);
  await store.transaction((tx) =>
    tx.update("builds", [{ key: { kind: "lane", name: "slow", digest: build.digest }, set: { state: "retired" } }]),
  );
  await expect(decideChange(store, [status], { name: "lane/slow", to: "active", ...said })).rejects.toThrow(
    "the change of lane/slow was decided or withdrawn meanwhile; look again",
  );
  expect([state(), store.snapshot("audit")]).toEqual(["retired", []]);
});
