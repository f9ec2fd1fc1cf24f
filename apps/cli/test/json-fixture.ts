import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@slipway/server";
import type { Tx } from "@slipway/store";
import { banRow, freshDatabase, intentRow, passRow, validationRow } from "@slipway/store/testing";
import { vi } from "vitest";
import { repositoryRoot, slipway } from "./run-cli.ts";

/** A fleet's folder, and a database with one thing of each kind that a command shows. */
export interface JsonFixture {
  /** A file of the fixture's own folder. */
  readonly file: (name: string, text?: string) => string;
  readonly emptyDatabase: string;
  close(): Promise<void>;
}

export async function jsonFixture(): Promise<JsonFixture> {
  const home = mkdtempSync(join(tmpdir(), "slipway-json-"));
  const [database, empty] = [await freshDatabase(), await freshDatabase()];
  cpSync(join(repositoryRoot, "fleet"), join(home, "fleet"), { recursive: true });
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", home);
  vi.stubEnv("SLIPWAY_FLEET", join(home, "fleet"));
  vi.stubEnv("XDG_CONFIG_HOME", join(home, "config"));
  vi.stubEnv("SLIPWAY_WEBHOOK_URL", "");
  const file = (name: string, text?: string): string => {
    if (text !== undefined) writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const open = await openDatabase({ start: true });
  await slipway(["nodes", "load", file("nodes.jsonl", sightings())]);
  const [expectations = "", out = ""] = await open.blobs.put([Buffer.from("{}"), Buffer.from("what a probe said")]);
  await open.store.transaction((tx) => fill(tx, { expectations, out }));
  await open.close();
  const slow = readFileSync(file("fleet/lanes/slow.yaml"), "utf8");
  file("slow.yaml", slow.replace("passes: 12", "passes: 10"));
  return {
    file,
    emptyDatabase: empty.url,
    async close() {
      vi.unstubAllEnvs();
      await database.drop();
      await empty.drop();
      rmSync(home, { recursive: true });
    },
  };
}

/** Nodes n1 to n6; on the cluster of n1 two sources disagree. */
function sightings(): string {
  const base = { source: "cmdb", observed_at: "2026-01-01T00:00:00Z", vendor: "lab", cluster: "c1" };
  const rows = ["1", "2", "3", "4", "5", "6"].map((n) => ({ ...base, node_name: `n${n}`, system_serial: `S${n}` }));
  const other = { ...base, source: "file:other", rack: "r9", sku: "gb300", node_name: "n1", system_serial: "S1" };
  return [...rows, { ...base, ...rows[0], sku: "h100" }, other].map((row) => `${JSON.stringify(row)}\n`).join("");
}

async function fill(tx: Tx, { expectations, out }: { readonly expectations: string; readonly out: string }) {
  const names = ["n1", "n2", "n3"];
  const placed = await tx.find("placements", { where: { node_name: { in: names } }, orderBy: ["node_name"] });
  const [one = 0, two = 0, three = 0] = placed.map(({ machine }) => machine);
  await tx.insert("validations", [
    validationRow(901, { machine: one, node: "n1", status: "held" }),
    validationRow(902, { machine: two, node: "n2", status: "running" }),
  ]);
  const record = { argv: ["x"], exitCode: 0, signal: null, timedOut: false, startError: null, truncated: false };
  await tx.insert("passes", [
    passRow(901, {
      machine: one,
      node: "n1",
      judged_by: { checks: {}, lane: "", expectations, image: null },
      evidence: {
        "nvidia-smi": {
          record: { ...record, startedAt: "2026-01-10T00:00:00Z", durationMs: 1 },
          out,
          err: null,
          size: 1,
        },
      },
    }),
  ]);
  await tx.insert("results", [
    {
      validation: 901,
      attempt: 1,
      run_index: 1,
      try: 0,
      check: "xid",
      version: "1.0.0",
      verdict: "pass",
      findings: [],
    },
  ]);
  const shown = { subject: "evidence", owner: "fleet", title: "a clean-up stopped", detail: {} };
  const act = "ban/903/open-repair/1";
  await tx.insert("intents", [
    intentRow(act, { act: "open-repair", machine: three, outcome: "failed", outcome_at: 1 }),
  ]);
  await tx.insert("items", [
    { id: 904, kind: "evidence-expiry", ...shown, opened_at: 1, closed_at: null },
    { id: 905, kind: "breaker", ...shown, opened_at: 1, closed_at: null },
    { id: 906, kind: "act-failing", ...shown, subject: act, opened_at: 1, closed_at: null },
  ]);
  const held = { actor: "w", object: "validation/901", from_state: "running", to_state: "held", reason: "in use" };
  await tx.insert("audit", [{ id: 900, at: 1, ...held, detail: null }]);
  await tx.insert("bans", [banRow(903, { machine: three, node: "n3", cause: "unknown", source: "slurm" })]);
}
