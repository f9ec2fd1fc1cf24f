import { documents } from "@slipway/queries";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programOf } from "../src/program.ts";
import { expectDocumented } from "./documented.ts";
import { jsonFixture, type JsonFixture } from "./json-fixture.ts";
import { slipway } from "./run-cli.ts";

let fixture: JsonFixture;
beforeAll(async () => {
  fixture = await jsonFixture();
  fixture.file("events.csv", EVENTS);
  fixture.file("runs.csv", RUNS);
}, 60_000);
afterAll(() => fixture.close());

const said = ["--by", "ada", "--reason", "why not"];
const EVENTS =
  "event_type,event_id,revision,node_id,cluster_id,ts,cause\nban,b1,1,n2,c1,2026-01-05T00:00:00Z,hardware\n";
const RUNS = "attempt_id,run_index,failed_checks,result,node_id\na1,1,,pass,n2\n";

/**
 * What is run of each command, in this order: `FILE:name` is a file of the fixture, `EVENT` the last correction, and
 * `SIGNED:node` the node's signed release.
 */
const COMMANDS: readonly (readonly string[])[] = [
  ["nodes", "load", "FILE:nodes.jsonl"],
  ["nodes", "list"],
  ["nodes", "show", "n1"],
  ["nodes", "why", "n1"],
  ["nodes", "history", "n1"],
  ["nodes", "conflicts"],
  ["nodes", "merge", "n4", "n5", ...said],
  ["nodes", "split", "S4", "--serial", "S5", ...said],
  ["nodes", "undo", "EVENT", ...said],
  ["nodes", "forget", "6", ...said],
  ["validations", "list"],
  ["validations", "show", "901"],
  ["validations", "retry", "901", ...said],
  ["evidence", "export", "901", "--out", "FILE:exported"],
  ["bans", "list"],
  ["bans", "add", "n2", "--cause", "fabric", ...said],
  ["bans", "reclassify", "903", "--cause", "platform", ...said],
  ["items", "retry", "906", ...said],
  ["bans", "lift", "903", ...said],
  ["bans", "attribute", "--dry-run"],
  ["bans", "import", "FILE:events.csv"],
  ["import", "--runs", "FILE:runs.csv"],
  ["override", "n3", ...said],
  ["release", "keygen"],
  ["release", "show", "n3"],
  ["release", "verify", "SIGNED:n3"],
  ["evidence", "expire", "--confirm", "904", ...said],
  ["items", "list"],
  ["items", "close", "905", ...said],
  ["nodes", "export"],
  ["status"],
  ["workers"],
  ["db", "url"],
  ["db", "dump", "FILE:dump"],
  ["db", "restore", "FILE:dump"],
  ["doctor"],
  ["checks", "xid"],
  ["expect", "show", "--vendor", "lab"],
  ["collect", "--hosts", "me", "--transport", "local", "--probes", "boot-id", "--out", "FILE:collected"],
  ["collect", "--hosts", "me", "--probes", "boot-id", "--dry-run"],
  ["judge", "plugins/checks/xid/examples/pass-clean-boot", "--check", "xid"],
  ["bundle", "scrub", "plugins/checks/xid/examples/pass-clean-boot", "--out", "FILE:scrubbed"],
  ["reban", "--events", "examples/statistics/events.csv", "--by", "cluster"],
  ["reban", "--events", "examples/statistics/events.csv", "--compare", "cluster=c1,c2"],
  ["simulate", "--runs", "examples/statistics/runs.csv", "--passes", "10"],
  ["value", "--table", "examples/statistics/run-table.csv"],
  ["sprt", "--p0", "0.01", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.05"],
  ["data", "check", "examples/statistics/events.csv"],
  ["data", "export", "--out", "FILE:rows"],
  ["canary", "size", "--rate", "0.1", "--half-width", "0.05"],
  ["canary", "nodes", "add", "n3", ...said],
  ["canary", "nodes", "list"],
  ["canary", "nodes", "remove", "n3", ...said],
  ["fleet", "check"],
  ["validate", "--nodes", "n6", "--no-follow"],
  ["propose", "keygen"],
  ["propose", "new", "ten", "--title", "Ten", "--author", "bo", "--reason", "hours", "--policy", "FILE:slow.yaml"],
  ["propose", "amend", "ten", "--title", "Ten passes", ...said],
  ["propose", "list"],
  ["propose", "show", "ten"],
  ["propose", "post", "ten", "--by", "bo"],
  ["propose", "approve", "ten", "--sign", "--out", "FILE:approval.json"],
  ["propose", "apply", "ten", "--by", "bo"],
  ["propose", "reject", "ten", ...said],
];

/** Commands that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  up: "runs until it is stopped",
  worker: "runs until it is stopped",
  sql: "prints the columns that it is asked for, so no schema says what they are",
  backtest: "is run by backtest.test.ts",
  "fleet diff": "is run by fleet.test.ts",
  "fleet apply": "is run by fleet.test.ts",
  "canary status": "is run by fleet.test.ts",
  "canary promote": "needs canary nodes that passed, and prints what canary status prints",
  "canary reject": "takes seconds, and prints what canary status prints",
  "propose revert": "needs a proposal that is applied, and prints what propose reject prints",
};

const commandOf = (args: readonly string[], names: readonly string[]): string =>
  [args.slice(0, 3).join(" "), args.slice(0, 2).join(" "), args[0] ?? ""].find((name) => names.includes(name)) ??
  args.join(" ");

function namesWithJson(command: Command, path: readonly string[] = []): string[] {
  const own = command.options.some(({ long }) => long === "--json") ? [path.join(" ")] : [];
  return [...own, ...command.commands.flatMap((sub) => namesWithJson(sub, [...path, sub.name()]))];
}

const names = namesWithJson(await programOf(""));

describe("--json", () => {
  it("is run here of every command that has it", () => {
    const run = COMMANDS.map((args) => commandOf(args, names));
    expect(names.filter((name) => !run.includes(name) && !Object.hasOwn(NOT_RUN, name))).toEqual([]);
  });

  it("has a document with a schema in every command", () => {
    const documented = new Set([...documents.values()].flatMap(({ commands }) => commands));
    expect([...documented].filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !documented.has(name))).toEqual(["sql"]);
  });

  let lastEvent = "";
  async function argument(text: string): Promise<string> {
    const [kind, name = ""] = text.split(/:(.*)/s);
    if (kind === "FILE") return fixture.file(name);
    if (kind === "EVENT") return lastEvent;
    if (kind !== "SIGNED") return text;
    await slipway(["release", "export", name, "--out", fixture.file("signed.json")]);
    return fixture.file("signed.json");
  }
  it.each(COMMANDS.map((args) => [args.join(" "), args] as const))(
    "of %s prints documents that are as their schemas say",
    async (_name, args) => {
      const given = await Promise.all(args.map(argument));
      const empty = args[1] === "restore" ? { SLIPWAY_DATABASE_URL: fixture.emptyDatabase } : {};
      const run = await slipway([...given, "--json"], { env: empty });
      expectDocumented(commandOf(args, names), run);
      lastEvent = String(run.documents()[0]?.["event"]);
    },
  );
});
