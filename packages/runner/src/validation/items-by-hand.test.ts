import { memoryStore } from "@slipway/store/memory";
import { banRow, intentRow, machineRow, validationRow } from "@slipway/store/testing";
import type { Row } from "@slipway/store";
import { expect, it } from "vitest";
import { closeByHand, retryActOf } from "./items-by-hand.ts";

const NOW = 1_000;
const REPAIR = "ban/3/open-repair/1";
const BOOT = "validation/1/1/1/boot/1";
const said = { by: "ada", reason: "the vendor mended it" };

const item = (id: number, kind: string, subject = "cluster a: XID_FATAL"): Row<"items"> => ({
  id,
  kind,
  subject,
  owner: "hwh",
  title: "title",
  detail: {},
  opened_at: 1,
  closed_at: null,
});

/** Items of a breaker, of acts, and of what ends by itself. */
async function store() {
  const made = memoryStore({ clock: { now: () => NOW } });
  const failed = { outcome: "failed" as const, outcome_at: 5, tries: 12, last_error: "503", op_id: "op-7" };
  await made.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1)]);
    await tx.insert("bans", [banRow(3, { machine: 1 })]);
    await tx.insert("validations", [validationRow(1, { status: "held", reason_code: "WorkEndsWorkers" })]);
    await tx.insert("intents", [
      intentRow(REPAIR, { act: "open-repair", object: "ban/3", machine: 1, ...failed }),
      intentRow(BOOT, { act: "boot", object: "validation/1", machine: 1, ...failed }),
    ]);
    await tx.insert("act_deaths", [
      { key: REPAIR, worker: "w/1", at: 1, alone: true },
      { key: BOOT, worker: "w/1", at: 1, alone: true },
    ]);
    await tx.insert("items", [
      item(11, "breaker"),
      item(12, "evidence-expiry", "evidence"),
      item(13, "too-many-out"),
      item(14, "act-failing", REPAIR),
      item(15, "work-ends-workers", BOOT),
    ]);
  });
  const audit = () => made.snapshot("audit").map(({ actor, object, to_state }) => [actor, object, to_state]);
  const openItems = () => made.snapshot("items").flatMap(({ id, closed_at }) => (closed_at === null ? [id] : []));
  return { made, audit, openItems };
}

it("closes an item in somebody's name, once", async () => {
  const { made, audit, openItems } = await store();
  await closeByHand(made, { item: 11, ...said });
  expect(openItems()).toEqual([12, 13, 14, 15]);
  expect(audit()).toEqual([["ada", "item/11", "closed"]]);
  await expect(closeByHand(made, { item: 11, ...said })).rejects.toThrow("item 11 is closed already");
  await expect(closeByHand(made, { item: 99, ...said })).rejects.toThrow("there is no item 99");
});

it.each([12, 13])("does not close item %i, of a kind that ends otherwise", async (id) => {
  const { made, openItems } = await store();
  await expect(closeByHand(made, { item: id, ...said })).rejects.toThrow("is not closed by hand");
  expect(openItems()).toContain(id);
});

it("tries the act of an item again under its own key, with tries and deaths counted anew, and its ban waits for it", async () => {
  const { made, audit, openItems } = await store();
  await retryActOf(made, { item: 14, ...said });
  const intent = made.snapshot("intents").find(({ key }) => key === REPAIR);
  expect(intent).toMatchObject({ outcome: null, outcome_at: null, op_id: null, tries: 0, last_error: "503" });
  expect(intent?.look_again_at).toBe(NOW);
  expect(made.snapshot("act_deaths").map(({ key }) => key)).toEqual([BOOT]);
  expect(openItems()).not.toContain(14);
  expect(audit()).toEqual([
    ["ada", `intent/${REPAIR}`, "open-repair"],
    ["ada", "ban/3", "open"],
    ["ada", "item/14", "closed"],
  ]);
  expect(made.snapshot("bans")).toMatchObject([{ acting: REPAIR, reason_code: "TriedAgain", due_at: NOW }]);
});

it("does not try the act of a ban again that was lifted meanwhile", async () => {
  const { made, openItems } = await store();
  await made.transaction((tx) => tx.update("bans", [{ key: { id: 3 }, set: { finished_at: 7 } }]));
  await expect(retryActOf(made, { item: 14, ...said })).rejects.toThrow("does not wait for a person any more");
  expect(openItems()).toContain(14);
});

it("puts a validation in line again whose act ended workers: it asks for a new act under a new claim", async () => {
  const { made, openItems } = await store();
  await retryActOf(made, { item: 15, ...said });
  expect(made.snapshot("validations")[0]).toMatchObject({ status: "queued", reason_code: "AskedAgain", due_at: NOW });
  expect(made.snapshot("intents").find(({ key }) => key === BOOT)?.outcome).toBe("failed");
  expect(openItems()).not.toContain(15);
});

it("does not try again what is about no act, or waits for nobody any more", async () => {
  const { made, openItems } = await store();
  await expect(retryActOf(made, { item: 11, ...said })).rejects.toThrow("item 11 is about no act");
  await made.transaction(async (tx) => {
    await tx.update("intents", [{ key: { key: REPAIR }, set: { outcome: "done" } }]);
    await tx.update("validations", [{ key: { id: 1 }, set: { status: "running" } }]);
  });
  await expect(retryActOf(made, { item: 14, ...said })).rejects.toThrow("does not wait for a person any more");
  await expect(retryActOf(made, { item: 15, ...said })).rejects.toThrow("only a held one can be taken up again");
  expect(openItems()).toEqual([11, 12, 13, 14, 15]);
});
