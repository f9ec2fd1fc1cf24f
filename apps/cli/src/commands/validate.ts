import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "@slipway/plugin-sdk";
import {
  jsonLine,
  unprovenMachines,
  validateEvents,
  validationsOf,
  type ContentOf,
  type ValidationShown,
} from "@slipway/queries";
import { planByHand, refuseLane, startRunner, takeInHosts, type Runner } from "@slipway/runner";
import { findNode } from "@slipway/nodes";
import { readInventory } from "@slipway/collect";
import { openWorkbench, type Workbench } from "@slipway/server";
import { Option, type Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { readStdin } from "../stdin.ts";
import { printable } from "../report/printable.ts";
import { validationsText } from "../report/validations.ts";

interface ValidateOptions {
  readonly cluster?: string;
  readonly nodes?: readonly string[];
  readonly hosts?: string;
  readonly transport: "ssh" | "local";
  readonly lane?: string;
  readonly reason?: string;
  readonly sudo?: boolean;
  readonly follow: boolean;
  readonly json?: boolean;
}

export function add(program: Command): void {
  program
    .command("validate")
    .description(
      "prove machines ready: lane, passes, release or ban. Exit 0 all released, 1 one banned, 2 one held or unfinished, 3 usage",
    )
    .option("--cluster <cluster>", "every machine of a cluster that is not in service")
    .option("--nodes <node...>", "these machines, by name, machine (m-12) or serial")
    .option("--hosts <file>", "the hosts of an inventory, which are asked first who they are")
    .addOption(
      new Option("--transport <transport>", "how hosts of an inventory are reached")
        .choices(["ssh", "local"])
        .default("ssh"),
    )
    .option("--lane <lane>", "this lane instead of the one their history gives; needs --reason")
    .option("--reason <text>")
    .option("--sudo", "run probes by sudo -n")
    .option("--no-follow", "put them in line and return")
    .option("--json", "one JSON line per event")
    .action(validate);
}

async function validate(options: ValidateOptions): Promise<void> {
  refuseUnclear(options);
  const say: Say = (event, text) =>
    void process.stdout.write(
      options.json === true ? jsonLine(validateEvents, { at: new Date().toISOString(), ...event }) : `${text}\n`,
    );
  const bench = await openWorkbench({
    fleetFolder: fleetFolder(),
    release: manifest.version,
    sudo: options.sudo === true,
  });
  let runner: Runner | undefined;
  try {
    await saySettings(bench, say);
    refuseLane(bench.parts.fleet, options);
    const { machines, silent } =
      options.hosts === undefined
        ? { machines: await namedMachines(bench, options), silent: 0 }
        : await askHosts(bench, options.hosts, options.transport, say);
    const { planned, left: unplanned } = await planByHand(bench.parts, {
      machines,
      lane: options.lane,
      reason: options.reason,
    });
    for (const { id, node, lane, lane_reason, passes_required } of planned)
      say(
        { event: "planned", node_name: node, validation: id, node, lane, reason: lane_reason, passes: passes_required },
        `${printable(node)}: ${lane}, ${String(passes_required)} pass${passes_required === 1 ? "" : "es"}, because ` +
          `${printable(lane_reason)} (validation ${String(id)})`,
      );
    if (unplanned > 0)
      say(
        { event: "not-planned", machines: unplanned },
        `${String(unplanned)} machine${unplanned === 1 ? " stands" : "s stand"} nowhere, or no lane is for them, ` +
          "or somebody banned them by hand (slipway bans list, bans lift)",
      );
    if (!options.follow) {
      process.exitCode = EXIT.inconclusive;
      return;
    }
    const workAlone = async (): Promise<void> => {
      if (runner === undefined && !(await bench.hasWorkers())) runner = await startRunner(bench.workers);
    };
    await workAlone();
    if (runner === undefined)
      say({ event: "enqueued" }, "a control plane runs on this database and does the work; following it");
    const ended = await follow(
      bench,
      planned.map(({ id }) => id),
      { say, json: options.json === true, workAlone },
    );
    process.exitCode = exitOf(ended, unplanned + silent);
  } finally {
    await runner?.stop({ now: true });
    await bench.close();
  }
}

function refuseUnclear({ cluster, nodes, hosts, lane, reason }: ValidateOptions): void {
  if ([cluster, nodes, hosts].filter((one) => one !== undefined).length !== 1)
    throw new SlipwayError("input", "name what to validate by one of --cluster, --nodes and --hosts");
  if (lane !== undefined && reason === undefined)
    throw new SlipwayError("input", "--lane overrules a machine's history, so it needs a --reason");
}

async function saySettings(bench: Workbench, say: Say): Promise<void> {
  const { empty, changes } = await bench.active.difference();
  const differing = changes
    .filter(({ outcome }) => outcome !== "waits" && !empty)
    .map(({ setting: { kind, name } }) => `${kind}/${name}`);
  if (differing.length > 0)
    say(
      { event: "not-applied", changes: differing },
      `this checkout differs from what is applied, and is not in force: ${differing.map(printable).join(", ")} (slipway fleet diff)`,
    );
  const staged = bench.active.current().judging.staged.map(({ build }) => `${build.kind}/${build.name}`);
  if (staged.length > 0)
    say(
      { event: "staged", changes: staged },
      `staged, and not in force: ${staged.map(printable).join(", ")} (slipway canary status says what is missing)`,
    );
}

/** Machines by what the person named, or those of a cluster that are not in service. */
async function namedMachines({ parts }: Workbench, { cluster, nodes }: ValidateOptions): Promise<readonly number[]> {
  if (nodes !== undefined)
    return Promise.all(nodes.map(async (name) => (await findNode(parts.store, name)).machine.id));
  const ids = await unprovenMachines(parts.store, cluster ?? "");
  if (ids.length === 0)
    throw new SlipwayError("input", `--cluster ${cluster ?? ""}: no machine there waits for a validation`, {
      hint: "slipway nodes list --cluster …",
    });
  return ids;
}

/** Asks the hosts of an inventory who they are, and takes that in. */
async function askHosts(
  { parts }: Workbench,
  file: string,
  adapter: ValidateOptions["transport"],
  say: Say,
): Promise<{ readonly machines: readonly number[]; readonly silent: number }> {
  const hosts = await readInventory(file, readStdin);
  const asked = { hosts, adapter, path: file };
  const { machines, silent } = await takeInHosts(parts, asked, new AbortController().signal);
  for (const { name } of silent)
    say(
      { event: "unreachable", node_name: name, node: name },
      `${printable(name)} does not answer, so nobody knows which machine it is`,
    );
  return { machines, silent: silent.length };
}

type ValidateEvent = ContentOf<typeof validateEvents>;
/** An event without its time. */
type Untimed<Event> = Event extends unknown ? Omit<Event, "at"> : never;
type Say = (event: Untimed<ValidateEvent>, text: string) => void;

/**
 * Shows every change until all have ended, are held, or Ctrl-C.
 *
 * @param workAlone takes the work up where nobody else is left to do it
 */
async function follow(
  { parts }: Workbench,
  ids: readonly number[],
  { say, json, workAlone }: { readonly say: Say; readonly json: boolean; readonly workAlone: () => Promise<void> },
): Promise<readonly ValidationShown[]> {
  const told = new Map<number, string>();
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  for (;;) {
    const rows = await validationsOf(parts.store, ids);
    for (const row of rows) {
      const state = `${row.status} ${String(row.passes_done)} ${row.reason}`;
      if (told.get(row.id) === state) continue;
      told.set(row.id, state);
      say(
        {
          event: "progress",
          node_name: row.node,
          validation: row.id,
          node: row.node,
          status: row.status,
          passes_done: row.passes_done,
          passes_required: row.passes_required,
          reason: row.reason,
        },
        `${printable(row.node)}: ${row.status}, ${String(row.passes_done)} of ${String(row.passes_required)} passes; ${printable(row.reason)}`,
      );
    }
    const open = rows.filter(
      ({ status, due_at }) =>
        status === "queued" ||
        status === "running" ||
        (status === "held" && due_at !== null && due_at < Date.now() + 60_000),
    );
    if (open.length === 0 || interrupted) {
      if (!json) process.stdout.write(`\n${validationsText(rows, Date.now())}`);
      return rows;
    }
    await workAlone();
    await sleep(300);
  }
}

/** @param missing machines and hosts that are in no validation */
function exitOf(rows: readonly ValidationShown[], missing: number): number {
  if (rows.some(({ status }) => status === "banned")) return EXIT.fail;
  return missing === 0 && rows.length > 0 && rows.every(({ status }) => status === "released")
    ? EXIT.ok
    : EXIT.inconclusive;
}
