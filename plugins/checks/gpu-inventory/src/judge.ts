import {
  absentGpus,
  atElement,
  gpuName,
  gpuScope,
  nodeScope,
  nvidiaSmiFormat,
  readGpuCards,
  unusableFinding,
  type AbsentGpu,
  type Evidence,
  type Expected,
  type ExpectedGpus,
  type FindingOf,
  type GpuCard,
  type GpuExpectations,
  type ProbeOutput,
} from "@slipway/plugin-sdk";
import { finding, type Code } from "./codes.ts";
import { judgeSerials } from "./judge-serials.ts";
import { recoveryOf } from "./recovery-action.ts";

type Found = FindingOf<Code>;

/** Rules V1 to V4. What proves a GPU gone or at fault needs no expectation; only counting and serials do. */
export function judge(
  evidence: Evidence,
  { gpus: expected = {} }: Expected<{ gpus: typeof GpuExpectations }>,
): Found[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  const { count, serials = [] } = expected;
  const { listed } = readGpuCards(evidence);
  const there = listed.filter(({ smi: gpu }) => gpu?.lost === undefined);
  const absent = absentGpus(evidence, expected).map((gpu) => judgeAbsent(gpu, expected, there.length));
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence)), ...absent];
  const { output } = smi;
  return [
    ...absent,
    ...(count === undefined ? [] : judgeSurplus(evidence, there, count, output)),
    ...there.flatMap((card) => [...judgeIdentity(card, output), ...judgeRecovery(card, output)]),
    ...(count === undefined || serials.length === 0 ? [] : judgeSerials({ evidence, there, count, serials, output })),
  ];
}

/** One GPU that is gone or lost (V1, V2, V4). */
function judgeAbsent(absent: AbsentGpu, { count }: ExpectedGpus, there: number): Found {
  const { scope, name, serial, lost, handle, evidence } = absent;
  const expected = serial === undefined ? undefined : `serial ${serial}`;
  if (lost !== undefined)
    return finding("gpu-lost", {
      scope,
      message: `The driver lists ${name ?? "a GPU"} and has lost it.`,
      expected,
      observed: lost,
      evidence,
    });
  if (handle !== undefined)
    return finding("gpu-handle-lost", {
      scope,
      message: `The driver cannot reach ${name ?? "a GPU"}: ${handle.words}`,
      expected,
      observed: handle.words,
      evidence,
    });
  if (name !== undefined)
    return finding("gpu-missing", {
      scope,
      message: `The driver does not list ${name}.`,
      expected,
      observed: "absent",
      evidence,
    });
  return finding("gpu-missing", {
    scope,
    message: `The driver lists ${gpuCount(there)} instead of ${String(count)}.`,
    expected: gpuCount(count ?? 0),
    observed: gpuCount(there),
    evidence,
  });
}

function judgeSurplus(evidence: Evidence, there: readonly GpuCard[], count: number, output: ProbeOutput): Found[] {
  if (there.length <= count) return [];
  return [
    finding("gpu-surplus", {
      scope: nodeScope(evidence),
      message: `The driver lists more GPUs than the ${String(count)} expected.`,
      expected: gpuCount(count),
      observed: gpuCount(there.length),
      evidence: there.slice(count).flatMap(({ smi }) => (smi === undefined ? [] : [atElement(output, smi.element)])),
    }),
  ];
}

function gpuCount(count: number): string {
  return count === 1 ? "1 GPU" : `${String(count)} GPUs`;
}

/** A GPU that is there must be one that can be told apart. */
function judgeIdentity(card: GpuCard, output: ProbeOutput): Found[] {
  if (card.serial !== undefined || card.uuid !== undefined || card.smi === undefined) return [];
  return [
    finding("gpu-unidentified", {
      scope: gpuScope(card),
      message: `The driver shows neither serial nor UUID of ${gpuName(card)}.`,
      evidence: [atElement(output, card.smi.element)],
    }),
  ];
}

/** Rule V3. */
function judgeRecovery(card: GpuCard, output: ProbeOutput): Found[] {
  if (card.smi === undefined) return [];
  const { state, text, element } = recoveryOf(card.smi);
  if (state === "none") return [];
  const place = {
    scope: gpuScope(card),
    expected: "None",
    observed: text,
    evidence: [atElement(output, element)],
  };
  return state === "due"
    ? [finding("recovery-due", { ...place, message: `The driver asks to recover ${gpuName(card)}: ${text}.` })]
    : [
        finding("recovery-unreadable", {
          ...place,
          message: `The recovery action of ${gpuName(card)} cannot be read: ${text}.`,
        }),
      ];
}
