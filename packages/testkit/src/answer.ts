import { fileURLToPath } from "node:url";
import { runCheck, type Check, type CheckJudgement } from "@slipway/plugin-sdk";
import { readBundle } from "./contract/example.ts";
import { evidenceOf, type ProbeSketch, type Situation } from "./evidence.ts";

/** Changes to a situation: a probe or a section of expectations is replaced whole, `undefined` takes it away. */
export type Change = Partial<Situation>;

/** A check's judgement, and the same in words, which is what most tests compare. */
export type Answer = CheckJudgement & {
  /** The verdict, then each finding in order as `code verdict cause kind id`: `["fail", "link-slow fail fabric link 1/2"]`. */
  readonly said: readonly string[];
};

/**
 * Asks a check about a situation, after any changes to it.
 *
 * @example
 * const SOUND: Situation = { probes: { virt: "kvm\n" }, expect: { hypervisor: { virt: ["kvm"] } }, node: "t07" };
 * expect(answer(check, SOUND).said).toEqual(["pass"]);
 * expect(answer(check, SOUND, { probes: { virt: { stdout: "kvm\n", exitCode: 2 } } }).verdict).toBe("inconclusive");
 */
export function answer(check: Check, situation: Situation, ...changes: readonly Change[]): Answer {
  const { expect = {}, ...sketch } = changed(situation, ...changes);
  const judgement = runCheck(check, evidenceOf(sketch), expect);
  const said = judgement.findings.map(
    ({ code, verdict, cause, scope }) => `${code} ${verdict} ${cause} ${scope.kind} ${scope.id}`,
  );
  return { ...judgement, said: [judgement.verdict, ...said] };
}

/** A situation with probes, sections of expectations or the node changed. */
export function changed(situation: Situation, ...changes: readonly Change[]): Situation {
  return changes.reduce<Situation>(
    (before, change) => ({
      probes: { ...before.probes, ...change.probes },
      expect: { ...before.expect, ...change.expect },
      node: change.node ?? before.node,
    }),
    situation,
  );
}

/**
 * The situation that an example of the plugin shows, for a test that changes a part of it.
 *
 * @example
 * answer(check, exampleOf(import.meta.url, "pass-host"), { probes: { "imex-nodes": undefined } })
 */
export function exampleOf(testModuleUrl: string, name: string): Situation {
  const { node, expect, records, out, err, damagedBytes } = readBundle(
    fileURLToPath(new URL(`../examples/${name}/`, testModuleUrl)),
  );
  const probes = Object.entries(records).map(([probe, record]): [string, ProbeSketch] => [
    probe,
    {
      ...record,
      stdout: out[probe],
      ...(err[probe] === undefined ? {} : { stderr: err[probe] }),
      stdoutDamaged: damagedBytes.includes(probe),
    },
  ]);
  return { node, expect, probes: Object.fromEntries(probes) };
}
