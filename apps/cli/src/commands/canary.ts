import { loadChecks } from "@slipway/catalog";
import { SlipwayError } from "@slipway/plugin-sdk";
import { canarySize } from "@slipway/policy";
import { decideBuild, findNode, stagedBuilds, tryBuild, type StagedBuild } from "@slipway/runner";
import { loadBuild, openDatabase, type Database } from "@slipway/server";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../exit.ts";
import { columns, instant } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";

interface Signed {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

export function add(program: Command): void {
  const canary = program.command("canary").description("canary nodes, and changes of checks that are proven on them first");
  const nodes = canary.command("nodes").description("known-good machines that try a change first, by pool");
  nodes.command("list", { isDefault: true }).option("--json").action(listNodes);
  signed(nodes.command("add").argument("<node>").option("--pool <pool>", "its ibkey or cluster; from its placement when absent")).action(addNode);
  signed(nodes.command("remove").argument("<node>")).action(removeNode);
  canary.command("status").description("staged changes: what was tried, and what is missing").option("--try", "judge the stored evidence of canary nodes and of known faults by them first").option("--json", "one JSON line per change").action(status);
  signed(canary.command("promote").description("let a staged change judge the fleet; refused while its gate is closed").argument("<check>").option("--digest <sha256>", "which, where several are staged")).action((name: string, options: Signed & { digest?: string }) => decide(name, options, "active"));
  signed(canary.command("reject").description("refuse a staged change").argument("<check>").option("--digest <sha256>")).action((name: string, options: Signed & { digest?: string }) => decide(name, options, "rejected"));
  canary
    .command("size")
    .description("how many canaries measure a rate")
    .requiredOption("--rate <r>", "the expected rate", fraction)
    .requiredOption("--half-width <d>", "how far off it may be", fraction)
    .option("--share <s>", "share of attempts that the change concerns", fraction)
    .option("--json")
    .action(size);
}

const signed = (command: Command): Command => command.requiredOption("--by <who>", "who says so").requiredOption("--reason <text>", "why").option("--json");

function fraction(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1) || text.trim() === "") throw new InvalidArgumentError("has to be above 0, and 1 at most");
  return value;
}

function size({ rate, halfWidth, share, json }: { readonly rate: number; readonly halfWidth: number; readonly share?: number; readonly json?: boolean }): void {
  const answer = canarySize(rate, halfWidth, share);
  process.stdout.write(json === true ? `${JSON.stringify({ schema: "slipway/canary-size@1", ...answer })}\n` : `${String(answer.canaries)} canaries${answer.attempts_needed === null ? "" : `, out of ${String(answer.attempts_needed)} attempts`}\n`);
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
    const rows = await store.transaction((tx) => tx.find("canary_nodes", { where: { active: true }, orderBy: ["pool", "machine"] }));
    if (json === true) for (const row of rows) process.stdout.write(`${JSON.stringify({ schema: "slipway/canary-node@1", ...row })}\n`);
    else process.stdout.write(rows.length === 0 ? "no canary node; name some by: slipway canary nodes add <node>\n" : columns([["machine", "pool", "since", "by"], ...rows.map(({ machine, pool, since, by }) => [`m-${String(machine)}`, printable(pool), instant(since), printable(by)])]));
  });

const addNode = (node: string, { by, pool, json }: Signed & { readonly pool?: string }): Promise<void> =>
  using(async ({ store }) => {
    const { machine, placement } = await findNode(store, node);
    if (machine.account !== "InPool") throw new SlipwayError("input", `${node} is ${machine.account}: a canary node is one that was proven and is in service`);
    const row = { machine: machine.id, pool: pool ?? placement?.ibkey ?? placement?.cluster ?? "none", since: Date.now(), by, active: true };
    await store.transaction((tx) => tx.upsert("canary_nodes", [row]));
    process.stdout.write(json === true ? `${JSON.stringify({ schema: "slipway/canary-node@1", ...row })}\n` : `${printable(node)} is a canary node of pool ${printable(row.pool)}\n`);
  });

const removeNode = (node: string, { json }: Signed): Promise<void> =>
  using(async ({ store }) => {
    const { machine } = await findNode(store, node);
    const changed = await store.transaction((tx) => tx.update("canary_nodes", [{ key: { machine: machine.id }, set: { active: false }, when: { active: true } }]));
    if (changed.length === 0) throw new SlipwayError("input", `${node} is no canary node`);
    process.stdout.write(json === true ? `${JSON.stringify({ schema: "slipway/canary-node@1", ...changed[0] })}\n` : `${printable(node)} is no canary node any more\n`);
  });

async function staged({ store }: Database): Promise<readonly StagedBuild[]> {
  const checks = await loadChecks();
  return stagedBuilds(store, ({ name }) => Object.entries(checks.get(name)?.codes ?? {}).filter(([, { verdict }]) => verdict === "fail").map(([code]) => code));
}

const status = (options: { readonly try?: boolean; readonly json?: boolean }): Promise<void> =>
  using(async (database) => {
    if (options.try === true) await tryAll(database);
    const builds = await staged(database);
    if (options.json === true) for (const { build, trials, gate } of builds) process.stdout.write(`${JSON.stringify({ schema: "slipway/canary-change@1", ...build, trials: trials.length, open: gate.open, missing: gate.missing, blamed: gate.blamed ?? null })}\n`);
    else if (builds.length === 0) process.stdout.write("nothing is staged: the fleet is judged by this checkout's checks\n");
    else for (const { build, trials, gate } of builds) process.stdout.write(`${build.name} ${build.version} (${build.digest.slice(0, 12)}), staged ${instant(build.since)}, ${String(trials.length)} trials: ${gate.open ? "may be promoted" : "stays staged"}\n${[...(gate.blamed === undefined ? [] : [`the change is at fault: ${gate.blamed}`]), ...gate.missing].map((line) => `  ${printable(line)}\n`).join("")}`);
  });

async function tryAll(database: Database): Promise<void> {
  const { store, blobs } = database;
  for (const { build } of await staged(database)) {
    const [active] = await store.transaction((tx) => tx.find("builds", { where: { kind: "check", name: build.name, state: "active" }, limit: 1 }));
    if (active !== undefined) await tryBuild(store, blobs, { build, active: await loadBuild(build.name, active.digest), staged: await loadBuild(build.name, build.digest) }, Date.now());
  }
}

const decide = (name: string, { by, reason, json, digest }: Signed & { readonly digest?: string }, to: "active" | "rejected"): Promise<void> =>
  using(async (database) => {
    const found = (await staged(database)).filter(({ build }) => build.name === name && (digest === undefined || build.digest.startsWith(digest)));
    const [one] = found;
    if (one === undefined || found.length > 1) throw new SlipwayError("input", one === undefined ? `no build of ${name} is staged` : `${String(found.length)} builds of ${name} are staged: name one by --digest`, { hint: "slipway canary status" });
    if (to === "active" && !one.gate.open) {
      process.stderr.write(`slipway: ${name} stays staged: ${printable([...(one.gate.blamed === undefined ? [] : [one.gate.blamed]), ...one.gate.missing].join("; "))}\n`);
      process.exitCode = EXIT.inconclusive;
      return;
    }
    await decideBuild(database.store, name, one.build.digest, to, { by, reason, now: Date.now() });
    process.stdout.write(json === true ? `${JSON.stringify({ schema: "slipway/canary-change@1", ...one.build, state: to })}\n` : `${name} ${one.build.digest.slice(0, 12)} is ${to}; workers take it at their next start\n`);
  });
