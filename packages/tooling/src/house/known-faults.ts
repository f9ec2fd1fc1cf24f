import { runCheck, type Check, type Evidence } from "@slipway/plugin-sdk";
import { FAULTS, synthesize, type Synthesized, type SynthOptions } from "@slipway/synth";
import { disagreements, evidenceOf } from "@slipway/testkit";

// The generator knows the formats of the tools and the rules, and imports no parser: what it says of its own faults
// is a second opinion on every check.

const SEEDS = [1, 2, 3, 4];
const PROFILES = ["gb300", "h100"] as const;
const DCGM_VARIANTS = ["2.x", "raw", "3.x", "4.x", "mndiag"] as const;

/** A healthy node as one version of the tools prints it. */
export type HealthyNode = Pick<Required<SynthOptions>, "profile" | "dcgm">;

export const HEALTHY_NODES: readonly HealthyNode[] = PROFILES.flatMap((profile) =>
  DCGM_VARIANTS.map((dcgm) => ({ profile, dcgm })),
);

/** Evidence of a generated node, as a collector would have kept it. */
export function evidenceOfNode({ node, captures }: Synthesized): Evidence {
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

/**
 * Why the generator cannot be asked about a check; undefined where it can, and must be. A check of which it plants a
 * fault is always asked. Any other is not asked for as long as the generator prints nothing of what it needs: a new
 * check is judged by its own examples until its probe and its section are generated.
 */
export function whyNotAsked(check: Check): string | undefined {
  if (Object.values(FAULTS).some((fault) => fault.check === check.id)) return undefined;
  const healthy = PROFILES.map((profile) => synthesize({ seed: 1, profile }));
  const printed = healthy.flatMap(({ captures }) => Object.keys(captures));
  const expected = new Set(healthy.flatMap(({ expect }) => Object.keys(expect)));
  const probe = check.probes.find(
    ({ probe: { id }, optional }) =>
      optional !== true && !printed.some((name) => name === id || name.startsWith(`${id}-`)),
  );
  if (probe !== undefined) return `the generator prints no probe ${probe.probe.id}`;
  const section = Object.keys(check.sections).find((name) => !expected.has(name));
  return section === undefined ? undefined : `the generator gives no expectations ${section}`;
}

/** What the checks answer otherwise than the generator says of one of its faults. */
export function faultProblems(name: string, checks: ReadonlyMap<string, Check>): string[] {
  return SEEDS.flatMap((seed) =>
    (FAULTS[name]?.profiles ?? []).flatMap((profile) => {
      const node = synthesize({ seed, profile, faults: [name] });
      return node.truths.flatMap(({ check: id, verdict, causes, scopes, rule }) => {
        const check = checks.get(id);
        if (check === undefined) return [`${name}: there is no check ${id}`];
        const judgement = runCheck(check, evidenceOfNode(node), node.expect);
        const expected = {
          verdict,
          causes: causes === null ? null : [...causes],
          scopes: scopes === null ? null : scopes.map(({ kind, id: part }) => ({ kind, id: part })),
        };
        return disagreements(expected, judgement).map(
          (what) => `${id}: fault ${name}, seed ${String(seed)}, ${profile}, rule ${rule}: ${what}`,
        );
      });
    }),
  );
}

/** Findings of one check about a healthy node that should not be there. */
export function healthyProblems(check: Check, { profile, dcgm }: HealthyNode): string[] {
  return SEEDS.flatMap((seed) =>
    (["json", "text"] as const).flatMap((imexDomainFormat) => {
      const node = synthesize({ seed, profile, dcgm, imexDomainFormat });
      const { verdict, findings } = runCheck(check, evidenceOfNode(node), node.expect);
      return verdict === "pass" || verdict === "not-applicable"
        ? []
        : [
            `${check.id}: a healthy ${profile} node with DCGM ${dcgm}, seed ${String(seed)}, is ${verdict}: ${findings[0]?.message ?? ""}`,
          ];
    }),
  );
}

/** Everything that the generator holds against these checks. */
export function knownFaultProblems(checks: ReadonlyMap<string, Check>): string[] {
  const faults = Object.entries(FAULTS).filter(([, { check }]) => checks.has(check));
  const asked = [...checks.values()].filter((check) => whyNotAsked(check) === undefined);
  return [
    ...faults.flatMap(([name]) => faultProblems(name, checks)),
    ...asked.flatMap((check) => HEALTHY_NODES.flatMap((node) => healthyProblems(check, node))),
  ];
}
