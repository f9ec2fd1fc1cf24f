import {
  absentGpus,
  atElement,
  child,
  nodeScope,
  nvidiaSmiFormat,
  smiGpuScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type FindingOf,
  type GpuExpectations,
  type ProbeOutput,
  type SmiGpu,
} from "@slipway/plugin-sdk";
import type { Code } from "./codes.ts";

type Found = FindingOf<Code>;

/** Rules V1 and V2. */
export function judge(evidence: Evidence, { gpus: expected }: Expected<{ gpus: typeof GpuExpectations }>): Found[] {
  if (expected?.count === undefined) return [];
  const { count, serials = [] } = expected;
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence))];
  const { value: gpus, output } = smi;
  return [
    ...judgeCount(evidence, gpus, count, serials, output),
    ...judgeIdentity(gpus, serials, output),
    ...judgeSerialList(evidence, count, serials),
  ];
}

function judgeCount(
  evidence: Evidence,
  gpus: readonly SmiGpu[],
  count: number,
  serials: readonly string[],
  output: ProbeOutput,
): Found[] {
  const present = gpus.filter((gpu) => !gpu.lost).length;
  const shown = { expected: gpuCount(count), observed: gpuCount(present) };
  if (present > count) {
    return [
      {
        code: "gpu-surplus",
        verdict: "fail",
        cause: "configuration",
        scope: nodeScope(evidence),
        message: `The driver lists more GPUs than the ${String(count)} expected.`,
        ...shown,
        evidence: gpus.slice(count).map((gpu) => atElement(output, gpu.element)),
      },
    ];
  }
  return absentGpus(evidence, gpus, count, serials).map(({ scope, serial, lost }): Found => {
    if (lost !== undefined) {
      return {
        code: "gpu-lost",
        verdict: "fail",
        cause: "hardware",
        scope,
        message: `The driver has lost GPU ${scope.id}.`,
        ...(serial === undefined ? {} : { expected: `serial ${serial}` }),
        observed: errorTexts(lost),
        evidence: [atElement(output, lost.element)],
      };
    }
    if (serial !== undefined) {
      return {
        code: "gpu-missing",
        verdict: "fail",
        cause: "hardware",
        scope,
        message: `The driver does not list GPU ${scope.id}.`,
        expected: `serial ${serial}`,
        observed: "absent",
        evidence: [{ probe: output.probe }],
      };
    }
    return {
      code: "gpu-missing",
      verdict: "fail",
      cause: "hardware",
      scope,
      message: `The driver lists ${gpuCount(present)} instead of ${String(count)}.`,
      ...shown,
      evidence: [{ probe: output.probe }],
    };
  });
}

function gpuCount(count: number): string {
  return count === 1 ? "1 GPU" : `${String(count)} GPUs`;
}

/** What stands where name, serial and UUID of a lost GPU belong. */
function errorTexts(gpu: SmiGpu): string {
  return ["product_name", "serial", "uuid"]
    .map((name) => `${name} ${child(gpu.element, name)?.text ?? "absent"}`)
    .join(", ");
}

/** Each GPU that is there must be one that can be told apart, and one that is expected. */
function judgeIdentity(gpus: readonly SmiGpu[], serials: readonly string[], output: ProbeOutput): Found[] {
  const findings: Found[] = [];
  const left = new Map<string, number>();
  for (const serial of serials) left.set(serial, (left.get(serial) ?? 0) + 1);
  for (const gpu of gpus.filter(({ lost }) => !lost)) {
    const scope = smiGpuScope(gpu);
    const at = (): Found["evidence"] => [atElement(output, child(gpu.element, "serial") ?? gpu.element)];
    const shown = () => ({
      expected: serials.join(", "),
      observed: gpu.serial ?? child(gpu.element, "serial")?.text ?? "absent",
    });
    if (gpu.serial === undefined && gpu.uuid === undefined) {
      findings.push({
        code: "gpu-unidentified",
        verdict: "inconclusive",
        cause: "tool",
        scope,
        message: `The driver shows neither serial nor UUID of GPU ${scope.id}.`,
        evidence: [atElement(output, gpu.element)],
      });
    }
    if (serials.length === 0) continue;
    if (gpu.serial === undefined) {
      findings.push({
        code: "serial-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        scope,
        message: `The driver shows no serial number of GPU ${scope.id}.`,
        ...shown(),
        evidence: at(),
      });
      continue;
    }
    const carriers = left.get(gpu.serial) ?? 0;
    left.set(gpu.serial, carriers - 1);
    if (carriers <= 0)
      findings.push({
        code: "serial-unexpected",
        verdict: "inconclusive",
        cause: "unknown",
        scope,
        message: `GPU ${scope.id} carries the unexpected serial number ${gpu.serial}: a part was swapped.`,
        ...shown(),
        evidence: at(),
      });
  }
  return findings;
}

function judgeSerialList(evidence: Evidence, count: number, serials: readonly string[]): Found[] {
  if (serials.length === 0 || serials.length === count) return [];
  return [
    {
      code: "serials-incomplete",
      verdict: "inconclusive",
      cause: "configuration",
      scope: nodeScope(evidence),
      message: `The expectations name ${String(serials.length)} serial numbers for ${gpuCount(count)}.`,
      expected: `${String(count)} serial numbers`,
      observed: String(serials.length),
      evidence: [],
    },
  ];
}
