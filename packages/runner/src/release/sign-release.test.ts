import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RELEASE_SCHEMA, type ReleaseDocument } from "@slipway/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadReleaseKey, loadReleasePublicKeys, makeReleaseKeys } from "./keys.ts";
import { inconsistencies, signRelease, verifyRelease } from "./sign-release.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-release-"));
const pass = (run_index: number, verdict: "pass" | "fail" = "pass"): ReleaseDocument["passes"][number] => ({
  attempt: 1,
  run_index,
  try: 0,
  kind: "required",
  verdict,
  checks: { imex: verdict },
  boot_id: "b",
  system_serial: "s",
  gpu_serials: [],
  started_at: "2026-01-01T00:00:00Z",
  finished_at: "2026-01-01T00:01:00Z",
  judged_by: { checks: {}, lane: "l", expectations: "e", image: null },
  evidence: {},
});
const document: ReleaseDocument = {
  schema: RELEASE_SCHEMA,
  release: 3,
  machine: 2,
  node: "n1",
  vendor: "oci",
  sku: "x",
  cluster: "c",
  segment: "fleet",
  system_serial: "s",
  gpu_serials: ["g"],
  boot_id: "b",
  entry: "new",
  decided_by: "policy",
  reason: "2 of 2 passes",
  released_at: "2026-01-01T00:02:00Z",
  validation: 1,
  lane: {
    name: "slow",
    digest: "l",
    reason: "new",
    passes_required: 2,
    checks: ["imex"],
    policy: {
      counting: "consecutive",
      onFail: "ban",
      maxAttempts: 1,
      inconclusiveRetries: 2,
      freshBootEvery: 0,
      confirmations: 0,
      keepRunning: 0,
      minutesBetween: 0,
    },
  },
  coin: null,
  passes: [pass(1), pass(2)],
};
let signed: string;
const keys = (): ReturnType<typeof loadReleasePublicKeys> => loadReleasePublicKeys(folder);

beforeAll(async () => {
  vi.stubEnv("SLIPWAY_RELEASE_KEY", join(folder, "private.json"));
  await makeReleaseKeys(folder);
  signed = await signRelease(document, await loadReleaseKey());
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("a signed release", () => {
  it("verifies with the public key, and gives back the signed content", async () => {
    expect(await verifyRelease(signed, await keys(), "f")).toMatchObject({ ok: true, document });
    expect(statSync(join(folder, "private.json")).mode & 0o777).toBe(0o600);
    await expect(makeReleaseKeys(folder)).rejects.toThrow("there already");
  });

  it("does not verify when any character is changed", async () => {
    const known = await keys();
    await fc.assert(
      fc.asyncProperty(fc.nat(signed.length - 1), fc.constantFrom(..."AZaz09-_ {".split("")), async (at, letter) => {
        const forged = signed.slice(0, at) + letter + signed.slice(at + 1);
        const before = JSON.stringify(JSON.parse(signed));
        let same: boolean;
        try {
          same = JSON.stringify(JSON.parse(forged)) === before;
        } catch {
          same = false;
        }
        if (same) return;
        const answer = await verifyRelease(forged, known, "f").catch((error: unknown) => ({ ok: false, error }));
        // The last letter of unpadded base64 has bits that say nothing; content and signature stay the same then.
        if (answer.ok) expect(answer).toMatchObject({ document });
      }),
      { numRuns: 300 },
    );
  });

  it("does not verify by a key inside the document, nor by an unknown key", async () => {
    const other = mkdtempSync(join(tmpdir(), "slipway-other-"));
    vi.stubEnv("SLIPWAY_RELEASE_KEY", join(other, "private.json"));
    await makeReleaseKeys(other);
    const forged = await signRelease({ ...document, node: "mine" }, await loadReleaseKey());
    vi.stubEnv("SLIPWAY_RELEASE_KEY", join(folder, "private.json"));
    expect(await verifyRelease(forged, await keys(), "f")).toMatchObject({
      ok: false,
      why: expect.stringContaining("not among the known") as string,
    });
    expect(await verifyRelease(signed, new Map(), "f")).toMatchObject({ ok: false, why: "no public key is known" });
    const withHeader = JSON.stringify({ ...(JSON.parse(signed) as object), header: { jwk: {} } });
    expect(await verifyRelease(withHeader, await keys(), "f")).toMatchObject({ ok: false });
    rmSync(other, { recursive: true });
  });

  it.each(["", "{}", "[]", "null", "not json", '{"payload":1,"protected":"","signature":""}'])(
    "refuses %j as a release document",
    async (text) => {
      await expect(verifyRelease(text, await keys(), "f")).rejects.toMatchObject({ kind: "input" });
    },
  );
});

describe("a contradiction inside a release record", () => {
  it.each<[string, Partial<ReleaseDocument>, string]>([
    ["too few passes", { passes: [pass(1)] }, "1 passes of 2"],
    ["a fail among them", { passes: [pass(1), pass(2), pass(3, "fail")] }, "failed"],
    ["a pass counted twice", { passes: [pass(1), pass(1)] }, "counted twice"],
    ["no lane", { lane: null }, "without a lane"],
  ])("is found: %s", (_name, over, why) => {
    expect(inconsistencies({ ...document, ...over }).join()).toContain(why);
  });

  it("is not reported for a release marked as let in without passes", () => {
    expect(inconsistencies(document)).toEqual([]);
    expect(inconsistencies({ ...document, passes: [], entry: "override" })).toEqual([]);
  });
});
