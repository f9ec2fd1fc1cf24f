import { runCheck, type Check, type Evidence, type Expectations } from "@slipway/plugin-sdk";
import { isReleased } from "../generate/released-codes.ts";
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

const isPlanted = ({ id }: Check): boolean => Object.values(FAULTS).some(({ check }) => check === id);

/**
 * Why the generator is not asked about a check; undefined where it is. It is asked about every check that it plants a
 * fault of, and about every released one. One in the making (version 0) is judged by its own examples until its probe
 * and its section are generated.
 */
export function whyNotAsked(check: Check): string | undefined {
  return isPlanted(check) || isReleased(check)
    ? undefined
    : `version ${check.version} is not released, and the generator plants no fault of it`;
}

/** Released checks that no generated fault speaks of. */
export function unplantedChecks(checks: Iterable<Check>): string[] {
  return [...checks]
    .filter((check) => isReleased(check) && !isPlanted(check))
    .map(({ id, version }) => `${id}: version ${version} is released, and packages/synth plants no fault of it`);
}

/** What the checks answer otherwise than the generator says of one of its faults. */
export function faultProblems(name: string, checks: ReadonlyMap<string, Check>): string[] {
  const { check: struck = "", profiles = [] } = FAULTS[name] ?? {};
  // The check reads no other probe, so no other needs to be printed.
  const probes = checks.get(struck)?.probes.map(({ probe }) => probe.id) ?? [];
  return SEEDS.flatMap((seed) =>
    profiles.flatMap((profile) => {
      const node = synthesize({ seed, profile, faults: [name], probes });
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

/** Every check is shown the same healthy nodes. */
const healthy = new Map<string, readonly { seed: number; evidence: Evidence; expect: Expectations }[]>();

function healthyNodes({ profile, dcgm }: HealthyNode): NonNullable<ReturnType<typeof healthy.get>> {
  const key = `${profile} ${dcgm}`;
  const known = healthy.get(key);
  if (known !== undefined) return known;
  const made = SEEDS.flatMap((seed) =>
    (["json", "text"] as const).map((imexDomainFormat) => {
      const node = synthesize({ seed, profile, dcgm, imexDomainFormat });
      return { seed, evidence: evidenceOfNode(node), expect: node.expect };
    }),
  );
  healthy.set(key, made);
  return made;
}

/** Findings of one check about a healthy node that should not be there. */
export function healthyProblems(check: Check, node: HealthyNode): string[] {
  return healthyNodes(node).flatMap(({ seed, evidence, expect }) => {
    const { verdict, findings } = runCheck(check, evidence, expect);
    return verdict === "pass" || verdict === "not-applicable"
      ? []
      : [
          `${check.id}: a healthy ${node.profile} node with DCGM ${node.dcgm}, seed ${String(seed)}, ` +
            `is ${verdict}: ${findings[0]?.message ?? ""}`,
        ];
  });
}

/** Everything that the generator holds against these checks. */
export function knownFaultProblems(checks: ReadonlyMap<string, Check>): string[] {
  const faults = Object.entries(FAULTS).filter(([, { check }]) => checks.has(check));
  const asked = [...checks.values()].filter((check) => whyNotAsked(check) === undefined);
  return [
    ...unplantedChecks(checks.values()),
    ...faults.flatMap(([name]) => faultProblems(name, checks)),
    ...asked.flatMap((check) => HEALTHY_NODES.flatMap((node) => healthyProblems(check, node))),
  ];
}
