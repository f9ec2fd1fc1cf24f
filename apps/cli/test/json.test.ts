import { documents } from "@slipway/queries";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programOf } from "../src/program.ts";
import { jsonFixture, type JsonFixture } from "./json-fixture.ts";
import { slipway } from "./run-cli.ts";

let fixture: JsonFixture;
beforeAll(async () => {
  fixture = await jsonFixture();
}, 60_000);
afterAll(() => fixture.close());

const said = ["--by", "ada", "--reason", "why not"];
const EVENTS =
  "event_type,event_id,revision,node_id,cluster_id,ts,cause\nban,b1,1,n2,c1,2026-01-05T00:00:00Z,hardware\n";
const RUNS = "attempt_id,run_index,failed_checks,result,node_id\na1,1,,pass,n2\n";

/**
 * What is run of each command, in this order: `FILE:name` is a file of the fixture, `EVENT`
 * the last correction, and `SIGNED:node` the node's signed release.
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
  ["items", "retry", "906", ...said],
];

/** Commands whose documents have no schema yet. */
const WITHOUT: readonly string[] = [
  "collect",
  "judge",
  "expect show",
  "checks",
  "bundle scrub",
  "up",
  "worker",
  "status",
  "workers",
  "validate",
  "db url",
  "db dump",
  "db restore",
  "fleet check",
  "fleet diff",
  "fleet apply",
  "canary nodes list",
  "canary nodes add",
  "canary nodes remove",
  "canary status",
  "canary promote",
  "canary reject",
  "canary size",
  "propose new",
  "propose amend",
  "propose list",
  "propose show",
  "propose post",
  "propose approve",
  "propose keygen",
  "propose reject",
  "propose apply",
  "propose revert",
  "nodes export",
  "reban",
  "simulate",
  "backtest",
  "value",
  "sprt",
  "data export",
  "data check",
  "sql",
  "doctor",
];

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
    expect(names.filter((name) => !run.includes(name) && !WITHOUT.includes(name))).toEqual([]);
  });

  it("has a document with a schema in every command", () => {
    const documented = new Set([...documents.values()].flatMap(({ commands }) => commands));
    expect([...documented].filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !documented.has(name) && !WITHOUT.includes(name))).toEqual([]);
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
      fixture.file("events.csv", EVENTS);
      fixture.file("runs.csv", RUNS);
      const given = await Promise.all(args.map(argument));
      const run = await slipway([...given, "--json"]);
      const printed = run.documents();
      expect(printed.length, run.stderr).toBeGreaterThan(0);
      lastEvent = String(printed[0]?.["event"]);
      for (const one of printed) {
        const document = documents.get(String(one["schema"]));
        expect(document, `there is no document ${JSON.stringify(one)}`).toBeDefined();
        expect(document?.commands).toContain(commandOf(args, names));
        // A schema leaves out what it does not name, so that what stays equal is documented whole.
        expect(document?.schema.parse(one)).toEqual(one);
      }
    },
  );
});
