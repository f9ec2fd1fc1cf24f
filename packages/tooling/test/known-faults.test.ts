import { loadChecks } from "@slipway/catalog";
import { defineCheck, runCheck, type Check } from "@slipway/plugin-sdk";
import { FAULTS, synthesize } from "@slipway/synth";
import { describe, expect, it } from "vitest";
import {
  evidenceOfNode,
  faultProblems,
  HEALTHY_NODES,
  healthyProblems,
  knownFaultProblems,
  unplantedChecks,
  whyNotAsked,
} from "../src/house/known-faults.ts";

const checks = await loadChecks();

describe("known faults, as a generator that knows no parser prints them", () => {
  it.each(Object.entries(FAULTS).map(([name, { check }]) => ({ name, check })))("$check: $name", ({ name }) => {
    expect(faultProblems(name, checks)).toEqual([]);
  });

  for (const check of checks.values()) {
    const why = whyNotAsked(check);
    it.skipIf(why !== undefined).each(why === undefined ? HEALTHY_NODES : HEALTHY_NODES.slice(0, 1))(
      `a healthy $profile node with DCGM $dcgm passes ${check.id}${why === undefined ? "" : ` (${why})`}`,
      (node) => {
        expect(healthyProblems(check, node)).toEqual([]);
      },
    );
  }

  it("G8 G9 every finding has a scope id of its kind, and no fail is caused by workload or tool", () => {
    const ids: Readonly<Record<string, RegExp>> = {
      gpu: /^(\d+|[0-9a-f]{4}(?:[0-9a-f]{4})?:[0-9a-f]{2}:[0-9a-f]{2}(\.\d)?)$/i,
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
  const check = (id: string, version: string): Check =>
    defineCheck({
      id,
      version,
      title: "Memory is there",
      probes: [],
      sections: {},
      needs: [],
      codes: {},
      judge: () => [],
    });

  it("is a new one of version 0, and that is said", () => {
    expect(whyNotAsked(check("memory", "0.1.0"))).toBe(
      "version 0.1.0 is not released, and the generator plants no fault of it",
    );
    expect(unplantedChecks([check("memory", "0.1.0")])).toEqual([]);
  });

  it("is none that is released: without a planted fault it is red", () => {
    expect(whyNotAsked(check("memory", "1.0.0"))).toBeUndefined();
    expect(unplantedChecks([check("memory", "1.0.0"), check("xid", "2.0.0")])).toEqual([
      "memory: version 1.0.0 is released, and packages/synth plants no fault of it",
    ]);
  });

  it("is none of which a fault is planted, whatever its version", () => {
    expect(whyNotAsked(check("xid", "0.1.0"))).toBeUndefined();
  });

  it("is none that is shipped", () => {
    expect(unplantedChecks(checks.values())).toEqual([]);
    for (const id of new Set(Object.values(FAULTS).map((fault) => fault.check)))
      expect([...checks.keys()], id).toContain(id);
  });
});

it("a check that passes everything is caught by each of its planted faults, and by nothing else", () => {
  const xid = checks.get("xid");
  if (xid === undefined) throw new Error("there is no check xid");
  const found = knownFaultProblems(new Map([["xid", { ...xid, judge: () => [] }]]));
  expect(found.length).toBeGreaterThan(10);
  for (const problem of found) expect(problem).toMatch(/^xid: (fault|a healthy)/);
});
