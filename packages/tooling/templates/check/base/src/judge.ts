import { nodeScope, unusableFinding, valueOf, type Evidence, type Expected, type FindingOf } from "@slipway/plugin-sdk";
import { finding, type Code } from "./codes.ts";
import type { Expectations } from "./expectations.ts";
import { firmwareFormat } from "./parse.ts";

/** Rules G1, G3, G8, G11: the expected version passes, another fails, and what cannot be read is neither. */
export function judge(
  evidence: Evidence,
  { __SECTION__: expected }: Expected<{ __SECTION__: typeof Expectations }>,
): FindingOf<Code>[] {
  const scope = nodeScope(evidence);
  const report = evidence.read("__PROBE__", firmwareFormat);
  if (!report.usable) return [unusableFinding(report, scope)];

  const { text, where } = report.value;
  const seen = { scope, observed: text, evidence: [{ probe: report.output.probe, ...where }] };
  const version = valueOf(text);
  if (version === undefined)
    return [finding("firmware-unreadable", { ...seen, message: "No firmware version is printed." })];
  const wanted = expected?.__KEY__;
  if (wanted === undefined || version === __WANTED__) return [];
  return [
    finding("firmware-wrong", {
      ...seen,
      message: `The firmware is ${version}, not ${__WANTED__}.`,
      expected: __WANTED__,
    }),
  ];
}
