import { hostname } from "node:os";
import { createLog, fleetStatus, up, type ControlPlane } from "@slipway/server";
import { InvalidArgumentError, type Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { fleetFolder } from "../fleet.ts";
import { statusText } from "../report/status.ts";

interface UpCommand {
  readonly lab?: boolean;
  readonly seed: number;
  readonly share: number;
  readonly history: number;
  readonly port: number;
  readonly route?: readonly string[];
  readonly json?: boolean;
}

const ROUTE = [
  "--route <route...>",
  "the jump hosts, and direct, by which this machine reaches nodes over ssh; any when not given",
] as const;

export function add(program: Command): void {
  program
    .command("up")
    .description("the control plane in one process: database, worker, metrics; Ctrl-C ends it and loses nothing")
    .option("--lab", "with a simulated fleet, whose nodes are made up")
    .option("--seed <n>", "the lab's seed", whole, 1)
    .option("--share <x>", "the lab's size: 1 is 4,552 nodes", share, 0.26)
    .option("--history <days>", "simulated days before today, for a new lab", whole, 90)
    .option("--port <port>", "of /healthz, /readyz and /metrics on 127.0.0.1; 0 takes any", port, 0)
    .option(...ROUTE)
    .option("--json", "one JSON line per event")
    .action((options: UpCommand) => run(options, options.port));
  program
    .command("worker")
    .description("one more worker on the database of SLIPWAY_DATABASE_URL, or on the one that ./slipway up started")
    .option(...ROUTE)
    .option("--json", "one JSON line per event")
    .action((options: Pick<UpCommand, "route" | "json">) =>
      run({ ...options, seed: 1, share: 0.26, history: 0, port: 0 }, undefined),
    );
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("it has to be a whole number");
  return Number(text);
}

function port(text: string): number {
  const number = whole(text);
  if (number > 65_535) throw new InvalidArgumentError("it has to be a port, at most 65535");
  return number;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("it has to be above 0, and 1 at most");
  return value;
}

async function run(options: UpCommand, port: number | undefined): Promise<void> {
  const started = performance.now();
  const line = (event: object): void =>
    void process.stdout.write(
      `${JSON.stringify({ schema: "slipway/up-event@1", at: new Date().toISOString(), ...event })}\n`,
    );
  const say = (text: string, event: object): void => {
    if (options.json === true) line(event);
    else process.stdout.write(`${text}\n`);
  };
  const plane = await up({
    fleetFolder: fleetFolder(),
    release: manifest.version,
    port,
    routes: options.route,
    ...(options.lab === true
      ? { lab: { seed: options.seed, share: options.share, historyDays: options.history } }
      : {}),
    log: createLog(`${hostname()}/${String(process.pid)}`),
    ...(options.json === true ? { onEvent: line } : {}),
    onHistory: historyReport(options.json === true ? line : undefined),
  });
  const stopped = stopOnSignal(plane, say);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  say(`the control plane is up after ${seconds} s${plane.http === undefined ? "" : `: ${plane.http.url}/metrics`}`, {
    event: "up",
    seconds: Number(seconds),
    url: plane.http?.url ?? null,
  });
  if (options.json !== true && port !== undefined) await greet(plane, options.lab === true);
  try {
    await Promise.race([stopped, plane.working]);
  } catch (error) {
    await plane.stop().catch(() => undefined);
    throw error;
  }
  await stopped;
}

/** Says how far the lab's past is: each day as an event, each ten days to a person. */
function historyReport(
  line: ((event: object) => void) | undefined,
): (progress: { readonly day: number; readonly days: number; readonly seconds: number }) => void {
  let told = 0;
  return ({ day, days, seconds }) => {
    const step = Math.floor(day / (line === undefined ? 10 : 1));
    if (step <= told && day < days) return;
    told = step;
    if (line !== undefined) line({ event: "history", day, days, seconds });
    else
      process.stdout.write(
        day < days
          ? `history: day ${String(Math.floor(day))} of ${String(days)} simulated, ${seconds.toFixed(0)} s\n`
          : `history: ${String(days)} days simulated in ${seconds.toFixed(0)} s; from here on it is live\n`,
      );
  };
}

/** Waits for the worker and the first nodes, shows the fleet, and says what to look at. */
async function greet(plane: ControlPlane, lab: boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  let status = await fleetStatus(plane.database);
  const early = (): boolean => status.workers.some(({ starting }) => starting) || (lab && status.passes < 50);
  while (early() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    status = await fleetStatus(plane.database);
  }
  process.stdout.write(`\n${statusText(status)}\n`);
  process.stdout.write(
    [
      lab
        ? "These nodes are simulated: the lab prints what real tools print, and the real checks judge it."
        : "Load your nodes:        ./slipway nodes load <files>",
      "",
      "In another terminal:",
      "  ./slipway status                     the fleet by account, cluster and cause",
      "  ./slipway validations list --watch   nodes on their way back, pass by pass",
      "  ./slipway nodes list --account Banned",
      "  ./slipway nodes why <node>           which machine it is, and how we know",
      "",
      "Ctrl-C ends it; ./slipway up goes on where it was.",
      "",
    ].join("\n"),
  );
}

function stopOnSignal(plane: ControlPlane, say: (text: string, event: object) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      say("stopping; what runs is left to the next worker", { event: "stopping" });
      plane.stop().then(() => {
        resolve();
      }, reject);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
