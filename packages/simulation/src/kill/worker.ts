import { loadChecks, loadVendor, loadSteps } from "@slipway/catalog";
import { inlineReader } from "@slipway/evidence";
import { DEFAULT_LIMITS, startRunner, type RunnerParts } from "@slipway/runner";
import { judgingSet, loadFleet } from "@slipway/fleet";
import {
  bossQueue,
  fileBlobs,
  postgresStore,
  systemClock,
  type Blobs,
  type Queue,
  type Store,
  type TableName,
  type Tx,
} from "@slipway/store";

/** What a worker of the kill test is told by the driver. */
export interface WorkerOrders {
  readonly url: string;
  readonly folder: string;
  readonly fleet: string;
  readonly lab: Readonly<Record<string, unknown>>;
  /** Acts at a time. */
  readonly acts: number;
}

/** Where a worker is, said to the driver so that it can strike there. */
export type Phase = "intent→act" | "act→outcome" | "judge→commit";

/** What a worker says: where it is, which points it passed for the first time, and which jobs it took in hand and put down. */
export type Said =
  | { readonly phase: Phase }
  | { readonly point: string }
  | { readonly took: readonly string[] }
  | { readonly ended: readonly string[] };

/** What the driver says to a worker: to stand still, as by SIGSTOP, when it next passes a point. */
export interface Told {
  readonly stopAt: string;
}

const tell = (said: Said): void => void process.send?.(said);
const say = (phase: Phase): void => {
  tell({ phase });
};

const passed = new Set<string>();
let stopAt: string | undefined;
process.on("message", (told: Told) => {
  stopAt = told.stopAt;
});
/** A point at which the store is asked; where the driver wants it, the process stands still here until somebody continues it. */
function point(name: string): void {
  if (!passed.has(name)) {
    passed.add(name);
    tell({ point: name });
  }
  if (stopAt !== name) return;
  stopAt = undefined;
  process.kill(process.pid, "SIGSTOP");
}

/** A queue that says which jobs are in hand. The joined transaction is the real one below the telling one. */
const tellingQueue = (queue: Queue): Queue => ({
  send: (name, jobs, tx) => queue.send(name, jobs, tx === undefined ? undefined : (Object.getPrototypeOf(tx) as Tx)),
  consume: (names, options, handle) =>
    queue.consume(names, options, async (jobs, signal) => {
      const keys = jobs.map(({ key }) => `${options.batch === 1 ? "act" : "tick"} ${key}`);
      tell({ took: keys });
      try {
        await handle(jobs, signal);
      } finally {
        tell({ ended: keys });
      }
    }),
  trouble: () => queue.trouble(),
  close: () => queue.close(),
});

/** A store that passes a point before each statement, and says when intents were committed and when a pass is about to be. */
function tellingStore(store: Store): Store {
  return {
    close: () => store.close(),
    report: (work) => store.report(work),
    skew: () => store.skew(),
    async transaction(work) {
      let intents = false;
      point("begin");
      const result = await store.transaction(async (tx) => {
        intents = false;
        const done = await work(
          tellingTx(tx, (table) => {
            if (table === "intents") intents = true;
            if (table === "passes") say("judge→commit");
          }),
        );
        point("commit");
        return done;
      });
      point("committed");
      if (intents) say("intent→act");
      return result;
    },
  };
}

/** A transaction that passes a point before each statement. What it joins is found below it, as its prototype. */
const tellingTx = (tx: Tx, onInsert: (table: TableName) => void): Tx =>
  Object.assign(Object.create(tx) as Tx, {
    find: (...args: Parameters<Tx["find"]>) => (point(`find ${args[0]}`), tx.find(...args)),
    insert: (...args: Parameters<Tx["insert"]>) => {
      onInsert(args[0]);
      point(`insert ${args[0]}`);
      return tx.insert(...args);
    },
    upsert: (...args: Parameters<Tx["upsert"]>) => (point(`upsert ${args[0]}`), tx.upsert(...args)),
    update: (...args: Parameters<Tx["update"]>) => (point(`update ${args[0]}`), tx.update(...args)),
    lock: (...args: Parameters<Tx["lock"]>) => (point("lock"), tx.lock(...args)),
    nextIds: (...args: Parameters<Tx["nextIds"]>) => (point("nextIds"), tx.nextIds(...args)),
  });

/** Evidence that says when it is stored: the act is done, its outcome is not written. */
const tellingBlobs = (blobs: Blobs): Blobs => ({
  ...blobs,
  put: async (contents) => {
    point("put evidence");
    const digests = await blobs.put(contents);
    say("act→outcome");
    return digests;
  },
});

const orders = JSON.parse(process.argv[2] ?? "{}") as WorkerOrders;
const checks = await loadChecks();
const lab = await loadVendor("lab");
const quiet = { info: () => undefined, warn: () => undefined };
const session = await lab.open(orders.lab, { clock: systemClock, log: quiet });
const store = await postgresStore({ url: orders.url, max: 6 });
if (session.transport === undefined) throw new TypeError("the lab has no transport");
const told = tellingStore(store);
const digests = Object.fromEntries([...checks].map(([id, { version }]) => [id, version]));
const reader = inlineReader((id) => checks.get(id));
const parts: RunnerParts = {
  store: told,
  queue: tellingQueue(await bossQueue({ url: orders.url, store })),
  blobs: tellingBlobs(fileBlobs(orders.folder)),
  clock: systemClock,
  fleet: loadFleet(orders.fleet, checks, [lab]),
  judging: (
    (set) => () =>
      Promise.resolve(set)
  )(judgingSet({ checks, digests }, reader)),
  steps: await loadSteps(),
  reader,
  adapters: new Map([["lab", { transport: session.transport, vendor: { session } }]]),
  worker: { id: `kill/${String(process.pid)}`, host: "kill", pid: process.pid, release: "0" },
  // Short calls, so that the look of a worker that was killed is soon another's.
  limits: { ...DEFAULT_LIMITS, acts: orders.acts, vendorCallMs: 5_000, lookMs: 3_000 },
  emit: () => undefined,
};
await startRunner(parts);
