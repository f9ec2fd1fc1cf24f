import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Fleet } from "@slipway/fleet";
import { fileBlobs, followClock, type Blobs, type Store } from "@slipway/store";
import { InFlight, virtualClock } from "@slipway/store/memory";
import { setTestClock } from "@slipway/store/testing";
import { START, simulatedWorld } from "@slipway/simulation";
import { benchDatabase } from "./database.ts";

// A worker in a process of its own, so that its memory is a worker's: one fleet of new machines from its
// first look to the last of its passes, on a clock that stands still while anything is under way.

const HOUR = 3_600_000;
/** Long enough for twelve passes of every machine that no fault stops. */
const DAYS = 12;

/** Time spent in a part, and how often. */
class Part {
  ms = 0;
  calls = 0;

  during<A extends unknown[], T>(call: (...args: A) => T): (...args: A) => T {
    return (...args) => {
      const begun = performance.now();
      const end = (): void => {
        this.ms += performance.now() - begun;
        this.calls += 1;
      };
      const result = call(...args);
      if (result instanceof Promise) return result.finally(end) as T;
      end();
      return result;
    };
  }
}

/** All machines at once: how many may be out is the fleet's policy, not the worker's speed. */
const unlimited = (fleet: Fleet): Fleet => ({
  ...fleet,
  clusters: {
    ...fleet.clusters,
    clusters: Object.fromEntries(
      Object.entries(fleet.clusters.clusters).map(([name, cluster]) => [name, { ...cluster, limits: {} }]),
    ),
    vendors: {},
  },
});

const nodes = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "slipway-end-to-end-"));
const database = await benchDatabase();
try {
  const parts = { exec: new Part(), judge: new Part(), keep: new Part(), transaction: new Part() };
  const busy = new InFlight();
  const kept = fileBlobs(folder);
  const clock = virtualClock(START, () => busy.settled());
  await setTestClock(database.store, { offsetMs: START, rate: 0 });
  const following = followClock(database.store, clock);
  const store: Store = {
    transaction: busy.watch(
      parts.transaction.during((work: Parameters<Store["transaction"]>[0]) => following.transaction(work)),
    ) as Store["transaction"],
    report: (work) => following.report(work),
    skew: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
  const listed = busy.watch(async () => {
    const all = [];
    for await (const one of kept.list()) all.push(one);
    return all;
  });
  // All of it is watched, or the clock would run on while a clean-up reads the disk.
  const blobs: Blobs = {
    put: busy.watch(parts.keep.during((contents: Parameters<Blobs["put"]>[0]) => kept.put(contents))),
    get: busy.watch((digest: string) => kept.get(digest)),
    remove: busy.watch((...given: Parameters<Blobs["remove"]>) => kept.remove(...given)),
    purge: busy.watch((...given: Parameters<Blobs["purge"]>) => kept.purge(...given)),
    async *list() {
      yield* await listed();
    },
  };
  const world = await simulatedWorld({
    seed: 1,
    fleetFolder: fileURLToPath(new URL("../fleet", import.meta.url)),
    lab: { cells: { "oci-h100-a": nodes }, speed: 1 },
    vary: unlimited,
    store,
    clock,
  });
  const judging = await world.parts.judging();
  const lab = world.parts.adapters.get("lab");
  if (lab === undefined) throw new TypeError("no lab");
  const { transport } = lab;
  const timed = { ...judging, judge: parts.judge.during(judging.judge.bind(judging)) };
  Object.assign(world.parts, {
    blobs,
    judging: () => Promise.resolve(timed),
    adapters: new Map([
      [
        "lab",
        {
          ...lab,
          transport: {
            id: "lab",
            connect: async (...args: Parameters<typeof transport.connect>) => {
              const connection = await transport.connect(...args);
              const exec = connection.exec.bind(connection);
              // What the lab does before it begins to wait is the making of its text.
              return new Proxy(connection, {
                get: (target, key) =>
                  key === "exec"
                    ? (...given: Parameters<typeof exec>) => {
                        const begun = performance.now();
                        const result = exec(...given);
                        parts.exec.ms += performance.now() - begun;
                        parts.exec.calls += 1;
                        return result;
                      }
                    : (Reflect.get(target, key) as unknown),
              });
            },
            close: () => {
              transport.close();
            },
          },
        },
      ],
    ]),
  });
  const begun = performance.now();
  const runner = await world.start();
  for (let at = START; at < START + DAYS * 24 * HOUR; at += 6 * HOUR) {
    await world.look();
    await world.clock.runUntil(at + 6 * HOUR);
  }
  const seconds = (performance.now() - begun) / 1_000;
  await runner.stop();
  const count = async (text: string): Promise<number> =>
    Number((await database.client.query<{ n: string }>(text)).rows[0]?.n);
  const answer = {
    seconds,
    passes: await count("select count(*) n from passes"),
    results: await count("select count(*) n from results"),
    twelve: await count(
      "select count(*) n from (select 1 from passes where verdict = 'pass' group by validation having count(*) >= 12) v",
    ),
    rowBytes: await count(
      "select pg_total_relation_size('passes') + pg_total_relation_size('results') + pg_total_relation_size('audit') + pg_total_relation_size('intents') n",
    ),
    evidenceBytes: readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
      (sum, file) => sum + (file.isFile() ? statSync(join(file.parentPath, file.name)).size : 0),
      0,
    ),
    peakMiB: process.resourceUsage().maxRSS / 1_024,
    parts: Object.fromEntries(Object.entries(parts).map(([name, { ms, calls }]) => [name, { ms, calls }])),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} finally {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}
