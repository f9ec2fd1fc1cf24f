import { memoryStore } from "@slipway/store/memory";
import { intentRow, machineRow, validationRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import type { RunnerEvent } from "../worker/parts.ts";
import type { ReadyPass } from "./ready-pass.ts";
import { recordPasses } from "../../test/record-passes.ts";
import { tellingTransitions } from "../transitions.ts";
import { readyPass } from "../../test/ready-pass.ts";

const KEY = "validation/1/1/1/0/1";
const pass: ReadyPass = readyPass(1, { key: KEY, fence: 5 });

/** What is told of this pass when it is recorded. */
async function toldOf(recorded: ReadyPass): Promise<readonly RunnerEvent[]> {
  const store = memoryStore();
  const told: RunnerEvent[] = [];
  await store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1)]);
    await tx.insert("validations", [validationRow(1, { status: "running", acting: KEY })]);
    await tx.insert("claims", [{ machine: 1, holder: "validation/1", fence: 5, at: 1 }]);
    await tx.insert("intents", [intentRow(KEY, { machine: 1, fence: 5 })]);
  });
  await recordPasses(
    tellingTransitions(store, (event) => void told.push(event)),
    [recorded],
    { actor: "test", keepMs: null },
  );
  return told;
}

it("tells of a validation that a pass holds, as of every change of state", async () => {
  const hold = { code: "InUse" as const, reason: "in use: python (pid 7)", retryAt: null };
  expect(await toldOf({ ...pass, hold })).toMatchObject([
    { event: "transition", object: "validation/1", from: "running", to: "held", reason: "in use: python (pid 7)" },
  ]);
});

it("tells of no change of state where a pass only counts", async () => {
  expect(await toldOf(pass)).toEqual([]);
});
