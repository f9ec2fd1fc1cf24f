import { StoreError } from "@slipway/store";
import { memoryBlobs, memoryQueue, memoryStore, virtualClock } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { Faults } from "./faults.ts";
import { Life } from "./life.ts";
import { portsOf } from "./ports.ts";

const setting = { name: "a", value: 1 };

function process() {
  const clock = virtualClock(0);
  const store = memoryStore();
  const gone: string[] = [];
  const life = new Life(new Faults(1), (ms) => clock.sleep(ms), {
    onDeath: () => gone.push("died"),
    onStall: () => gone.push("stands still"),
  });
  const quiet = new Faults(1);
  quiet.active = false;
  const ports = portsOf(
    life,
    quiet,
    { store, clock, queue: memoryQueue({ clock }), blobs: memoryBlobs(clock) },
    { onWrite: () => undefined },
  );
  return { clock, store, gone, life, ports };
}

it.each([
  ["insert settings", []],
  ["commit", []],
  ["committed", [setting]],
])("writes nothing after it died at %s, and never goes on", async (at, left) => {
  const { clock, store, gone, life, ports } = process();
  life.dieAt(at, 0);
  let went = false;
  void ports.store.transaction((tx) => tx.insert("settings", [setting])).finally(() => (went = true));
  await clock.runUntil(1_000);
  expect([went, gone, store.snapshot("settings")]).toEqual([false, ["died"], left]);
  void ports.store
    .transaction((tx) => tx.insert("settings", [{ name: "late", value: 2 }]))
    .finally(() => (went = true));
  await clock.runUntil(2_000);
  expect([went, store.snapshot("settings")]).toEqual([false, left]);
});

it("goes on after it stood still, and the time it missed has passed", async () => {
  const { clock, store, gone, life, ports } = process();
  life.stallAt("begin", 60_000);
  const done = ports.store.transaction((tx) => tx.insert("settings", [setting]));
  await clock.runUntil(59_000);
  expect([gone, store.snapshot("settings")]).toEqual([["stands still"], []]);
  await clock.runUntil(61_000);
  await done;
  expect(store.snapshot("settings")).toEqual([setting]);
});

it("hands on what its store throws while it lives", async () => {
  const { ports } = process();
  await ports.store.transaction((tx) => tx.insert("settings", [setting]));
  await expect(ports.store.transaction((tx) => tx.insert("settings", [setting]))).rejects.toBeInstanceOf(StoreError);
});
