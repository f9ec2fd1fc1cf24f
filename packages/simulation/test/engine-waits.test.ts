import { banByHand, startRunner, type Runner, type RunnerParts } from "@slipway/runner";
import type { Row } from "@slipway/store";
import { afterEach, describe, expect, it } from "vitest";
import type { SimulatedWorld } from "../src/simulate.ts";
import { bootWorld, MINUTE, until, workerOf } from "./boot-world.ts";

let runner: Runner | undefined;
afterEach(() => runner?.stop({ now: true }));

const intents = ({ memory }: SimulatedWorld): readonly Row<"intents">[] => memory?.snapshot("intents") ?? [];
const validations = ({ memory }: SimulatedWorld): readonly Row<"validations">[] =>
  memory?.snapshot("validations") ?? [];

/** The same worker in a fleet whose clusters validate one machine at a time. */
const oneAtATime = (parts: RunnerParts): RunnerParts => {
  const { clusters } = parts.fleet.clusters;
  const limited: typeof clusters = Object.fromEntries(
    Object.entries(clusters).map(([name, cluster]) => [name, { ...cluster, limits: { cluster: 1 } }]),
  );
  return { ...parts, fleet: { ...parts.fleet, clusters: { ...parts.fleet.clusters, clusters: limited } } };
};

describe("waiting", () => {
  it("for room writes nothing until somebody frees a place", async () => {
    const made = await bootWorld({ machines: 4, policy: { freshBootEvery: 0, minutesBetween: 120 } });
    runner = await startRunner(oneAtATime(workerOf(made).parts));
    const waiting = (): readonly string[] =>
      validations(made).flatMap(({ id, status, revision }) =>
        status === "queued" ? [`${String(id)}: ${String(revision)}`] : [],
      );
    await made.clock.runUntil(made.clock.now() + MINUTE);
    const before = waiting();
    if (before.length === 0) throw new Error("a machine waits for the one place");
    await made.clock.runUntil(made.clock.now() + 10 * MINUTE);
    expect(waiting()).toEqual(before);
    const running = validations(made).find(({ status }) => status === "running");
    if (running === undefined) throw new Error("the one place is taken");
    const { store, fleet } = made.parts;
    await banByHand(store, fleet, {
      machine: running.machine,
      cause: "fabric",
      by: "ada",
      reason: "its switch is off",
    });
    await made.clock.runUntil(made.clock.now() + 5_000);
    expect(validations(made).filter(({ status }) => status === "running")).toHaveLength(1);
  });

  it("for a node to boot takes no place of the acts of others", async () => {
    const made = await bootWorld({ machines: 2, bootSeconds: 20 * 60 });
    const { parts } = workerOf(made);
    runner = await startRunner({ ...parts, limits: { ...parts.limits, acts: 1 } });
    await until(made, () => intents(made).some(({ act, sent_at }) => act === "reboot" && sent_at !== null));
    const booting = intents(made).find(({ act }) => act === "reboot")?.object;
    const other = validations(made).find(({ id }) => `validation/${String(id)}` !== booting);
    if (other === undefined) throw new Error("another machine is validated");
    const set = { policy: { ...other.policy, freshBootEvery: 0 }, due_at: made.clock.now() };
    await made.parts.store.transaction((tx) => tx.update("validations", [{ key: { id: other.id }, set }]));
    const done = (): number => intents(made).filter(({ outcome }) => outcome === "done").length;
    const before = done();
    await made.clock.runUntil(made.clock.now() + 17 * MINUTE);
    if (!intents(made).some(({ act, outcome }) => act === "await-boot" && outcome === null))
      throw new Error("it still boots");
    expect(done()).toBeGreaterThan(before);
  });
});
