import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings } from "@slipway/fleet";
import { openDatabase, readCheckout } from "@slipway/server";
import type { Row } from "@slipway/store";
import { freshDatabase, machineRow, passRow, validationRow, releaseRow } from "@slipway/store/testing";
import { synthesize } from "@slipway/synth";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { repositoryRoot, slipway, type CliRun } from "./run-cli.ts";

const data = mkdtempSync(join(tmpdir(), "slipway-backtest-database-"));
const AT = Date.parse("2026-01-10T00:00:00Z");
let database: Awaited<ReturnType<typeof freshDatabase>>;
const backtest = (...args: string[]): Promise<CliRun> =>
  slipway(["backtest", "--as-of", "2026-01-11", "--json", ...args], {
    env: { SLIPWAY_DATABASE_URL: database.url, SLIPWAY_DATA: data },
  });

/** A machine that passed its one pass, was let in, and was banned five days later; the pass was stored as a pass whatever it shows. */
beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", data);
  const open = await openDatabase({ start: true });
  try {
    const { offered } = await readCheckout(join(repositoryRoot, "fleet"));
    await applySettings(open.store, offered, { by: "deployer", reason: "first" });
    const { node, captures, expect: expectations } = synthesize({ seed: 7 });
    const evidence: Record<string, Row<"passes">["evidence"][string]> = {};
    for (const [probe, { stdout, stderr, ...record }] of Object.entries(captures)) {
      const [out = "", err = ""] = await open.blobs.put([Buffer.from(stdout), Buffer.from(stderr)]);
      evidence[probe] = {
        record: { ...record },
        out: record.startError === null ? out : null,
        err: stderr === "" ? null : err,
        size: stdout.length,
      };
    }
    const [digest = ""] = await open.blobs.put([Buffer.from(JSON.stringify(expectations))]);
    const { vendor, sku, cluster, rack } = node;
    const place = { node: node.name, cluster, vendor, sku, segment: "frontier" };
    await open.store.transaction(async (tx) => {
      await tx.insert("machines", [
        machineRow(1, {
          system_serial: node.serials.system,
          gpu_serials: node.serials.gpus,
          account: "Banned",
          account_since: AT,
          vendor,
          sku,
          created_at: AT,
        }),
      ]);
      await tx.insert("validations", [
        validationRow(2, {
          machine: 1,
          ...place,
          address: null,
          rack,
          checks: ["hypervisor", "xid"],
          passes_required: 1,
          passes_done: 1,
          run_index: 2,
          status: "released",
          created_at: AT - 10,
          started_at: AT - 9,
          finished_at: AT,
        }),
      ]);
      const key = { validation: 2, attempt: 1, run_index: 1, try: 0 };
      await tx.insert("passes", [
        passRow(2, {
          machine: 1,
          node: node.name,
          cluster,
          boot_id: node.bootId,
          system_serial: node.serials.system,
          gpu_serials: node.serials.gpus,
          started_at: AT - 9,
          finished_at: AT - 5,
          node_hours: 1,
          judged_by: {
            checks: { hypervisor: { version: "1", digest: "" }, xid: { version: "1", digest: "" } },
            lane: "",
            expectations: digest,
            image: null,
          },
          evidence,
        }),
      ]);
      await tx.insert(
        "results",
        ["hypervisor", "xid"].map((check) => ({
          ...key,
          check,
          version: "1",
          verdict: check === "xid" ? ("fail" as const) : ("pass" as const),
          findings: null,
        })),
      );
      await tx.insert("releases", [releaseRow(3, { validation: 2, machine: 1, ...place, entry: "ofr", at: AT })]);
    });
  } finally {
    await open.close();
  }
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
  rmSync(data, { recursive: true, force: true });
});

it("a backtest of stored passes compares with the settings recorded as active, and stages nothing", async () => {
  const run = await backtest("--check", "hypervisor@.");
  expect([run.status, run.documents().length]).toEqual([0, 1]);
  expect(run.documents()[0]).toMatchObject({
    source: "database",
    change: { before: { label: "running" }, after: { label: "working tree" } },
    bundles: 1,
    judged: 1,
    unchanged: 1,
    flips: {},
    drift: 1,
    drift_by: [{ check: "xid", stored: "fail", now: "pass", count: 1 }],
    attempts: { judged: 1, unchanged: 1 },
    per_segment: { frontier: { judged: 1 } },
    since: "2025-12-12T00:00:00Z",
    as_of: "2026-01-11T00:00:00Z",
  });
  const open = await openDatabase({ start: false });
  const staged = await open.store.transaction((tx) => tx.find("builds", { where: { state: "staged" } }));
  await open.close();
  expect(staged).toEqual([]);
}, 60_000);

it("a backtest of a lane file compares with the active lane", async () => {
  const file = join(data, "slow.yaml");
  writeFileSync(file, "schema: slipway/lane@1\nlane: slow\nkind: slow\npasses: 1\nchecks: [hypervisor]\n");
  const documents = (await backtest("--policy", file)).documents();
  // The running lane asks for twelve passes and one was made: by that it ended neither way.
  expect(documents).toMatchObject([
    { schema: "slipway/backtest@1", unit: "attempt", judged: 0, attempts: { unfinished: 1 } },
  ]);
}, 60_000);
