import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { intentRow, machineRow, passRow, validationRow } from "@slipway/store/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { changedKey, knownKeyOf } from "./host-key.ts";
import type { ReadyPass } from "./ready-pass.ts";
import { recordPasses } from "../../test/record-passes.ts";
import { readyPass } from "../../test/ready-pass.ts";

const [OLD, NEW] = ["SHA256:old", "SHA256:new"];
const IMAGE_1 = { checks: {}, lane: "", expectations: "", image: "image-1" };
const validation = validationRow(7, { machine: 1, node: "n1", acting: "validation/7/pass", status: "running" });
let store: MemoryStore;

beforeEach(async () => {
  store = memoryStore();
  await store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1)]);
    await tx.insert("validations", [validation]);
    await tx.insert("passes", [
      passRow(5, { machine: 1, finished_at: 10, host_key: "SHA256:older", route: "direct" }),
      passRow(6, { machine: 1, started_at: 15, finished_at: 20, host_key: OLD, route: "gate", judged_by: IMAGE_1 }),
      passRow(4, { machine: 1, finished_at: 30 }),
      passRow(3, { machine: 2, finished_at: 40, host_key: NEW, route: "direct" }),
    ]);
  });
});

const holdFor = async (hostKey: string | undefined, image: string | null = null, of = validation) => {
  const known = await store.transaction((tx) => knownKeyOf(tx, of));
  return changedKey(known, hostKey === undefined ? undefined : { hostKey, route: "direct" }, { node: "n1", image });
};

describe("a host key", () => {
  it("that differs from the one of the machine's last pass holds the validation, with both keys and ways", async () => {
    expect(await holdFor(NEW)).toEqual({
      code: "HostKeyChanged",
      reason:
        "n1 has another host key than at its last pass: SHA256:new (direct), then SHA256:old (gate), and nothing says " +
        "that it was re-imaged; if it was, say so by slipway validations retry",
      hostKey: NEW,
    });
  });

  it("that is the same, or that no transport tells, holds nothing", async () => {
    expect(await holdFor(OLD)).toBeUndefined();
    expect(await holdFor(undefined)).toBeUndefined();
    expect(await holdFor(NEW, null, { ...validation, machine: 3 })).toBeUndefined();
  });

  it("may differ after a re-image, and under another image", async () => {
    const event = { id: 1, machine: 1, other: null, sighting: null, why: "", before: null, undone_by: null };
    await store.transaction((tx) => tx.insert("identity_events", [{ ...event, at: 12, kind: "reimage" }]));
    expect(await holdFor(NEW)).toMatchObject({ code: "HostKeyChanged" });
    await store.transaction((tx) => tx.insert("identity_events", [{ ...event, id: 2, at: 25, kind: "rename" }]));
    expect(await holdFor(NEW)).toMatchObject({ code: "HostKeyChanged" });
    expect(await holdFor(NEW, "image-1")).toMatchObject({ code: "HostKeyChanged" });
    expect(await holdFor(NEW, "image-2")).toBeUndefined();
    await store.transaction((tx) => tx.insert("identity_events", [{ ...event, id: 3, at: 25, kind: "reimage" }]));
    expect(await holdFor(NEW)).toBeUndefined();
  });

  it("may differ once a person took up the validation that was held for it, and by no third key", async () => {
    const row = { at: 50, actor: "x", object: "validation/7", reason: "", from_state: "held", to_state: "queued" };
    await store.transaction((tx) => tx.insert("audit", [{ ...row, id: 1, detail: { acceptedHostKey: NEW } }]));
    expect(await holdFor(NEW)).toBeUndefined();
    expect(await holdFor("SHA256:third")).toMatchObject({ code: "HostKeyChanged" });
  });
});

const ready: ReadyPass = readyPass(7, { fence: 3, machine: 1, reached: { hostKey: NEW, route: "gate" } });

describe("a pass", () => {
  beforeEach(() =>
    store.transaction(async (tx) => {
      await tx.insert("claims", [{ machine: 1, holder: "validation/7", fence: 3, at: 1 }]);
      await tx.insert("intents", [intentRow("validation/7/pass", { machine: 1, fence: 3 })]);
    }),
  );

  it("is kept with the key and the way that its node was reached by", async () => {
    await recordPasses(store, [ready], { actor: "w", keepMs: null });
    expect(store.snapshot("passes").find((row) => row.validation === 7)).toMatchObject({
      host_key: NEW,
      route: "gate",
    });
  });

  it("under a changed key is not counted: its validation is held, with the code, and the audit names the key", async () => {
    const hold = { code: "HostKeyChanged" as const, reason: "it changed", retryAt: null, hostKey: NEW };
    await recordPasses(store, [{ ...ready, hold }], { actor: "w", keepMs: null });
    expect(store.snapshot("passes").some((row) => row.validation === 7)).toBe(false);
    expect(store.snapshot("validations")).toMatchObject([
      { status: "held", reason_code: "HostKeyChanged", reason: "it changed", due_at: null },
    ]);
    expect(store.snapshot("audit").at(-1)).toMatchObject({ to_state: "held", detail: { hostKey: NEW } });
  });
});
