import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passRow } from "@slipway/store/testing";
import { memoryBlobs, memoryStore } from "@slipway/store/memory";
import { afterAll, expect, it } from "vitest";
import { exportBundle } from "./export-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-export-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const RECORD = {
  argv: ["x"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  truncated: false,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
};

/** A pass with two probes whose rows are known, as retention left them. */
async function stored(run: number, expired: readonly string[], gone: readonly string[]) {
  const [store, blobs] = [memoryStore(), memoryBlobs()];
  const [smi = "", dmi = "", expectations = ""] = await blobs.put(["smi", "dmi", "{}"].map(bytes));
  const named: Readonly<Record<string, string>> = { smi, dmi, expectations };
  await store.transaction((tx) =>
    tx.insert(
      "evidence_blobs",
      Object.entries(named).map(([name, digest]) => ({
        digest,
        size: 1,
        stored_at: 0,
        keep_until: null,
        expired_at: expired.includes(name) ? 1 : null,
      })),
    ),
  );
  await blobs.remove(
    [...expired, ...gone].map((name) => named[name] ?? ""),
    0,
  );
  await blobs.purge(0, async () => new Set());
  const pass = passRow(2, {
    run_index: run,
    machine: 1,
    node: "n1",
    host_key: "SHA256:key",
    route: "gate",
    started_at: 0,
    finished_at: 1,
    judged_by: { checks: {}, lane: "", expectations, image: null },
    evidence: {
      smi: { record: RECORD, out: smi, err: null, size: 3 },
      dmi: { record: RECORD, out: dmi, err: null, size: 3 },
    },
  });
  return { store, blobs, pass };
}

it("exported evidence is `expired` only where retention removed it, else `missing`", async () => {
  const { store, blobs, pass } = await stored(1, ["dmi"], ["expectations"]);
  const { dir, expired, missing } = await exportBundle(store, blobs, pass, folder);
  expect({ expired, missing, files: readdirSync(dir).sort() }).toEqual({
    expired: ["dmi.out"],
    missing: ["expectations"],
    files: ["bundle.json", "smi.out"],
  });
  expect(readFileSync(join(dir, "smi.out"), "utf8")).toBe("smi");
  expect(JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8"))).toMatchObject({
    reached: { hostKey: "SHA256:key", route: "gate" },
  });
});

it("a pass without any remaining evidence is exported as no bundle, with the reason", async () => {
  const expired = await stored(2, ["smi", "dmi", "expectations"], []);
  await expect(exportBundle(expired.store, expired.blobs, expired.pass, folder)).rejects.toThrow("has expired");
  const lost = await stored(3, ["dmi"], ["smi"]);
  await expect(exportBundle(lost.store, lost.blobs, lost.pass, folder)).rejects.toMatchObject({
    kind: "input",
    message: "the evidence of pass n1.2-1-3 is missing: smi.out",
  });
  expect(readdirSync(folder).some((name) => /-[23]$/.test(name))).toBe(false);
});
