import { atLine, nodeScope, unusableFinding, type Evidence, type Expected, type FindingOf } from "@slipway/plugin-sdk";
import { z } from "zod";
import type { Code } from "./codes.ts";
import { meminfoFormat } from "./parse.ts";

/** What this check expects of a node, in the section `__SECTION__`. */
export const Expectations = z.object({
  /** What is left of the SKU's memory once firmware and kernel took theirs. */
  minMemoryGiB: z.number().positive().optional(),
});

const KIB_PER_GIB = 1024 * 1024;

/** Rules G1, G3, G11: enough memory passes, less fails, and what cannot be read is neither. */
export function judge(
  evidence: Evidence,
  { __SECTION__: expected }: Expected<{ __SECTION__: typeof Expectations }>,
): FindingOf<Code>[] {
  const scope = nodeScope(evidence);
  const meminfo = evidence.read("__ID__", meminfoFormat);
  if (!meminfo.usable) return [unusableFinding(meminfo, scope)];

  const { kib, line } = meminfo.value;
  const where = { scope, observed: line.text, evidence: [atLine(meminfo.output, line.number)] };
  if (kib === undefined) {
    return [
      {
        code: "memory-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        message: "The size of the memory cannot be read.",
        ...where,
      },
    ];
  }
  const minimum = expected?.minMemoryGiB;
  if (minimum === undefined || kib / KIB_PER_GIB >= minimum) return [];
  return [
    {
      code: "memory-low",
      verdict: "fail",
      cause: "hardware",
      message: "The node has less memory than its SKU.",
      expected: `at least ${String(minimum)} GiB`,
      ...where,
    },
  ];
}
