import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { migrate, postgresStore, startEmbedded, type EmbeddedServer } from "@slipway/store";
import { checkHistory } from "./check-history.ts";
import { compare, type JournalLine } from "./compare.ts";
import { readHistory, record, RECORDING } from "./history.ts";
import { pointsOfTheDay, stopAt, usualPoints, type Stop } from "./stops.ts";
import { otherThan, Workers, type At } from "./workers.ts";
import type { Phase } from "./worker.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    takeovers: { type: "string", default: "10" },
    restarts: { type: "string", default: "5" },
    /** How many points a worker stands still at: that many of today's, or `all`. */
    stops: { type: "string", default: "3" },
  },
});
const [KILLS, TAKEOVERS, RESTARTS] = [Number(values.kills), Number(values.takeovers), Number(values.restarts)];
const STOPS = values.stops === "all" ? Infinity : Number(values.stops);
/** While one worker stands still the other goes on: what it does meanwhile has to be there besides. */
const NODES_A_STOP = 20;
/** With more acts at a time the work is done sooner, and a worker that is killed has to have some in hand. */
const NODES_A_TAKEOVER = 20;
/**
 * Acts at a time while take-overs are timed: more than the boots that the limits of clusters let happen at once. A boot
 * holds its place while it is waited for, for minutes where the worker that asked for it died, and what finds no place
 * is taken over by nobody.
 */
const ROOMY = 40;
const PHASES: readonly Phase[] = ["intent→act", "act→outcome", "judge→commit"];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const home = mkdtempSync(join(process.getuid?.() === 0 ? "/var/lib" : tmpdir(), "slipway-kill-"));
let server: EmbeddedServer = await startEmbedded({ home, settings: RECORDING });
await migrate(server.url);
await record(server.url);
const workers = new Workers({
  url: server.url,
  folder: join(home, "evidence"),
  fleet: fileURLToPath(new URL("../../../../fleet", import.meta.url)),
  lab: {
    seed: 11,
    start: new Date(Date.now() - 91 * 86_400_000).toISOString(),
    cells: {
      "oci-h100-a":
        Math.max(16, Math.ceil(KILLS * 0.9)) + NODES_A_STOP * Math.min(STOPS, 30) + NODES_A_TAKEOVER * TAKEOVERS,
      "az-gb300-a": 36,
    },
    journal: join(home, "journal.jsonl"),
    speed: 0.0015,
  },
});
const struck: Record<Phase, number> = { "intent→act": 0, "act→outcome": 0, "judge→commit": 0 };

const reader = async <T>(work: (store: Awaited<ReturnType<typeof postgresStore>>) => Promise<T>): Promise<T> => {
  const store = await postgresStore({ url: server.url, max: 2 });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const begun = performance.now();
const seconds = (): string => ((performance.now() - begun) / 1_000).toFixed(0);
workers.start(0);
workers.start(1);
await sleep(3_000);
for (let kill = 0; kill < KILLS; kill += 1) {
  const at: At = kill % 2 === 0 ? 0 : 1;
  const phase = PHASES[kill % 3] ?? "judge→commit";
  if (await workers.killIn(at, phase)) struck[phase] += 1;
  workers.start(at);
  if (RESTARTS > 0 && (kill + 1) % Math.ceil(KILLS / (RESTARTS + 1)) === 0 && kill + 1 < KILLS) {
    await server.stop();
    server = await startEmbedded({ home, settings: RECORDING });
    print(`PostgreSQL restarted after ${String(kill + 1)} kills`);
  }
  if ((kill + 1) % 25 === 0) print(`${String(kill + 1)} of ${String(KILLS)} kills, ${seconds()} s`);
  await sleep(400);
}

const stops: Stop[] = [];
for (const point of pointsOfTheDay(usualPoints(workers.points), STOPS, new Date())) {
  const stop = await stopAt(workers, stops.length % 2 === 0 ? 0 : 1, point);
  stops.push(stop);
  print(`stood still at ${point}: the other ended ${String(stop.ended)} acts meanwhile`);
}
// What one that stood still has in hand went to the other long ago: take-overs are timed from fresh hands.
workers.acts = ROOMY;
for (const at of [0, 1] as const) {
  await workers.kill(at);
  workers.start(at);
}

/** Kills a worker that has an act in hand, and leaves its jobs to the other: seconds until the last of them is in its hands. */
async function takeOver(at: At): Promise<number> {
  // The one that is left has to be up itself: its own start is no part of a take-over.
  const acting = (): boolean =>
    workers.inHand(otherThan(at)).size > 0 && [...workers.inHand(at)].some((key) => key.startsWith("act "));
  for (const deadline = Date.now() + 30_000; !acting() && Date.now() < deadline;) await sleep(10);
  const from = performance.now();
  const waiting = workers.inHand(at);
  const taken = Promise.withResolvers<undefined>();
  const deaf = workers.hear(otherThan(at), (said) => {
    if (!("took" in said)) return;
    for (const key of said.took) waiting.delete(key);
    if (waiting.size === 0) taken.resolve(undefined);
  });
  const acts = [...waiting].filter((key) => key.startsWith("act ")).length;
  await workers.kill(at);
  if (acts > 0) await Promise.race([taken.promise, sleep(60_000, undefined, { ref: false })]);
  deaf();
  const took = (performance.now() - from) / 1_000;
  const left = waiting.size === 0 ? "" : `; not in its hands: ${[...waiting].join(", ")}`;
  print(`take-over of ${String(acts)} acts: ${took.toFixed(1)} s${left}`);
  return acts === 0 ? Infinity : took;
}

const takeovers: number[] = [];
for (let take = 0; take < TAKEOVERS; take += 1) {
  await sleep(3_000);
  const at: At = take % 2 === 0 ? 0 : 1;
  takeovers.push(await takeOver(at));
  workers.start(at);
}

print("no more kills; waiting for every validation to end");
for (let quiet = 0, deadline = Date.now() + 240_000; quiet < 3 && Date.now() < deadline;) {
  const open = await reader((store) =>
    store.transaction((tx) => tx.find("validations", { where: { status: { in: ["queued", "running"] } } })),
  );
  quiet = open.length === 0 ? quiet + 1 : 0;
  await sleep(1_000);
}
await workers.kill(0);
await workers.kill(1);
await sleep(500);
const journal = readFileSync(join(home, "journal.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as JournalLine);
const outcome = await reader((store) => compare(store, journal));
const history = await readHistory(server.url);
const acts = journal.filter(({ what }) => what === "power" || what === "repair" || what === "service");
const problems = [
  ...outcome.problems,
  ...checkHistory(history, acts),
  ...stops.flatMap(({ problem }) => problem ?? []),
  ...(KILLS >= 200
    ? PHASES.filter((phase) => struck[phase] < 20).map((phase) => `only ${String(struck[phase])} kills struck ${phase}`)
    : []),
  ...takeovers
    .filter((took) => took >= 30)
    .map((took) =>
      took === Infinity ? "a worker had nothing in hand to be taken over" : `a take-over took ${took.toFixed(1)} s`,
    ),
];
print(
  `${String(KILLS)} kills (${PHASES.map((phase) => `${phase} ${String(struck[phase])}`).join(", ")}), ` +
    `${String(stops.length)} stops of ${String(workers.points.size)} points, ` +
    `${String(RESTARTS)} restarts of PostgreSQL, ${seconds()} s`,
);
if (takeovers.length > 0)
  print(
    `take-overs of what the dead had in hand: ${takeovers.map((took) => took.toFixed(1)).join(", ")} s (each under 30)`,
  );
print(
  `${String(outcome.sessions)} sessions in the lab's journal, ${String(outcome.passes)} passes counted, ` +
    `${String(outcome.validations)} validations, ${String(history.length)} changes in the history`,
);
for (const problem of problems) print(`WRONG  ${problem}`);
print(
  JSON.stringify({
    schema: "slipway/kill-test@1",
    kills: KILLS,
    struck,
    stops,
    takeovers,
    ...outcome,
    history: history.length,
    problems,
  }),
);
await server.stop();
rmSync(home, { recursive: true, force: true });
process.exit(problems.length === 0 ? 0 : 1);
