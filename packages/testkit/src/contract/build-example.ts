import type { Situation } from "../evidence.ts";
import { capturesOf, nodeOf } from "../evidence.ts";
import type { Example } from "./example.ts";
import type { ExpectedCheck } from "./expected.ts";

/**
 * An example in memory. Its name begins with the verdict that is expected, as a folder of examples does.
 *
 * @example
 * buildExample("virt", "pass-kvm", { probes: { virt: "kvm\n" }, expect: { hypervisor: { virt: ["kvm"] } } })
 */
export function buildExample(
  check: string,
  name: string,
  { probes, expect = {}, node }: Situation,
  expected: Partial<ExpectedCheck> = {},
): Example {
  const [verdict = name] = name.split("-", 1);
  const captures = Object.entries(capturesOf(probes));
  const texts = (stream: "stdout" | "stderr"): Record<string, string> =>
    Object.fromEntries(
      captures.flatMap(([probe, capture]) => {
        const text = capture[stream];
        return text === undefined ? [] : [[probe, text]];
      }),
    );
  return {
    name,
    dir: name,
    node: nodeOf(node),
    expect,
    records: Object.fromEntries(captures.map(([probe, { record }]) => [probe, record])),
    out: texts("stdout"),
    err: texts("stderr"),
    damagedBytes: captures.filter(([, { stdoutDamaged }]) => stdoutDamaged === true).map(([probe]) => probe),
    expected: {
      exit: { pass: 0, fail: 1 }[verdict] ?? 2,
      node: verdict,
      checks: { [check]: { verdict, causes: null, scopes: null, ...expected } },
      why: name,
    },
  };
}
