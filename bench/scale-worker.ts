// A worker in a process of its own, whose nodes are doubles: works until its input ends, then prints what it did.
import { loadSteps } from "@slipway/catalog";
import { once } from "node:events";
import { hostname } from "node:os";
import { inlineReader } from "@slipway/evidence";
import { fleetOf, judgingSet, readFleet } from "@slipway/fleet";
import { commandProbe, defineCheck } from "@slipway/plugin-sdk";
import { DEFAULT_LIMITS, startRunner, type RunnerParts } from "@slipway/runner";
import { bossQueue, postgresStore, systemClock } from "@slipway/store";
import { memoryBlobs } from "@slipway/store/memory";
import { execResult } from "@slipway/testkit";

/** What one worker did. */
export interface Worked {
  readonly ticks: number;
  /** Of each batch of ticks, milliseconds from its delivery to its commit. */
  readonly batchMs: readonly number[];
  readonly passes: number;
  /** Resident memory, each second. */
  readonly memoryMiB: readonly number[];
  readonly troubles: readonly string[];
}

const [url = "", folder = ""] = process.argv.slice(2);
const check = defineCheck({
  id: "well",
  version: "1.0.0",
  title: "Says that a node is well",
  probes: [{ probe: commandProbe("p", { id: "p", argv: ["p"], timeoutMs: 1_000, usualSeconds: 1 }), why: "all" }],
  sections: {},
  needs: [],
  codes: {},
  judge: () => [],
});
const checks = new Map([[check.id, check]]);
/** A node that answers at once and says nothing. */
const node: NonNullable<ReturnType<RunnerParts["adapters"]["get"]>> = {
  transport: {
    connect: () =>
      Promise.resolve({
        lost: undefined,
        close: () => undefined,
        exec: ({ argv }) => Promise.resolve(execResult("", { argv: [...argv] })),
      }),
    close: () => undefined,
  },
};
const store = await postgresStore({ url });
const queue = await bossQueue({ url, store });
const reader = inlineReader((id) => Promise.resolve(checks.get(id)));
const judging = judgingSet({ checks, digests: {} }, reader);
const done = {
  ticks: 0,
  batchMs: [] as number[],
  passes: 0,
  memoryMiB: [] as number[],
  troubles: new Set<string>(),
};
let ending = false;
const runner = await startRunner({
  store,
  queue,
  blobs: memoryBlobs(),
  clock: systemClock,
  fleet: fleetOf(readFleet(folder), checks),
  judging: () => Promise.resolve(judging),
  steps: await loadSteps(),
  reader,
  adapters: new Map([["ssh", node]]),
  worker: { id: `bench/${String(process.pid)}`, host: hostname(), pid: process.pid, release: "0" },
  limits: DEFAULT_LIMITS,
  emit: (event) => {
    if (event.event === "ticks") {
      done.ticks += event.count;
      done.batchMs.push(event.seconds * 1_000);
    } else if (event.event === "pass") done.passes += event.counted ? 1 : 0;
    else if (event.event !== "transition" && !ending) done.troubles.add(JSON.stringify(event).slice(0, 300));
  },
});
const sampling = setInterval(() => done.memoryMiB.push(process.memoryUsage.rss() / 2 ** 20), 1_000);
process.stdin.resume();
await once(process.stdin, "end");
clearInterval(sampling);
ending = true;
await runner.stop({ now: true });
await queue.close();
await store.close();
process.stdout.write(JSON.stringify({ ...done, troubles: [...done.troubles].slice(0, 5) } satisfies Worked));
process.exit(0);
