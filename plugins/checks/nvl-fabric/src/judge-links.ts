import {
  atLine,
  nodeScope,
  nvlinkFormat,
  unusableFinding,
  type Evidence,
  type EvidencePointer,
  type Link,
  type LinkedGpu,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import type { Expectation, Found } from "./expectation.ts";

/** Rule F5, by `nvidia-smi nvlink -s`. */
export function judgeLinks(evidence: Evidence, { gpus: expectedGpus, nvlink }: Expectation): Found[] {
  const status = evidence.read("nvlink", nvlinkFormat);
  if (!status.usable) return [unusableFinding(status, nodeScope(evidence))];
  const { value, output } = status;
  const listed = [...value.gpus].sort(([one], [other]) => one - other);
  const findings = listed.flatMap(([index, gpu]) => judgeGpu(index, gpu, nvlink, output));
  if (value.allInactive !== undefined)
    return [allInactive(nodeScope(evidence), "the node", value.allInactive), ...findings];
  const unlisted = absentNumbers(expectedGpus?.count ?? 0, (index) => value.gpus.has(index));
  return [
    ...findings,
    ...unlisted.map((index): Found => ({
      code: "gpu-without-links",
      verdict: "inconclusive",
      cause: "unknown",
      scope: { kind: "gpu", id: String(index) },
      message: `The links of GPU ${String(index)} are not listed.`,
      expected: `${String(nvlink.links)} links`,
      observed: "absent",
      evidence: [{ probe: output.probe }],
    })),
  ];
}

function judgeGpu(index: number, gpu: LinkedGpu, { links, gbps }: Expectation["nvlink"], output: ProbeOutput): Found[] {
  const printed = [...gpu.links]
    .sort(([one], [other]) => one - other)
    .flatMap(([number, link]) => judgeLink(index, number, link, gbps, output));
  if (gpu.allInactive !== undefined)
    return [allInactive({ kind: "gpu", id: String(index) }, `GPU ${String(index)}`, gpu.allInactive), ...printed];
  const unlisted = absentNumbers(links, (number) => gpu.links.has(number));
  return [
    ...printed,
    ...unlisted.map((number): Found => ({
      code: "link-not-listed",
      verdict: "inconclusive",
      cause: "unknown",
      scope: linkScope(index, number),
      message: `Link ${String(number)} of GPU ${String(index)} is not listed.`,
      expected: `${String(links)} links`,
      observed: "absent",
      evidence: [atLine(output, gpu.line)],
    })),
  ];
}

/** Every link that is printed is judged, also one more than expected: a part that is down is down. */
function judgeLink(
  index: number,
  number: number,
  { speed, text, line }: Link,
  gbps: number | undefined,
  output: ProbeOutput,
): Found[] {
  const expected = gbps === undefined ? "an active link" : `${String(gbps)} GB/s`;
  const place = { scope: linkScope(index, number), expected, observed: text, evidence: [atLine(output, line)] };
  const name = `Link ${String(number)} of GPU ${String(index)}`;
  if (speed === undefined)
    return [
      {
        code: "link-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        message: `What is printed of link ${String(number)} of GPU ${String(index)} cannot be read.`,
        ...place,
      },
    ];
  if (speed === "inactive")
    return [{ code: "link-inactive", verdict: "fail", cause: "fabric", message: `${name} is inactive.`, ...place }];
  if (gbps !== undefined && speed < gbps)
    return [
      { code: "link-slow", verdict: "fail", cause: "fabric", message: `${name} runs slower than expected.`, ...place },
    ];
  return [];
}

function allInactive(scope: Scope, what: string, sentence: EvidencePointer): Found {
  return {
    code: "links-all-inactive",
    verdict: "fail",
    cause: "fabric",
    scope,
    message: `All NVLinks of ${what} are inactive.`,
    expected: "active links",
    observed: "all links are inactive",
    evidence: [sentence],
  };
}

function linkScope(index: number, number: number): Scope {
  return { kind: "link", id: `${String(index)}/${String(number)}` };
}

/** The numbers from 0 to `count - 1` that are not there. */
function absentNumbers(count: number, has: (number: number) => boolean): number[] {
  return Array.from({ length: count }, (_, number) => number).filter((number) => !has(number));
}
