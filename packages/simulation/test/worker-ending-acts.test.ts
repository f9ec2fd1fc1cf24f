import { startRunner, type RunnerParts } from "@slipway/runner";
import { type Adapter } from "@slipway/collect";
import { expect, it } from "vitest";
import { Faults } from "../src/faults.ts";
import { Life } from "../src/life.ts";
import { portsOf } from "../src/ports.ts";
import { DAY, HOUR, START, type SimulatedWorld } from "../src/simulate.ts";
import { bootWorld } from "./boot-world.ts";

/** Nobody starts a worker again after so many deaths. */
const MOST_DEATHS = 20;

interface Died {
  readonly at: number;
  /** Other nodes that the worker had a connection to when it died. */
  readonly beside: readonly string[];
}

/** A way to nodes by which a worker dies when it connects to one of them. */
function deadly({ transport, vendor }: Adapter, poison: string, die: (beside: readonly string[]) => void): Adapter {
  const connected = new Set<string>();
  return {
    ...(vendor === undefined ? {} : { vendor }),
    transport: {
      async connect(host, signal) {
        if (host.name === poison) {
          die([...connected]);
          return new Promise(() => undefined);
        }
        const connection = await transport.connect(host, signal);
        connected.add(host.name);
        return {
          get lost() {
            return connection.lost;
          },
          exec: (command, options) => connection.exec(command, options),
          close: () => {
            connected.delete(host.name);
            connection.close();
          },
        };
      },
      close: () => undefined,
    },
  };
}

/** Keeps two workers at work, each started again a minute after it died. @returns the deaths so far */
function twoWorkers({ parts, clock }: SimulatedWorld, poison: string): readonly Died[] {
  const died: Died[] = [];
  const quiet = new Faults(1);
  quiet.active = false;
  let started = 0;
  const start = (): void => {
    const id = `worker/${String((started += 1))}`;
    let beside: readonly string[] = [];
    const life = new Life(quiet, (ms) => clock.sleep(ms), {
      onDeath: () => {
        died.push({ at: clock.now(), beside });
        void runner.then((one) => one.stop({ now: true }));
        if (died.length < MOST_DEATHS) void clock.sleep(60_000).then(start);
      },
      onStall: () => undefined,
    });
    const adapters = [...parts.adapters].map(
      ([name, adapter]) =>
        [
          name,
          deadly(adapter, poison, (nodes) => {
            beside = nodes;
            life.die();
          }),
        ] as const,
    );
    const mine: RunnerParts = {
      ...parts,
      ...portsOf(life, quiet, parts, { onWrite: () => undefined }),
      adapters: new Map(adapters),
      limits: { ...parts.limits, sweepMs: 60_000 },
      worker: { ...parts.worker, id },
    };
    const runner = startRunner(mine);
  };
  start();
  start();
  return died;
}

it("delivers an act that ended two workers alone, and parks it when two more workers that ran nothing else died of it", async () => {
  const world = await bootWorld({ machines: 6, policy: {} });
  const { memory, clock } = world;
  if (memory === undefined) throw new TypeError("no memory store");
  const [, victim] = memory.snapshot("validations");
  const died = twoWorkers(world, victim?.node ?? "");
  await clock.runUntil(START + 2 * HOUR + 5 * DAY);
  expect(died).toHaveLength(4);
  expect(died.slice(2).map(({ beside }) => beside)).toEqual([[], []]);
  const validations = memory.snapshot("validations");
  expect(validations.find(({ id }) => id === victim?.id)).toMatchObject({
    status: "held",
    reason_code: "WorkEndsWorkers",
    owner: world.parts.fleet.clusters.healthOwner,
    acting: null,
  });
  expect(memory.snapshot("items")).toMatchObject([{ kind: "work-ends-workers", closed_at: null }]);
  for (const row of validations.filter(({ id }) => id !== victim?.id))
    expect(["released", "banned"]).toContain(row.status);
}, 60_000);
