import { loadChecks } from "@slipway/catalog";
import {
  commandProbe,
  DcdiagExpectations,
  defineCheck,
  probes,
  runCheck,
  type Check,
  type Probe,
} from "@slipway/plugin-sdk";
import { FAULTS, synthesize } from "@slipway/synth";
import { describe, expect, it } from "vitest";
import {
  evidenceOfNode,
  faultProblems,
  HEALTHY_NODES,
  healthyProblems,
  knownFaultProblems,
  whyNotAsked,
} from "../src/house/known-faults.ts";

const checks = await loadChecks();

describe("known faults, as a generator that knows no parser prints them", () => {
  it.each(Object.entries(FAULTS).map(([name, { check }]) => ({ name, check })))("$check: $name", ({ name }) => {
    expect(faultProblems(name, checks)).toEqual([]);
  });

  for (const check of checks.values()) {
    const why = whyNotAsked(check);
    it.skipIf(why !== undefined).each(HEALTHY_NODES)(
      `a healthy $profile node with DCGM $dcgm passes ${check.id}${why === undefined ? "" : ` (${why})`}`,
      (node) => {
        expect(healthyProblems(check, node)).toEqual([]);
      },
    );
  }

  it("G8 G9 every finding has a scope id of its kind, and no fail is caused by workload or tool", () => {
    const ids: Readonly<Record<string, RegExp>> = {
      gpu: /^(\d+|[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}(\.\d)?)$/i,
      port: /^[^/]+\/\d+$/,
      link: /^(\d+\/\d+|.+->.+)$/,
      node: /./,
      fabric: /./,
      rack: /./,
    };
    for (const [name, { check: id, profiles }] of Object.entries(FAULTS)) {
      for (const profile of profiles) {
        const node = synthesize({ seed: 1, profile, faults: [name] });
        for (const check of [...checks.values()].filter((one) => one.id === id)) {
          for (const { verdict, cause, scope, evidence: pointers, code } of runCheck(
            check,
            evidenceOfNode(node),
            node.expect,
          ).findings) {
            expect(scope.id, `${name}: ${code}`).toMatch(ids[scope.kind] ?? /^$/);
            if (verdict === "fail") expect(["workload", "tool"], `${name}: ${code}`).not.toContain(cause);
            if (cause === "workload") expect({ verdict, check: check.id }).toEqual({ verdict: "pass", check: "xid" });
            for (const { line } of pointers) if (line !== undefined) expect(line).toBeGreaterThan(0);
          }
        }
      }
    }
  });
});

describe("a check that the generator is not asked about", () => {
  const own = commandProbe("Memory", { id: "meminfo", argv: ["cat", "/proc/meminfo"], timeoutMs: 1, usualSeconds: 1 });
  const check = (id: string, sections: Check["sections"], ...read: { probe: Probe; optional?: boolean }[]): Check =>
    defineCheck({
      id,
      version: "1.0.0",
      title: "Memory is there",
      probes: read.map((one) => ({ ...one, why: "a test" })),
      sections,
      needs: [],
      codes: {},
      judge: () => [],
    });
  const dcdiag = { dcdiag: DcdiagExpectations };

  it("is a new one whose probe or section is not generated, and that is said", () => {
    expect(whyNotAsked(check("memory", dcdiag, { probe: own }))).toBe("the generator prints no probe meminfo");
    expect(whyNotAsked(check("memory", { memory: DcdiagExpectations }, { probe: probes.dmi }))).toBe(
      "the generator gives no expectations memory",
    );
  });

  it("is none that reads what is generated, and none of which a fault is planted, whatever it reads", () => {
    expect(whyNotAsked(check("memory", dcdiag, { probe: probes.dmi }, { probe: own, optional: true }))).toBeUndefined();
    expect(whyNotAsked(check("memory", {}, { probe: probes.mlxlink }))).toBeUndefined();
    expect(whyNotAsked(check("xid", { memory: DcdiagExpectations }, { probe: own }))).toBeUndefined();
  });

  it("is none that is shipped with a fault in the generator's tables", () => {
    const planted = [...new Set(Object.values(FAULTS).map((fault) => fault.check))].sort();
    expect(planted.length).toBeGreaterThanOrEqual(9);
    for (const id of planted) {
      const shipped = checks.get(id);
      if (shipped === undefined) throw new Error(`there is no check ${id}`);
      expect(whyNotAsked(shipped), id).toBeUndefined();
    }
  });
});

it("a check that passes everything is caught by each of its planted faults, and by nothing else", () => {
  const xid = checks.get("xid");
  if (xid === undefined) throw new Error("there is no check xid");
  const found = knownFaultProblems(new Map([["xid", { ...xid, judge: () => [] }]]));
  expect(found.length).toBeGreaterThan(10);
  for (const problem of found) expect(problem).toMatch(/^xid: (fault|a healthy)/);
});
