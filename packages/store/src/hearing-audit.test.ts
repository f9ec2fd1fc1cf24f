import { expect, it } from "vitest";
import { hearingAudit } from "./hearing-audit.ts";
import { memoryStore } from "./memory/index.ts";
import type { Row } from "./tables/index.ts";

const row = (id: number): Row<"audit"> => ({
  id,
  at: 1,
  actor: "ada",
  object: "ban/1",
  from_state: null,
  to_state: "banned",
  reason: "because",
  detail: null,
});

it("a listener of the audit hears each committed row once, and none that was rolled back or is of a run that was repeated", async () => {
  const heard: number[] = [];
  const store = memoryStore();
  const listened = hearingAudit(store, { committed: (rows) => void heard.push(...rows.map(({ id }) => id)) });
  await store.transaction((tx) => tx.insert("settings", [{ name: "one", value: 0 }]));
  let runs = 0;
  await listened.transaction(async (tx) => {
    runs += 1;
    await tx.insert("audit", [row(1), row(2)]);
    const set = (value: number) => [{ key: { name: "one" }, set: { value } }];
    if (runs === 1) await store.transaction((other) => other.update("settings", set(1)));
    await tx.update("settings", set(2));
    expect(heard).toEqual([]);
  });
  expect(runs).toBe(2);
  const failed = listened.transaction(async (tx) => {
    await tx.insert("audit", [row(3)]);
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  await listened.transaction((tx) => tx.insert("audit", [row(2)], { skipConflicts: true }));
  expect(heard).toEqual([1, 2]);
});
