import { changeName, decideChange, type ChangeStatus } from "@slipway/fleet";
import {
  canaryChange,
  canaryChangeDocument,
  canaryNodeDocument,
  canarySizeDocument,
  jsonLine,
  listCanaryNodes,
  showCanaryNode,
} from "@slipway/queries";
import { addCanaryNode, removeCanaryNode } from "@slipway/runner";
import { findNode } from "@slipway/nodes";
import { openDatabase, readCheckout, withActive, type Database } from "@slipway/server";
import { canarySize } from "@slipway/stats";
import type { Store } from "@slipway/store";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { columns, instant } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { signed } from "../signed.ts";

interface Signed {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

export function add(program: Command): void {
  const canary = program
    .command("canary")
    .description("canary nodes, and changes of checks, expectations, lanes and images that are proven on them first");
  const nodes = canary.command("nodes").description("known-good machines that try a change first, by pool");
  nodes.command("list", { isDefault: true }).option("--json").action(listNodes);
  signed(
    nodes
      .command("add")
      .argument("<node>")
      .option("--pool <pool>", "its ibkey or cluster; from its placement when absent"),
  ).action(addNode);
  signed(nodes.command("remove").argument("<node>")).action(removeNode);
  canary
    .command("status")
    .description("staged changes: what was tried, and what is missing")
    .option("--try", "judge the stored evidence of canary nodes and of known faults by them first")
    .option("--json", "one JSON line per change")
    .action(status);
  signed(
    canary
      .command("promote")
      .description("let a staged change decide for the fleet; refused while its gate is closed")
      .argument("<change>", "a check, or as `canary status` names it: lane/slow")
      .option("--digest <sha256>", "which, where several are staged"),
  ).action((name: string, options: Signed & { digest?: string }) => decide(name, options, "active"));
  signed(
    canary
      .command("reject")
      .description("refuse a staged change")
      .argument("<change>", "a check, or as `canary status` names it: lane/slow")
      .option("--digest <sha256>"),
  ).action((name: string, options: Signed & { digest?: string }) => decide(name, options, "rejected"));
  canary
    .command("size")
    .description("how many canaries measure a rate")
    .requiredOption("--rate <r>", "the expected rate", fraction)
    .requiredOption("--half-width <d>", "how far off it may be", fraction)
    .option("--share <s>", "share of attempts that the change concerns", fraction)
    .option("--json")
    .action(size);
}

function fraction(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1) || text.trim() === "")
    throw new InvalidArgumentError("has to be above 0, and 1 at most");
  return value;
}

function size({
  rate,
  halfWidth,
  share,
  json,
}: {
  readonly rate: number;
  readonly halfWidth: number;
  readonly share?: number;
  readonly json?: boolean;
}): void {
  const answer = canarySize(rate, halfWidth, share);
  const outOf = answer.attempts_needed === null ? "" : `, out of ${String(answer.attempts_needed)} attempts`;
  say({ json, document: canarySizeDocument }, answer, `${String(answer.canaries)} canaries${outOf}\n`);
}

async function using(work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase({ start: true });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const listNodes = ({ json }: { readonly json?: boolean }): Promise<void> =>
  using(async ({ store }) => {
    const rows = await listCanaryNodes(store);
    if (json === true) for (const row of rows) process.stdout.write(jsonLine(canaryNodeDocument, row));
    else
      process.stdout.write(
        rows.length === 0
          ? "no canary node; name some by: slipway canary nodes add <node>\n"
          : columns([
              ["machine", "pool", "since", "by"],
              ...rows.map(({ machine, pool, since, by }) => [
                `m-${String(machine)}`,
                printable(pool),
                instant(since),
                printable(by),
              ]),
            ]),
      );
  });

const addNode = (node: string, { by, reason, pool, json }: Signed & { readonly pool?: string }): Promise<void> =>
  using(async ({ store }) => {
    const { machine } = await findNode(store, node);
    const { pool: stands } = await addCanaryNode(store, { machine: machine.id, pool, by, reason });
    await sayNode(store, machine.id, json, `${printable(node)} is a canary node of pool ${printable(stands)}\n`);
  });

const removeNode = (node: string, { by, reason, json }: Signed): Promise<void> =>
  using(async ({ store }) => {
    const { machine } = await findNode(store, node);
    await removeCanaryNode(store, { machine: machine.id, by, reason });
    await sayNode(store, machine.id, json, `${printable(node)} is no canary node any more\n`);
  });

async function sayNode(store: Store, machine: number, json: boolean | undefined, text: string): Promise<void> {
  const node = await showCanaryNode(store, machine);
  if (node !== undefined) say({ json, document: canaryNodeDocument }, node, text);
}

const changeText = ({ change, trials, gate }: ChangeStatus): string => {
  const { build } = change;
  const lost = trials
    .filter(({ control, good, active_verdict }) => control === "negative" && !good && active_verdict === "fail")
    .map(({ why }) => why);
  const version = build.version === "" ? "" : ` ${build.version}`;
  const next = gate.open ? `may be promoted by: slipway canary promote ${changeName(build)}` : "stays staged";
  const head =
    `${build.kind} ${build.name}${version} (${build.digest.slice(0, 12)}), staged ${instant(build.since)}, ` +
    `${String(trials.length)} trials: ${next}`;
  const blamed = gate.blamed === undefined ? [] : [`the change is at fault: ${gate.blamed}`];
  const weaker =
    lost.length === 0 ? [] : [`${String(lost.length)} faults that the active one catches pass it by: ${lost[0] ?? ""}`];
  return `${printable(head)}\n${[...blamed, ...gate.missing, ...weaker].map((line) => `  ${printable(line)}\n`).join("")}`;
};

const status = (options: { readonly try?: boolean; readonly json?: boolean }): Promise<void> =>
  using(async (database) => {
    const changes = await withActive(database, await readCheckout(fleetFolder()), async (active) => {
      if (options.try === true) await active.tryStaged();
      return active.status();
    });
    if (options.json === true)
      for (const one of changes) process.stdout.write(jsonLine(canaryChangeDocument, canaryChange(one)));
    else
      process.stdout.write(
        changes.length === 0
          ? "nothing is staged: the fleet is judged by this checkout's checks and files\n"
          : changes.map(changeText).join(""),
      );
  });

const decide = (
  name: string,
  { by, reason, json, digest }: Signed & { readonly digest?: string },
  to: "active" | "rejected",
): Promise<void> =>
  using(async (database) => {
    const changes = await withActive(database, await readCheckout(fleetFolder()), (active) => active.status());
    const decided = await decideChange(database.store, changes, { name, digest, to, by, reason });
    if ("shut" in decided) {
      process.stderr.write(`slipway: ${name} stays staged: ${printable(decided.shut.join("; "))}\n`);
      process.exitCode = EXIT.inconclusive;
      return;
    }
    const { build } = decided.status.change;
    say(
      { json, document: canaryChangeDocument },
      canaryChange(decided.status, to),
      `${printable(changeName(build))} ${build.digest.slice(0, 12)} is ${to}; workers take it within seconds\n`,
    );
  });
