import { loadChecks } from "@slipway/catalog";
import { runCheck } from "@slipway/plugin-sdk";
import { disagreements, evidenceOf } from "@slipway/testkit";
import { FAULTS, synthesize, type Synthesized } from "@slipway/testkit/synth";
import { describe, expect, it } from "vitest";

// The generator knows the formats of the tools and the rules, and imports no parser: what it says of
// its own faults is a second opinion on every check.

const checks = await loadChecks();
const SEEDS = [1, 2, 3, 4];

function evidence({ node, captures }: Synthesized) {
  return evidenceOf({ node, probes: Object.fromEntries(Object.entries(captures).map(([probe, { stdout, ...run }]) => [probe, { ...run, stdout: run.startError === null ? stdout : undefined }])) });
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
            const expected = { verdict, causes: causes === null ? null : [...causes], scopes: scopes === null ? null : scopes.map(({ kind, id: part }) => ({ kind, id: part })) };
            expect(disagreements(expected, judgement), `seed ${String(seed)}, ${profile}, rule ${rule}\n${JSON.stringify(judgement.findings, null, 1)}`).toEqual([]);
          }
        }
      }
    });
  }

  const profiles = ["gb300", "h100"] as const;
  const variants = ["2.x", "raw", "3.x", "4.x", "mndiag"] as const;
  it.each(profiles.flatMap((profile) => variants.map((dcgm) => [profile, dcgm] as const)))("a healthy %s node with DCGM %s passes every check", (profile, dcgm) => {
    for (const seed of SEEDS) {
      for (const imexDomainFormat of ["json", "text"] as const) {
        const node = synthesize({ seed, profile, dcgm, imexDomainFormat });
        for (const check of checks.values()) {
          const judgement = runCheck(check, evidence(node), node.expect);
          expect(["pass", "not-applicable"], `${check.id}: ${JSON.stringify(judgement.findings)}`).toContain(judgement.verdict);
        }
      }
    }
  });
});
