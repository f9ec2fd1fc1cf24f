import { fileURLToPath } from "node:url";
import { startRunner, type RunnerEvent, type RunnerParts } from "@slipway/runner";
import { describe, expect, it } from "vitest";
import { HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
const MINUTE = 60_000;

/** A world in which each pass is to be on a boot of its own, whose nodes take 20 minutes to boot. */
const world = async (): Promise<SimulatedWorld> => {
  const made = await simulatedWorld({
    seed: 5,
    fleetFolder,
    lab: { cells: { "oci-h100-a": 3 }, speed: 1, bootSeconds: 20 * 60 },
    vary: (fleet) => {
      const lanes = fleet.lanes.map(({ lane, ...known }) => ({
        ...known,
        lane: { ...lane, policy: { ...lane.policy, freshBootEvery: 1 } },
      }));
      return { ...fleet, lanes, lane: (digest) => lanes.find((known) => known.digest === digest) };
    },
  });
  await made.clock.runUntil(START + HOUR);
  await made.look();
  return made;
};
/** A worker of that world whose clock is off, and which knows it or not. */
const off = ({ parts }: SimulatedWorld, ms: number, skew: number): { parts: RunnerParts; events: RunnerEvent[] } => {
  const events: RunnerEvent[] = [];
  return {
    events,
    parts: {
      ...parts,
      store: { ...parts.store, skew: () => Promise.resolve(skew) },
      clock: { now: () => parts.clock.now() + ms, sleep: (time, signal) => parts.clock.sleep(time, signal) },
      worker: { ...parts.worker, id: "simulated/off" },
      limits: { ...parts.limits, sweepMs: 1_000 },
      emit: (event) => void events.push(event),
    },
  };
};

describe("a worker whose clock is off", () => {
  it("fails no boot that it took over, though it is 35 minutes ahead", async () => {
    const made = await world();
    const boots = () => made.memory?.snapshot("intents").filter(({ act }) => act === "await-boot") ?? [];
    const first = await startRunner({ ...made.parts, limits: { ...made.parts.limits, sweepMs: 1_000 } });
    for (let at = made.clock.now(); boots().length === 0 && at < START + 6 * HOUR; at += MINUTE)
      await made.clock.runUntil(at);
    await made.clock.runUntil(made.clock.now() + MINUTE);
    expect(boots().map(({ outcome }) => outcome)).toContain(null);
    await first.stop({ now: true });
    const { parts } = off(made, 35 * MINUTE, 0);
    const second = await startRunner(parts);
    await made.clock.runUntil(made.clock.now() + 2 * HOUR);
    await second.stop({ now: true });
    expect(boots().filter(({ outcome }) => outcome === "done").length).toBeGreaterThan(0);
    expect(boots().filter(({ outcome }) => outcome === "failed")).toEqual([]);
  });

  it("takes nothing before its time: what is due in half an hour waits, though it is 35 minutes ahead", async () => {
    const made = await world();
    const due_at = made.clock.now() + 30 * MINUTE;
    const [held] = made.memory?.snapshot("validations") ?? [];
    const id = held?.id ?? 0;
    await made.parts.store.transaction((tx) =>
      tx.update("validations", [{ key: { id }, set: { status: "held", due_at } }]),
    );
    const runner = await startRunner(off(made, 35 * MINUTE, 0).parts);
    const status = () => made.memory?.snapshot("validations").find((row) => row.id === id)?.status;
    await made.clock.runUntil(made.clock.now() + 20 * MINUTE);
    expect(status()).toBe("held");
    await made.clock.runUntil(due_at + 10 * MINUTE);
    expect(status()).not.toBe("held");
    await runner.stop({ now: true });
  });

  it("says so above 2 seconds, and goes on working", async () => {
    const made = await world();
    const { parts, events } = off(made, 3_000, 3_000);
    const runner = await startRunner(parts);
    await made.clock.runUntil(made.clock.now() + 6 * HOUR);
    expect(events).toContainEqual({ event: "clock-skew", ms: 3_000, refusing: false });
    expect(made.memory?.snapshot("workers")).toMatchObject([{ id: "simulated/off", skew_ms: 3_000 }]);
    expect(made.memory?.snapshot("intents").length).toBeGreaterThan(0);
    await runner.stop({ now: true });
  });

  it("refuses work above 30 seconds, says so, and works again when its clock is right", async () => {
    const made = await world();
    let skew = -31_000;
    const { parts, events } = off(made, 0, 0);
    const runner = await startRunner({ ...parts, store: { ...parts.store, skew: () => Promise.resolve(skew) } });
    await made.clock.runUntil(made.clock.now() + 6 * HOUR);
    expect(runner.refuses()).toMatch(/clock is 31 s behind/);
    expect(events).toContainEqual({ event: "clock-skew", ms: -31_000, refusing: true });
    expect(made.memory?.snapshot("workers")).toMatchObject([{ id: "simulated/off", skew_ms: -31_000 }]);
    expect(made.memory?.snapshot("intents")).toEqual([]);
    skew = 0;
    await made.clock.runUntil(made.clock.now() + 6 * HOUR);
    expect(runner.refuses()).toBeUndefined();
    expect(made.memory?.snapshot("intents").length).toBeGreaterThan(0);
    await runner.stop({ now: true });
  });
});
