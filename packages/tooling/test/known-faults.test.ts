import { loadChecks } from "@slipway/catalog";
import { runCheck } from "@slipway/plugin-sdk";
import { disagreements, evidenceOf } from "@slipway/testkit";
import { FAULTS, synthesize, type Synthesized } from "@slipway/synth";
import { describe, expect, it } from "vitest";

// The generator knows the formats of the tools and the rules, and imports no parser: what it says of
// its own faults is a second opinion on every check.

const checks = await loadChecks();
const SEEDS = [1, 2, 3, 4];

function evidence({ node, captures }: Synthesized) {
  return evidenceOf({
    node,
    probes: Object.fromEntries(
      Object.entries(captures).map(([probe, { stdout, ...run }]) => [
        probe,
        { ...run, stdout: run.startError === null ? stdout : undefined },
      ]),
    ),
  });
}

describe("known faults, as a generator that knows no parser prints them", () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`${fault.check}: ${name}`, () => {
      for (const seed of SEEDS) {
        for (const profile of fault.profiles) {
          const node = synthesize({ seed, profile, faults: [name] });
          for (const { check: id, verdict, causes, scopes, rule } of node.truths) {
            const check = checks.get(id);
            if (check === undefined) throw new Error(`no check ${id}`);
            const judgement = runCheck(check, evidence(node), node.expect);
            const expected = {
              verdict,
              causes: causes === null ? null : [...causes],
              scopes: scopes === null ? null : scopes.map(({ kind, id: part }) => ({ kind, id: part })),
            };
            expect(
              disagreements(expected, judgement),
              `seed ${String(seed)}, ${profile}, rule ${rule}\n${JSON.stringify(judgement.findings, null, 1)}`,
            ).toEqual([]);
          }
        }
      }
    });
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
          for (const { verdict, cause, scope, evidence: pointers, code } of runCheck(check, evidence(node), node.expect)
            .findings) {
            expect(scope.id, `${name}: ${code}`).toMatch(ids[scope.kind] ?? /^$/);
            if (verdict === "fail") expect(["workload", "tool"], `${name}: ${code}`).not.toContain(cause);
            if (cause === "workload") expect({ verdict, check: check.id }).toEqual({ verdict: "pass", check: "xid" });
            for (const { line } of pointers) if (line !== undefined) expect(line).toBeGreaterThan(0);
          }
        }
      }
    }
  });

  const profiles = ["gb300", "h100"] as const;
  const variants = ["2.x", "raw", "3.x", "4.x", "mndiag"] as const;
  it.each(profiles.flatMap((profile) => variants.map((dcgm) => [profile, dcgm] as const)))(
    "a healthy %s node with DCGM %s passes every check",
    (profile, dcgm) => {
      for (const seed of SEEDS) {
        for (const imexDomainFormat of ["json", "text"] as const) {
          const node = synthesize({ seed, profile, dcgm, imexDomainFormat });
          for (const check of checks.values()) {
            const judgement = runCheck(check, evidence(node), node.expect);
            expect(["pass", "not-applicable"], `${check.id}: ${JSON.stringify(judgement.findings)}`).toContain(
              judgement.verdict,
            );
          }
        }
      }
    },
  );
});
