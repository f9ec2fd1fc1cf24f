import { actsOf, makeStanding, tick, type EngineParts } from "@slipway/reconciler";
import { memoryBlobs, memoryQueue, memoryStore } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { DEFAULT_LIMITS, type RunnerEvent, type RunnerParts } from "../worker/parts.ts";
import { engineOf } from "../kinds.ts";
import { housekeepingKind } from "./housekeeping.ts";

const HOUR = 3_600_000;

/** A store with one orphan of two days ago, and workers that take the steps of housekeeping. */
async function world() {
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) };
  const events: RunnerEvent[] = [];
  const [store, blobs] = [memoryStore({ clock }), memoryBlobs(clock)];
  const parts = {
    store,
    blobs,
    clock,
    queue: memoryQueue({ clock }),
    worker: { id: "w", host: "h", pid: 1, release: "0" },
    adapters: new Map(),
    steps: new Map([
      ["reboot", {}],
      ["await-boot", {}],
    ]),
    limits: DEFAULT_LIMITS,
    fleet: { clusters: { healthOwner: "hwh" } },
    emit: (event: RunnerEvent) => void events.push(event),
  } as unknown as RunnerParts;
  await blobs.put([new TextEncoder().encode("left by a pass that was killed")]);
  now += 48 * HOUR;
  const kind = housekeepingKind(parts);
  const engine: EngineParts = { ...engineOf(parts), kinds: [kind] };
  await makeStanding(engine);
  return {
    parts,
    events,
    row: () => store.snapshot("housekeeping")[0],
    intents: () => store.snapshot("intents"),
    pass: (ms: number) => void (now += ms),
    /** Ticks the one object, and carries out what it waits for. */
    step: async (): Promise<void> => {
      await tick(engine, kind, ["fleet"]);
      const acting = store.snapshot("housekeeping")[0]?.acting ?? null;
      if (acting !== null) await actsOf(engine).run(acting, new AbortController().signal);
    },
  };
}

it("tidies once an hour, and keeps no intent of it", async () => {
  const { events, row, intents, pass, step } = await world();
  const tidied = (): number => events.filter(({ event }) => event === "tidied").length;
  await step();
  expect(events).toContainEqual({ event: "tidied", expired: 0, orphans: 1, purged: 0, stopped: 0 });
  pass(HOUR - 1);
  await step();
  expect(tidied()).toBe(1);
  pass(1);
  await step();
  expect(tidied()).toBe(2);
  expect(row()).toMatchObject({ acting: null, failures: 0 });
  expect(intents()).toEqual([]);
});

it("tries a clean-up that failed again, and asks for a new one an hour after it was given up", async () => {
  const { parts, events, row, pass, step } = await world();
  let broken = true;
  const list = parts.blobs.list.bind(parts.blobs);
  Object.assign(parts.blobs, {
    list: () => {
      if (broken) throw new Error("EIO: i/o error");
      return list();
    },
  });
  for (let tries = 0; tries < 12; tries += 1) {
    await step();
    pass(HOUR);
  }
  const failed = events.flatMap((event) => (event.event === "act-failed" ? [event.tryAgainAt === null] : []));
  expect(failed).toEqual([...Array<boolean>(11).fill(false), true]);
  expect(row()).toMatchObject({ acting: null });
  broken = false;
  await step();
  expect(events.at(-1)).toMatchObject({ event: "tidied", orphans: 1 });
});
