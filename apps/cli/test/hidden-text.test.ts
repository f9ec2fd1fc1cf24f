import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@slipway/server";
import { banRow, freshDatabase, machineRow, passRow, validationRow } from "@slipway/store/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { repositoryRoot, slipway } from "./run-cli.ts";

/** Controls, an order of writing turned round, marks without width, and letters that are tags. */
const HIDDEN = ["\u001b[2J", "\u009b", "\u007f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c"]
  .concat(["\u200b", "\u200d", "\u200f", "\u2060", "\ufeff", "\u00ad", "\u2028", "\u{e0041}"])
  .join("x");
/** All that is no character of a report: of what stands there, only line ends may be left. */
const NOT_SHOWN = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;
const NODE = `n${HIDDEN.replace("\u001b[2J", "")}1`;

const home = mkdtempSync(join(tmpdir(), "slipway-hidden-"));
const bundle = join(home, "bundle");
const events = join(home, "events.csv");
const sightings = join(home, "sightings.jsonl");
let database: Awaited<ReturnType<typeof freshDatabase>>;

const said = async (args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await slipway(args, {
    env: { SLIPWAY_DATABASE_URL: database.url, SLIPWAY_DATA: join(home, "data") },
  });
  expect(stdout).not.toBe("");
  return stdout + stderr;
};

beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", join(home, "data"));
  const open = await openDatabase({ start: true });
  const texts = { node: NODE, cluster: HIDDEN, reason: HIDDEN, owner: HIDDEN };
  await open.store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1)]);
    await tx.insert("validations", [
      validationRow(1, { ...texts, lane: HIDDEN, lane_reason: HIDDEN, checks: [HIDDEN] }),
    ]);
    await tx.insert("passes", [passRow(1, { node: NODE, boot_id: HIDDEN })]);
    await tx.insert("bans", [banRow(1, { ...texts, why: HIDDEN })]);
  });
  await open.close();
  vi.unstubAllEnvs();

  cpSync(join(repositoryRoot, "plugins/checks/ib-xdr/examples/fail-rail-disabled"), bundle, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(bundle, "bundle.json"), "utf8")) as Record<string, object>;
  const node = { ...manifest["node"], name: HIDDEN, rack: HIDDEN };
  const expectations = { ...manifest["expect"], checks: ["ib-xdr", HIDDEN] };
  writeFileSync(join(bundle, "bundle.json"), JSON.stringify({ ...manifest, node, expect: expectations }));
  const [header = "", ...rows] = readFileSync(join(repositoryRoot, "examples/statistics/events.csv"), "utf8").split(
    "\n",
  );
  writeFileSync(events, [header, ...rows].join("\n").replaceAll("c1", NODE));
  const sighting = { source: "cmdb", observed_at: "2026-01-01T00:00:00Z", node_name: NODE, system_serial: "S77" };
  writeFileSync(sightings, `${JSON.stringify({ ...sighting, cluster: NODE })}\n`);
  expect(await said(["nodes", "load", sightings])).not.toMatch(NOT_SHOWN);
  writeFileSync(sightings, `${JSON.stringify({ ...sighting, cluster: "c", source: "k8s" })}\n`);
  expect(await said(["nodes", "load", sightings])).not.toMatch(NOT_SHOWN);
}, 60_000);
afterAll(async () => {
  await database.drop();
  rmSync(home, { recursive: true });
});

describe("shows no character that hides, turns round or moves other text", () => {
  it.each(["table", "markdown", "junit", "json"])("in judge --format %s", async (format) => {
    const text = await said(["judge", bundle, "--format", format]);
    expect(text).not.toMatch(NOT_SHOWN);
    if (format === "json") expect(JSON.parse(text)).toMatchObject({ node: HIDDEN });
    else expect(text).toContain("202e");
  });

  it.each([
    ["nodes", "list"],
    ["nodes", "show", "S77"],
    ["nodes", "why", "S77"],
    ["nodes", "history", "S77"],
    ["nodes", "conflicts"],
    ["nodes", "export", "--format", "jsonl"],
    ["validations", "list"],
    ["validations", "show", "1"],
    ["bans", "list"],
    ["status"],
    ["expect", "show", "--bundle", bundle],
    ["data", "check", events],
    ["sql", "select * from events", "--events", events],
    ["reban", "--events", events, "--as-of", "2026-03-01", "--by", "cluster_id"],
  ])("in %s %s", async (...command) => {
    expect(await said(command)).not.toMatch(NOT_SHOWN);
    if (!command.includes("jsonl")) expect(await said([...command, "--json"])).not.toMatch(NOT_SHOWN);
  });

  it("but leaves rows that are loaded again as they are", async () => {
    expect(await said(["nodes", "export", "--format", "csv"])).toContain(NODE);
  });

  it("in what is said of a wrong file name", async () => {
    const { stderr } = await slipway(["judge", join(home, NODE)]);
    expect(stderr).toContain("202e");
    expect(stderr).not.toMatch(NOT_SHOWN);
  });
});
