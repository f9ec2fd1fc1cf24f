import { loadChecks } from "@slipway/catalog";
import type { Checks, SourcedExpectations } from "@slipway/evidence";
import type { Host, Transport } from "@slipway/plugin-sdk";
import type { CollectEvent, CollectSummary, Selection } from "@slipway/collect";
import { probes, SlipwayError, type Probe } from "@slipway/plugin-sdk";
import { InvalidArgumentError, Option, type Command } from "commander";
import { readStdin } from "../stdin.ts";
import { fleetFolder, rackOf } from "../fleet.ts";
import { collectProgress, printPlan } from "../report/collect.ts";

interface CollectFlags {
  readonly hosts: string;
  readonly transport: "local" | "ssh";
  readonly probes?: readonly string[];
  readonly check?: readonly string[];
  readonly out: string;
  readonly disruptive?: boolean;
  readonly dryRun?: boolean;
  readonly resume?: string | true;
  readonly every?: number;
  readonly rounds?: number;
  readonly sudo?: boolean;
  readonly limit: number;
  readonly perHost: number;
  readonly timeout?: number;
  readonly maxOutput?: number;
  readonly connectTimeout: number;
  readonly user?: string;
  readonly port?: number;
  readonly identity?: readonly string[];
  readonly knownHosts?: readonly string[];
  readonly acceptNew?: boolean;
  readonly jump?: string;
  readonly sshConfig?: string;
  readonly json?: boolean;
}

const MIB = 2 ** 20;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** Timers of Node take 2^31 ms and turn more into nothing. */
const MOST_SECONDS = 2_000_000;
const sharedProbes: readonly Probe[] = Object.values(probes);

export function add(program: Command): void {
  program
    .command("collect")
    .description(
      "run probes on nodes and keep what they print: exit 0 all ran, 2 some host unreachable or partial, 3 usage, 130 interrupted",
    )
    .requiredOption(
      "--hosts <file|list>",
      "a list (a,user@b:2222), a file with a host a line, a YAML inventory, or - for stdin",
    )
    .addOption(new Option("--transport <transport>").choices(["local", "ssh"]).default("ssh"))
    .option("--probes <ids>", "only these probes, separated by commas", list)
    .option("--check <id>", "the probes of this check only (repeatable)", repeat)
    .option("--out <dir>", "folder that takes a bundle for each host", "evidence")
    .option("--disruptive", "also run probes that load the GPUs or the fabric")
    .option("--dry-run", "print each command and its usual seconds, and ask no host")
    .option("--resume [dir]", "ask only hosts whose bundle in this folder (or --out) is missing or partial")
    .option("--every <seconds>", "ask again and again, holding the connections", seconds)
    .option("--rounds <n>", "how many times", count)
    .option("--sudo", "run probes as root by sudo -n")
    .option("--limit <n>", "hosts asked at a time", count, 128)
    .option("--per-host <n>", "probes of one host at a time", count, 1)
    .option("--timeout <seconds>", "for each probe, instead of its own", seconds)
    .option("--max-output <MiB>", "cap of each output stream of a probe", count)
    .option("--connect-timeout <seconds>", "to be logged in", seconds, 10)
    .option("--user <user>", "for hosts that name none")
    .option("--port <port>", "for hosts that name none", count)
    .option("--identity <file>", "a private key (repeatable)", repeat)
    .option("--known-hosts <file>", "instead of those of the ssh configuration (repeatable)", repeat)
    .option("--accept-new", "trust and write down the key of a host that is seen for the first time")
    .option("--jump <host>", "reach hosts through this one: user@host:port, several separated by commas")
    .option("--ssh-config <file>", "instead of ~/.ssh/config")
    .option("--json", "one JSON document an event, also on a terminal")
    .action(run);
}

function list(text: string): string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) throw new InvalidArgumentError("name at least one");
  return parts;
}

function repeat(text: string, earlier: string[] = []): string[] {
  return [...earlier, text];
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= MOST_SECONDS))
    throw new InvalidArgumentError(`seconds are a number from 0 to ${String(MOST_SECONDS)}`);
  return value;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("a whole number from 1");
  return Number(text);
}

async function run(flags: CollectFlags): Promise<void> {
  const { readInventory, plan, exitCodeOf } = await import("@slipway/collect");
  const hosts = (await readInventory(flags.hosts, readStdin)).map((host) => ({
    ...host,
    port: host.port ?? flags.port,
  }));
  // A fan-out of shared probes over plain hosts needs no check, and then none is loaded.
  const classified = hosts.some(
    ({ vendor, sku, cluster, rackExpectations }) => (vendor ?? sku ?? cluster ?? rackExpectations) !== undefined,
  );
  const sharedOnly =
    flags.check === undefined &&
    flags.probes !== undefined &&
    flags.probes.length > 0 &&
    flags.probes.every((id) => sharedProbes.some((probe) => probe.id === id));
  const checks: Checks = classified || !sharedOnly ? await loadChecks() : new Map();
  const expectationsOf = classified ? await expectationsFor(checks, flags.hosts) : () => ({ expect: {}, sources: {} });
  const selection = sharedOnly
    ? { probes: sharedProbes, named: flags.probes, disruptive: flags.disruptive }
    : select(checks, flags);
  if (flags.dryRun === true) {
    printPlan(
      hosts.map((host) => ({ host, plan: plan(expectationsOf(host).expect, selection) })),
      flags.json === true,
    );
    return;
  }
  const progress = collectProgress(hosts.length, flags.json === true);
  const withheld = new Set(
    hosts.flatMap((host) => plan(expectationsOf(host).expect, selection).withheld.map(({ id }) => id)),
  );
  if (withheld.size > 0)
    progress.note(
      `${[...withheld].join(" and ")} would load the nodes and ${withheld.size === 1 ? "is" : "are"} left out; ` +
        `name ${withheld.size === 1 ? "it" : "them"} with --probes or give --disruptive`,
    );
  process.exitCode = exitCodeOf(await collectUntilStopped(hosts, flags, { selection, expectationsOf, progress }));
}

/** Collects until all hosts were asked, or a signal ends it. */
async function collectUntilStopped(
  hosts: readonly Host[],
  flags: CollectFlags,
  {
    selection,
    expectationsOf,
    progress,
  }: {
    readonly selection: Selection;
    readonly expectationsOf: (host: Host) => SourcedExpectations;
    readonly progress: ReturnType<typeof collectProgress>;
  },
): Promise<CollectSummary> {
  const { collect } = await import("@slipway/collect");
  const interrupted = new AbortController();
  const stop = (): void => {
    if (interrupted.signal.aborted) return;
    progress.note("interrupted: ending what runs on the nodes and keeping what there is; this takes some seconds");
    interrupted.abort();
  };
  // However often it is asked to leave: it ends its probes first.
  for (const signal of SIGNALS) process.on(signal, stop);
  const transport = await openTransport(flags, (text) => progress.note(text));
  try {
    return await collect(hosts, {
      out: typeof flags.resume === "string" ? flags.resume : flags.out,
      transport,
      selection,
      expectationsOf,
      sudo: flags.sudo,
      timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
      maxBytes: flags.maxOutput === undefined ? undefined : flags.maxOutput * MIB,
      concurrency: flags.limit,
      perHost: flags.perHost,
      resume: flags.resume !== undefined,
      rounds: flags.rounds,
      everyMs: flags.every === undefined ? undefined : flags.every * 1000,
      signal: interrupted.signal,
      onEvent: (event: CollectEvent) => progress.event(event),
    });
  } finally {
    transport.close();
    for (const signal of SIGNALS) process.removeListener(signal, stop);
    progress.end();
  }
}

/** Expectations of a host from the fleet's files, by its vendor, SKU and cluster, and from the inventory by its rack. */
async function expectationsFor(checks: Checks, inventory: string): Promise<(host: Host) => SourcedExpectations> {
  const { loadFleetExpectations, sectionSchemas } = await import("@slipway/evidence");
  const fleet = loadFleetExpectations(fleetFolder(), sectionSchemas(checks));
  return (host) => fleet.resolve(host, rackOf(host, inventory));
}

function select(checks: Checks, { check: ids, probes: named, disruptive }: CollectFlags): Selection {
  for (const id of ids ?? [])
    if (!checks.has(id))
      throw new SlipwayError("input", `--check ${id}: there is no such check`, {
        hint: `known: ${[...checks.keys()].join(", ")}`,
      });
  const chosen = [...checks.values()].filter(({ id }) => ids === undefined || ids.includes(id));
  return { probes: chosen.flatMap((check) => check.probes.map(({ probe }) => probe)), named, disruptive };
}

async function openTransport(flags: CollectFlags, note: (text: string) => void): Promise<Transport> {
  const { localTransport, sshTransport } = await import("@slipway/collect");
  if (flags.transport === "local") return localTransport();
  return sshTransport({
    user: flags.user,
    identityFiles: flags.identity,
    knownHostsFiles: flags.knownHosts,
    acceptNew: flags.acceptNew,
    jump: flags.jump,
    configFile: flags.sshConfig,
    connectTimeoutMs: flags.connectTimeout * 1000,
    onAccepted: (host, file) => note(`${host}: its key was seen for the first time and written to ${file}`),
  });
}
