import { memoryStore } from "@slipway/store/memory";
import { passRow, validationRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { listValidations, showValidation, validationDocument } from "./validations.ts";

const store = memoryStore();
await store.transaction(async (tx) => {
  await tx.insert("validations", [
    validationRow(1, { status: "held", cluster: "a", created_at: 0, due_at: null }),
    validationRow(2, { status: "queued", cluster: "b" }),
    validationRow(3, { status: "released", cluster: "a" }),
    validationRow(4, { status: "held", cluster: "a", passes_done: 2 }),
  ]);
  await tx.insert("passes", [passRow(1, { run_index: 2 }), passRow(1, { run_index: 1 })]);
});
const numbers = async (query: Parameters<typeof listValidations>[1]) =>
  (await listValidations(store, query)).validations.map(({ id }) => id);

it("lists open validations by status, the most proven first, and all of them without a limit", async () => {
  expect(await numbers({})).toEqual([4, 1, 2]);
  expect(await numbers({ cluster: "a" })).toEqual([4, 1]);
  expect(await numbers({ status: ["released"] })).toEqual([3]);
  expect(await numbers({ status: ["released", "held"], newest: true })).toEqual([4, 3, 1]);
});

it("says how many validations there are beyond a limit", async () => {
  const { validations, total } = await listValidations(store, { limit: 2 });
  expect([validations.map(({ id }) => id), total]).toEqual([[4, 1], 3]);
});

it("shows a validation with its node's name, its times in words and its passes in their order", async () => {
  const shown = await showValidation(store, "validation/1");
  expect(shown).toMatchObject({
    node_name: "n1",
    created_at: 0,
    times: { created_at: "1970-01-01T00:00:00.000Z", due_at: null },
    passes: [{ run_index: 1, times: { started_at: "1970-01-01T00:00:00.001Z" } }, { run_index: 2 }],
  });
  const document = { schema: validationDocument.id, ...shown };
  expect(validationDocument.schema.parse(document)).toEqual(document);
});

it("leaves a column that no schema names in the store", async () => {
  const extended = memoryStore();
  await extended.transaction((tx) =>
    tx.insert("validations", [{ ...validationRow(1), secret: "s" } as ReturnType<typeof validationRow>]),
  );
  expect(await showValidation(extended, "1")).not.toHaveProperty("secret");
});

it.each(["9", "x"])("refuses %s, which names no validation", async (name) => {
  await expect(showValidation(store, name)).rejects.toThrow(/there is no validation 9|a validation is a number/);
});
