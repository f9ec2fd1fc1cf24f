import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { migrate, postgresStore, startEmbedded, type EmbeddedServer } from "@slipway/store";
import { compare, type JournalLine } from "./compare.ts";
import type { Phase, Said, WorkerOrders } from "./worker.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    takeovers: { type: "string", default: "10" },
    restarts: { type: "string", default: "5" },
  },
});
const [KILLS, TAKEOVERS, RESTARTS] = [Number(values.kills), Number(values.takeovers), Number(values.restarts)];
/** Kills are at most 3 s apart (settled.md B), with what a start takes. */
const PATIENCE_MS = 2_600;
const PHASES: readonly Phase[] = ["intent→act", "act→outcome", "judge→commit"];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const workerFile = fileURLToPath(new URL("worker.ts", import.meta.url));

const home = mkdtempSync(join(process.getuid?.() === 0 ? "/var/lib" : tmpdir(), "slipway-kill-"));
let server: EmbeddedServer = await startEmbedded({ home });
await migrate(server.url);
const orders: WorkerOrders = {
  url: server.url,
  folder: join(home, "evidence"),
  fleet: fileURLToPath(new URL("../../../../fleet", import.meta.url)),
  lab: {
    seed: 11,
    start: new Date(Date.now() - 91 * 86_400_000).toISOString(),
    cells: { "oci-h100-a": Math.max(16, Math.ceil(KILLS * 0.9)), "az-gb300-a": 36 },
    journal: join(home, "journal.jsonl"),
    speed: 0.0015,
  },
};
const workers: [ChildProcess?, ChildProcess?] = [];
/** The jobs that each worker has in hand, until it says that one ended. */
const inHand: [Set<string>, Set<string>] = [new Set(), new Set()];
const struck: Record<Phase, number> = { "intent→act": 0, "act→outcome": 0, "judge→commit": 0 };

/** Starts a worker, and again when it ends by itself, as whoever runs it in earnest would. */
function start(at: 0 | 1): void {
  const child = fork(workerFile, [JSON.stringify(orders)], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const hand = new Set<string>();
  workers[at] = child;
  inHand[at] = hand;
  child.on("message", (said: Said) => {
    if ("took" in said) for (const key of said.took) hand.add(key);
    if ("ended" in said) for (const key of said.ended) hand.delete(key);
  });
  child.once("exit", (code) => {
    if (code !== null && workers[at] === child)
      setTimeout(() => {
        start(at);
      }, 500);
  });
}

/** Kills a worker the moment it says that it is in this phase, or after {@link PATIENCE_MS} wherever it is. */
async function killIn(child: ChildProcess, phase: Phase): Promise<void> {
  const there = new Promise<boolean>((resolve) => {
    child.on("message", (said: Said) => {
      if ("phase" in said && said.phase === phase) resolve(true);
    });
    setTimeout(() => {
      resolve(false);
    }, PATIENCE_MS);
  });
  if (await there) struck[phase] += 1;
  await end(child);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

const reader = async <T>(work: (store: Awaited<ReturnType<typeof postgresStore>>) => Promise<T>): Promise<T> => {
  const store = await postgresStore({ url: server.url, max: 2 });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const begun = performance.now();
start(0);
start(1);
await sleep(3_000);
for (let kill = 0; kill < KILLS; kill += 1) {
  const at = kill % 2 === 0 ? 0 : 1;
  const child = workers[at];
  if (child !== undefined) await killIn(child, PHASES[kill % 3] ?? "judge→commit");
  start(at);
  if (RESTARTS > 0 && (kill + 1) % Math.ceil(KILLS / (RESTARTS + 1)) === 0 && kill + 1 < KILLS) {
    await server.stop();
    server = await startEmbedded({ home });
    print(`PostgreSQL restarted after ${String(kill + 1)} kills`);
  }
  if ((kill + 1) % 25 === 0)
    print(`${String(kill + 1)} of ${String(KILLS)} kills, ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  await sleep(400);
}

/** Kills a worker that has an act in hand, and leaves its jobs to the other: seconds until the last of them is in its hands. */
async function takeOver(at: 0 | 1): Promise<number> {
  const [child, left] = [workers[at], workers[1 - at]];
  if (child === undefined || left === undefined) throw new TypeError("a worker is missing");
  // The one that is left has to be up itself: its own start is no part of a take-over.
  const acting = (): boolean =>
    inHand[at === 0 ? 1 : 0].size > 0 && [...inHand[at]].some((key) => key.startsWith("act "));
  for (const deadline = Date.now() + 30_000; !acting() && Date.now() < deadline;) await sleep(10);
  const from = performance.now();
  const waiting = inHand[at];
  const taken = new Promise<void>((resolve) => {
    left.on("message", (said: Said) => {
      if (!("took" in said)) return;
      for (const key of said.took) waiting.delete(key);
      if (waiting.size === 0) resolve();
    });
  });
  const acts = [...waiting].filter((key) => key.startsWith("act ")).length;
  await end(child);
  if (acts > 0) await Promise.race([taken, sleep(60_000, undefined, { ref: false })]);
  const seconds = (performance.now() - from) / 1_000;
  print(`take-over of ${String(acts)} acts: ${seconds.toFixed(1)} s`);
  return acts === 0 ? Infinity : seconds;
}

const takeovers: number[] = [];
for (let take = 0; take < TAKEOVERS; take += 1) {
  await sleep(3_000);
  const at = take % 2 === 0 ? 0 : 1;
  takeovers.push(await takeOver(at));
  start(at);
}

print("no more kills; waiting for every validation to end");
for (let quiet = 0, deadline = Date.now() + 240_000; quiet < 3 && Date.now() < deadline;) {
  const open = await reader((store) =>
    store.transaction((tx) => tx.find("validations", { where: { status: { in: ["queued", "running"] } } })),
  );
  quiet = open.length === 0 ? quiet + 1 : 0;
  await sleep(1_000);
}
for (const child of workers) if (child !== undefined) await end(child);
await sleep(500);
const journal = readFileSync(join(home, "journal.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as JournalLine);
const outcome = await reader((store) => compare(store, journal));
const problems = [
  ...outcome.problems,
  ...(KILLS >= 200
    ? PHASES.filter((phase) => struck[phase] < 20).map((phase) => `only ${String(struck[phase])} kills struck ${phase}`)
    : []),
  ...takeovers
    .filter((seconds) => seconds >= 30)
    .map((seconds) =>
      seconds === Infinity
        ? "a worker had nothing in hand to be taken over"
        : `a take-over took ${seconds.toFixed(1)} s`,
    ),
];
print(
  `${String(KILLS)} kills (${PHASES.map((phase) => `${phase} ${String(struck[phase])}`).join(", ")}), ` +
    `${String(RESTARTS)} restarts of PostgreSQL, ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
);
if (takeovers.length > 0)
  print(
    `take-overs of what the dead had in hand: ${takeovers.map((seconds) => seconds.toFixed(1)).join(", ")} s (each under 30)`,
  );
print(
  `${String(outcome.sessions)} sessions in the lab's journal, ${String(outcome.passes)} passes counted, ${String(outcome.validations)} validations`,
);
for (const problem of problems) print(`WRONG  ${problem}`);
print(JSON.stringify({ schema: "slipway/kill-test@1", kills: KILLS, struck, takeovers, ...outcome, problems }));
await server.stop();
rmSync(home, { recursive: true, force: true });
process.exit(problems.length === 0 ? 0 : 1);
