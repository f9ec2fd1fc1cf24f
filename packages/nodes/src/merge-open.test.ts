import type { Row } from "@slipway/store";
import { banRow, validationRow } from "@slipway/store/testing";
import { expect, test } from "vitest";
import { gpus, living, see, storeOf } from "./testing/sighted-store.ts";

const A = { system_serial: "2216A100", node_name: "n1", cluster: "c1", gpu_serials: gpus("a") };

const running = (id: number, machine: number, node: string): Row<"validations"> =>
  validationRow(id, { machine, node, adapter: "ssh", cluster: "c1", status: "running", due_at: 1, started_at: 1 });

test("a machine known by name only that turns out to be known hardware leaves one open validation, and frees its claim", async () => {
  const store = await storeOf(A, { source: "kubernetes", node_name: "n8", cluster: "c1", hour: 1 });
  const [hardware, name] = living(store).map(({ id }) => id);
  await store.transaction(async (tx) => {
    await tx.insert("validations", [running(901, hardware ?? 0, "n1"), running(902, name ?? 0, "n8")]);
    await tx.insert("claims", [
      { machine: hardware ?? 0, holder: "validation/901", fence: 3, at: 1 },
      { machine: name ?? 0, holder: "validation/902", fence: 5, at: 1 },
    ]);
  });
  await see(store, { ...A, node_name: "n8", hour: 2 });
  expect(living(store).map(({ id }) => id)).toEqual([hardware]);
  expect(
    store.snapshot("validations").map(({ id, machine, status, due_at }) => ({ id, machine, status, due_at })),
  ).toEqual([
    { id: 901, machine: hardware, status: "running", due_at: 1 },
    { id: 902, machine: hardware, status: "cancelled", due_at: null },
  ]);
  expect(store.snapshot("claims").map(({ holder, fence }) => [holder, fence])).toEqual([
    ["validation/901", 3],
    [null, 5],
  ]);
  expect(store.snapshot("audit").filter(({ object }) => object === "validation/902")).toMatchObject([
    { from_state: "running", to_state: "cancelled", reason: expect.stringContaining("is one machine with") as string },
  ]);
});

test("two machines that turn out to be one have one open ban of each source, for the cause that comes first", async () => {
  const store = await storeOf(A, { source: "kubernetes", node_name: "n8", cluster: "c1", hour: 1 });
  const [hardware = 0, name = 0] = living(store).map(({ id }) => id);
  await store.transaction((tx) =>
    tx.insert("bans", [
      banRow(1, { machine: hardware, source: "lab", cause: "workload" }),
      banRow(2, { machine: name, source: "lab", cause: "fabric" }),
      banRow(3, { machine: name, source: "slurm", cause: "unknown" }),
    ]),
  );
  await see(store, { ...A, node_name: "n8", hour: 2 });
  const open = store.snapshot("bans").filter(({ lifted_at }) => lifted_at === null);
  expect(open.map(({ id, machine, source }) => [id, machine, source])).toEqual([
    [2, hardware, "lab"],
    [3, hardware, "slurm"],
  ]);
  expect(store.snapshot("audit").filter(({ object }) => object === "ban/1")).toMatchObject([
    { from_state: "open", to_state: "lifted", reason: expect.stringContaining("is one machine with") as string },
  ]);
});
