import { fileURLToPath } from "node:url";
import { startRunner, type RunnerParts } from "@slipway/runner";
import { type Adapter } from "@slipway/collect";
import type { Row } from "@slipway/store";
import { expect, it } from "vitest";
import { DAY, HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
const LAB = { cells: { "oci-h100-a": 16, "az-gb300-a": 18 }, speed: 1 };

/** The lab, whose vendor notes the key of each act that it was asked for. */
function noting({ transport, vendor }: Adapter, asked: string[]): Adapter {
  const session = vendor?.session;
  const [repair, service] = [session?.openRepair?.bind(session), session?.returnToService?.bind(session)];
  if (vendor === undefined || session === undefined || repair === undefined || service === undefined)
    throw new TypeError("the lab can do everything that a vendor can");
  return {
    transport,
    vendor: {
      ...vendor,
      session: {
        ...session,
        openRepair: (node, report, options) => {
          asked.push(options.key);
          return repair(node, report, options);
        },
        returnToService: (node, options) => {
          asked.push(options.key);
          return service(node, options);
        },
      },
    },
  };
}

/** A world with two workers' parts: one has the lab open, the other has nothing. */
async function twoWorkers(): Promise<{
  readonly world: SimulatedWorld;
  readonly able: RunnerParts;
  readonly unable: RunnerParts;
  /** The keys of the acts that the vendor was asked for. */
  readonly asked: readonly string[];
}> {
  const world = await simulatedWorld({ seed: 1, fleetFolder, lab: LAB });
  const { parts } = world;
  const lab = parts.adapters.get("lab");
  if (lab === undefined) throw new TypeError("the world has no lab");
  const asked: string[] = [];
  return {
    world,
    able: {
      ...parts,
      adapters: new Map([["lab", noting(lab, asked)]]),
      worker: { ...parts.worker, id: "able" },
    },
    unable: { ...parts, adapters: new Map(), worker: { ...parts.worker, id: "unable" } },
    asked,
  };
}

it("has what a worker without the vendor's adapter decides carried out by the one that has it", async () => {
  const { world, able, unable, asked } = await twoWorkers();
  const runners = [await startRunner(unable), await startRunner(able)];
  for (let at = START; at < START + 20 * DAY; at += 4 * HOUR) {
    await world.look();
    await world.clock.runUntil(at + 4 * HOUR);
  }
  await world.clock.runUntil(START + 21 * DAY);
  for (const runner of runners) await runner.stop();
  const { memory } = world;
  if (memory === undefined) throw new TypeError("no memory store");
  const released = memory.snapshot("audit").filter(({ to_state }) => to_state === "released");
  expect(released.filter(({ actor }) => actor === "unable").length).toBeGreaterThan(0);
  const acts = memory.snapshot("intents").filter(({ act }) => act === "return-to-service" || act === "open-repair");
  const keysOf = (act: string): string[] => acts.filter((row) => row.act === act).map(({ key }) => key);
  expect(keysOf("return-to-service").sort()).toEqual(
    memory
      .snapshot("releases")
      .map(({ id }) => `release/${String(id)}/return-to-service/1`)
      .sort(),
  );
  expect(keysOf("open-repair").length).toBeGreaterThan(0);
  expect(acts.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  expect([...new Set(asked)].sort()).toEqual(acts.map(({ key }) => key).sort());
}, 60_000);

it("lets machines wait that no living worker can reach, and says for what, until a worker starts that has it", async () => {
  const { world, able, unable } = await twoWorkers();
  const { clock, memory } = world;
  if (memory === undefined) throw new TypeError("no memory store");
  const open = (): readonly Row<"validations">[] =>
    memory.snapshot("validations").filter(({ status }) => status === "queued" || status === "running");
  await startRunner(unable);
  await clock.runUntil(START + HOUR);
  await world.look();
  await clock.runUntil(START + 2 * HOUR);
  expect(open().length).toBeGreaterThan(5);
  for (const row of open()) {
    expect(row).toMatchObject({ status: "queued", reason_code: "NoWorkerFor" });
    expect(row.reason).toContain("vendor:lab");
  }
  expect(memory.snapshot("intents")).toEqual([]);
  expect(memory.snapshot("claims").filter(({ holder }) => holder !== null)).toEqual([]);

  const runner = await startRunner(able);
  await clock.runUntil(START + 2 * HOUR + 1_000);
  expect(open().every(({ reason }) => !reason.includes("vendor:lab"))).toBe(true);
  expect(memory.snapshot("intents").length).toBeGreaterThan(5);

  await runner.stop({ now: true });
  await clock.runUntil(START + 3 * HOUR);
  const acting = open().filter((row) => row.acting !== null);
  expect(acting.length).toBeGreaterThan(5);
  for (const row of acting) expect(row).toMatchObject({ status: "running", reason_code: "NoWorkerFor" });
  await startRunner({ ...able, worker: { ...able.worker, id: "able again" } });
  await clock.runUntil(START + 20 * DAY);
  expect(memory.snapshot("releases").length).toBeGreaterThan(5);
  expect(memory.snapshot("validations").filter((row) => String(row.reason_code) === "NoWorkerFor")).toEqual([]);
}, 60_000);
