import { describe, expect, it } from "vitest";
import { BundleManifest, ProbeId, ReadableManifest } from "./bundle.ts";
import { withoutNulls } from "./expectations.ts";
import { Finding } from "./finding.ts";
import { jsonSchema, schemaIds } from "./schemas.ts";

const probe = {
  argv: ["true"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
};
const manifest = {
  schema: "slipway/evidence@1",
  node: { name: "n" },
  collectedAt: "2026-01-01T00:00:00Z",
  probes: { virt: probe },
};

describe("documents that cross the border of the house", () => {
  it.each(["virt", "mlxlink-mlx5_0", "a.b", "0"])("G6 %s is a probe id", (id) =>
    expect(ProbeId.safeParse(id).success).toBe(true),
  );
  it.each(["", ".virt", "a..b", "a/b", "-a", "a b", "é"])("G6 %j is no probe id", (id) =>
    expect(ProbeId.safeParse(id).success).toBe(false),
  );

  it("what is written can be read", () => {
    expect(BundleManifest.parse(manifest)).toEqual(manifest);
    expect(ReadableManifest.parse(manifest)).toMatchObject(manifest);
  });

  it("a wrong probe entry spoils what is written, and is left to the reader of that probe when read", () => {
    const wrong = { ...manifest, probes: { virt: { ...probe, exitCode: "0" } } };
    expect(BundleManifest.safeParse(wrong).success).toBe(false);
    expect(ReadableManifest.safeParse(wrong).success).toBe(true);
  });

  it("a finding has a code in kebab case, a cause and a scope of the known kinds", () => {
    const finding = {
      code: "rail-missing",
      verdict: "fail",
      cause: "hardware",
      scope: { kind: "port", id: "mlx5_0/1" },
      message: "",
      evidence: [],
    };
    expect(Finding.safeParse(finding).success).toBe(true);
    for (const change of [
      { code: "RailMissing" },
      { verdict: "not-applicable" },
      { cause: "gremlins" },
      { scope: { kind: "cable", id: "1" } },
      { evidence: [{ probe: "x", line: 0 }] },
    ]) {
      expect(Finding.safeParse({ ...finding, ...change }).success, JSON.stringify(change)).toBe(false);
    }
  });

  it("G11 null means absent, at every depth of objects and nowhere inside lists", () => {
    expect(withoutNulls({ a: null, b: { c: null, d: 0 }, e: [null, 1], f: false })).toEqual({
      b: { d: 0 },
      e: [null, 1],
      f: false,
    });
    expect(withoutNulls(null)).toBe(null);
  });

  it("each document has a JSON Schema, and what is no document has none", () => {
    for (const id of schemaIds) expect(jsonSchema(id)).toMatchObject({ type: "object" });
    expect(jsonSchema("constructor")).toBeUndefined();
  });
});
