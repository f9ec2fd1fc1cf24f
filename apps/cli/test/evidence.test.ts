import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@slipway/server";
import type { Row } from "@slipway/store";
import { freshDatabase, passRow, validationRow } from "@slipway/store/testing";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { slipway, type CliRun } from "./run-cli.ts";

// Two workers on one database, each with a data folder of its own; a person exports from a third.

const home = mkdtempSync(join(tmpdir(), "slipway-evidence-"));
const AT = Date.parse("2026-01-10T00:00:00Z");
const RECORD = {
  argv: ["x"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  truncated: false,
  startedAt: "2026-01-10T00:00:00Z",
  durationMs: 1,
};
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

/** One of the workers stores a pass. */
async function pass(worker: string, validation: number, evidence: string | undefined): Promise<void> {
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", join(home, worker));
  vi.stubEnv("SLIPWAY_EVIDENCE", evidence);
  const open = await openDatabase({ start: true });
  const { store, blobs } = open;
  try {
    const [smi = "", dmi = "", expectations = ""] = await blobs.put(
      [`smi of ${worker}`, `dmi of ${worker}`, "{}"].map((text) => Buffer.from(text)),
    );
    const place = { node: "n1", cluster: null, vendor: null, sku: null, segment: null };
    await store.transaction(async (tx) => {
      await tx.insert("validations", [
        validationRow(validation, {
          ...place,
          address: null,
          checks: ["xid"],
          passes_required: 1,
          passes_done: 1,
          run_index: 2,
          status: "released",
          created_at: AT,
          started_at: AT,
          finished_at: AT,
        }),
      ]);
      await tx.insert("passes", [
        passRow(validation, {
          node: "n1",
          started_at: AT,
          finished_at: AT,
          judged_by: { checks: {}, lane: "", expectations, image: null },
          evidence: {
            "nvidia-smi": { record: RECORD, out: smi, err: null, size: 3 },
            dmi: { record: RECORD, out: dmi, err: null, size: 3 },
          },
        }),
      ]);
      await tx.upsert(
        "evidence_blobs",
        [smi, dmi, expectations].map((digest): Row<"evidence_blobs"> => ({
          digest,
          size: 3,
          stored_at: AT,
          keep_until: null,
          expired_at: null,
        })),
      );
    });
    if (worker === "forgetful") {
      await blobs.remove([smi], 0);
      await blobs.purge(0, async () => new Set());
    }
  } finally {
    await open.close();
  }
}

const exported = (validation: number, evidence?: string): Promise<CliRun> =>
  slipway(["evidence", "export", String(validation), "--out", join(home, "out"), "--json"], {
    env: { SLIPWAY_DATABASE_URL: database.url, SLIPWAY_DATA: join(home, "third"), SLIPWAY_EVIDENCE: evidence },
  });

it("evidence is kept in the database when no folder is named, so it is found from any folder", async () => {
  await pass("one", 1, undefined);
  await pass("two", 2, undefined);
  for (const [validation, worker] of [
    [1, "one"],
    [2, "two"],
  ] as const) {
    const run = await exported(validation);
    const [bundle] = run.documents<{ dir: string }>();
    expect([run.status, bundle]).toMatchObject([0, { verdict: "pass", expired: [], missing: [] }]);
    expect(readFileSync(join(bundle?.dir ?? "", "nvidia-smi.out"), "utf8")).toBe(`smi of ${worker}`);
    expect(existsSync(join(home, worker, "evidence"))).toBe(false);
  }
}, 60_000);

it("evidence is kept in the folder that SLIPWAY_EVIDENCE names", async () => {
  const shared = join(home, "shared");
  await pass("three", 3, shared);
  expect(await exported(3, shared)).toMatchObject({ status: 0 });
  const elsewhere = await exported(3);
  expect([elsewhere.status, elsewhere.stderr]).toEqual([
    3,
    expect.stringContaining("is missing: dmi.out, nvidia-smi.out") as string,
  ]);
}, 60_000);

it("evidence that is gone without having expired is reported as missing, with a failing exit code", async () => {
  await pass("forgetful", 4, undefined);
  const run = await exported(4);
  expect([run.status, run.documents()]).toMatchObject([3, [{ expired: [], missing: ["nvidia-smi.out"] }]]);
}, 60_000);
