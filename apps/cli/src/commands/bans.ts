import { readFileSync } from "node:fs";
import { BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { jobsKind } from "@slipway/records";
import {
  banAttributionDocument,
  banAttributionSummaryDocument,
  banDocument,
  banImportDocument,
  banReclassifiedDocument,
  jsonLine,
  listBans,
  releaseDocument,
  showBan,
} from "@slipway/queries";
import { attributeBans, banByHand, buildRelease, importBans, liftBan, override, reclassify } from "@slipway/runner";
import { findNode } from "@slipway/nodes";
import { Option, type Command } from "commander";
import { openDatabase, openFleet } from "../database.ts";
import { fleetFolder } from "../fleet.ts";
import { columns, instant } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { rowsOfFile } from "../statistics-rows.ts";
import { signed } from "../signed.ts";

interface Signed {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

const NODE = "its name, its machine (m-12), or a serial";

export function add(program: Command): void {
  const bans = program
    .command("bans")
    .description("machines taken out of service for bad health: for what, and who answers for it");
  bans
    .command("list")
    .description("open bans, or all")
    .option("--all")
    .addOption(new Option("--cause <cause>").choices(BanCause.options))
    .option("--cluster <cluster>")
    .option("--json", "one JSON line per ban")
    .action(list);
  signed(
    bans
      .command("add")
      .description("ban a machine by hand")
      .argument("<node>", NODE)
      .addOption(new Option("--cause <cause>").choices(BanCause.options).makeOptionMandatory()),
  ).action(addBan);
  signed(
    bans
      .command("lift")
      .description("lift a ban; the machine is then validated by its lane")
      .argument("<ban>", "its number"),
  ).action(lift);
  signed(
    bans
      .command("reclassify")
      .description("put a ban down to another cause: a new revision, the old one stays in the audit")
      .argument("<ban>", "its number")
      .addOption(new Option("--cause <cause>").choices(BanCause.options).makeOptionMandatory()),
  ).action(reclassifyBan);
  bans
    .command("attribute")
    .description("put bans whose cause nobody proved down to what findings, Xids and jobs say, by rules")
    .option("--jobs <file>", "job_id,node_id,start,end,state: what ran where and when")
    .option("--dry-run", "say it, and change nothing")
    .option("--by <who>", "in whose name", "rules")
    .option("--json", "one JSON line per ban, and one of all")
    .action(attribute);
  bans
    .command("import")
    .description("bans of schedulers, people and vendors, as events (docs/statistics/README.md) in CSV")
    .argument("<file>")
    .option("--source <name>", "who sends them", "import")
    .option("--json")
    .action(importFile);
  signed(
    program
      .command("override")
      .description("let a machine in without its passes, in somebody's name; marked so for ever")
      .argument("<node>", NODE),
  ).action(letIn);
}

async function list(options: {
  readonly all?: boolean;
  readonly cause?: BanCause;
  readonly cluster?: string;
  readonly json?: boolean;
}): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const { all: lifted = false, cause, cluster, json } = options;
    const rows = await listBans(database.store, { lifted, cause, cluster });
    if (json === true) for (const row of rows) process.stdout.write(jsonLine(banDocument, row));
    else if (rows.length === 0) process.stdout.write("no ban is open\n");
    else
      process.stdout.write(
        columns([
          ["ban", "machine", "node", "cause", "owner", "since", "why"],
          ...rows.map(({ id, machine, node, cause, owner, at, reason, attribution, lifted_at }) => [
            String(id),
            `m-${String(machine)}`,
            printable(node),
            cause,
            printable(owner),
            instant(at),
            `${printable(attribution.findings[0]?.message ?? reason)}${lifted_at === null ? "" : ` [lifted ${instant(lifted_at)}]`}`,
          ]),
        ]),
      );
  } finally {
    await database.close();
  }
}

async function addBan(node: string, { by, reason, json, cause }: Signed & { readonly cause: BanCause }): Promise<void> {
  const database = await openDatabase({ start: true });
  try {
    const fleet = await openFleet(fleetFolder());
    const machine = (await findNode(database.store, node)).machine.id;
    const id = await banByHand(database.store, fleet, { machine, cause, by, reason });
    const ban = await showBan(database.store, id);
    say(
      { json, document: banDocument },
      ban,
      `ban ${String(id)}: ${printable(node)} is out of service (${cause}); owner ${printable(ban.owner)}\n`,
    );
  } finally {
    await database.close();
  }
}

function banNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new SlipwayError("input", `${text}: a ban is a number, as bans list prints it`);
  return Number(text);
}

async function lift(text: string, { by, reason, json }: Signed): Promise<void> {
  const id = banNumber(text);
  const database = await openDatabase({ start: true });
  try {
    const { blastRadius } = (await openFleet(fleetFolder())).clusters;
    const machine = await liftBan(database.store, { ban: id, by, reason, perHour: blastRadius.byHandPerHour });
    const ban = await showBan(database.store, id);
    const { account, still_banned_by: others } = ban;
    const stands =
      others.length > 0
        ? `is still banned by ${others.map(String).join(", ")}`
        : account === "Spare"
          ? "stands unproven until it is validated"
          : `stays ${String(account)}`;
    say({ json, document: banDocument }, ban, `ban ${text} is lifted; m-${String(machine)} ${stands}\n`);
  } finally {
    await database.close();
  }
}

async function reclassifyBan(
  text: string,
  { by, reason, json, cause }: Signed & { readonly cause: BanCause },
): Promise<void> {
  const id = banNumber(text);
  const database = await openDatabase({ start: true });
  try {
    const done = await reclassify(database.store, await openFleet(fleetFolder()), { ban: id, cause, by, reason });
    if (done === undefined) throw new SlipwayError("input", `ban ${text} changed meanwhile; look again`);
    say(
      { json, document: banReclassifiedDocument },
      { node_name: done.node, ...done, by, reason },
      `ban ${text} is put down to ${cause}, was ${done.from} (revision ${String(done.revision)})\n`,
    );
  } finally {
    await database.close();
  }
}

async function attribute({
  jobs: file,
  dryRun = false,
  by,
  json,
}: {
  readonly jobs?: string;
  readonly dryRun?: boolean;
  readonly by: string;
  readonly json?: boolean;
}): Promise<void> {
  const jobs = file === undefined ? undefined : await rowsOfFile(jobsKind, file);
  const database = await openDatabase({ start: true });
  try {
    const folder = fleetFolder();
    const { considered, attributed } = await attributeBans(database.store, await openFleet(folder), {
      fleetFolder: folder,
      jobs,
      dryRun,
      by,
    });
    const summary = {
      considered,
      attributed: attributed.length,
      left: considered - attributed.length,
      dry_run: dryRun,
    };
    if (json === true) {
      for (const one of attributed)
        process.stdout.write(jsonLine(banAttributionDocument, { node_name: one.node, ...one, by }));
      process.stdout.write(jsonLine(banAttributionSummaryDocument, summary));
      return;
    }
    if (attributed.length > 0)
      process.stdout.write(
        columns([
          ["ban", "machine", "node", "was", "is", "rule", "because"],
          ...attributed.map(({ ban, machine, node, from, to, rule, reason }) => [
            String(ban),
            `m-${String(machine)}`,
            printable(node),
            from,
            to,
            rule,
            printable(reason),
          ]),
        ]),
      );
    process.stdout.write(
      `${String(attributed.length)} of ${String(considered)} bans whose cause nobody proved ` +
        `${dryRun ? "would be" : "are"} put down to another; nothing tells of the others\n`,
    );
  } finally {
    await database.close();
  }
}

async function importFile(
  file: string,
  { source, json }: { readonly source: string; readonly json?: boolean },
): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
  const database = await openDatabase({ start: true });
  try {
    const fleet = await openFleet(fleetFolder());
    const done = await importBans(database.store, fleet, { file, text, source });
    say(
      { json, document: banImportDocument },
      { file, ...done },
      `${String(done.banned)} bans, ${String(done.lifted)} lifted, ${String(done.reclassified)} put down to ` +
        `another cause, ${String(done.known)} known already, ${String(done.unknown)} of nodes that nobody knows\n`,
    );
  } finally {
    await database.close();
  }
}

async function letIn(node: string, { by, reason, json }: Signed): Promise<void> {
  const database = await openDatabase({ start: true });
  try {
    const fleet = await openFleet(fleetFolder());
    const machine = (await findNode(database.store, node)).machine.id;
    const id = await override(database.store, fleet, { machine, by, reason });
    const release = await buildRelease(database.store, id);
    say(
      { json, document: releaseDocument },
      { node_name: release.node, ...release, id, by },
      `release ${String(id)}: ${printable(node)} is in service by override of ${printable(by)}, without its passes\n`,
    );
  } finally {
    await database.close();
  }
}
