import {
  disagreement,
  atElement,
  nodeScope,
  nvidiaSmiFormat,
  smiGpuScope,
  unlistedGpuFindings,
  unusableFinding,
  type Evidence,
  type ProbeOutput,
  type SmiGpu,
} from "@slipway/plugin-sdk";
import type { Expectation, Found } from "./expectation.ts";
import { cliqueOf, isWord, NO_CLUSTER, readFabric, uuidOf, type Fabric, type FabricField } from "./parse-fabric.ts";

/** Rules F2, F3, F4, F6 and F7, by `nvidia-smi -q -x`. */
export function judgeFabric(evidence: Evidence, { gpus: expectedGpus, nvlink }: Expectation): Found[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence))];
  const { value: gpus, output } = smi;
  const fabrics = gpus.map((gpu) => ({ gpu, fabric: readFabric(gpu) }));
  const completed = fabrics.filter(({ fabric }) => isWord(fabric.state.text, "Completed"));
  return [
    ...fabrics.flatMap(({ gpu, fabric }) => judgeGpu(gpu, fabric, nvlink, output)),
    ...(nvlink.cliqueRequired === true ? judgeAgreement(evidence, completed, output) : []),
    ...(expectedGpus?.count === undefined
      ? []
      : unlistedGpuFindings(
          evidence,
          gpus,
          { ...expectedGpus, count: expectedGpus.count },
          { output, part: "fabric" },
        )),
  ];
}

function judgeGpu(
  gpu: SmiGpu,
  fabric: Fabric,
  { cliqueRequired, health }: Expectation["nvlink"],
  output: ProbeOutput,
): Found[] {
  const scope = smiGpuScope(gpu);
  const at = (field: FabricField, expected: string) => ({
    scope,
    expected,
    observed: field.text ?? "absent",
    evidence: [atElement(output, field.element)],
  });
  const unreadable = (field: FabricField, what: string, expected: string): Found => ({
    code: "fabric-unreadable",
    verdict: "inconclusive",
    cause: "tool",
    message: `GPU ${scope.id} shows no fabric ${what} that can be read.`,
    ...at(field, expected),
  });
  const fail = (code: Found["code"], field: FabricField, message: string, expected: string): Found => ({
    code,
    verdict: "fail",
    cause: "fabric",
    message: `GPU ${scope.id} ${message}.`,
    ...at(field, expected),
  });

  const { state, status, clusterUuid, cliqueId, summary } = fabric;
  if (!isWord(state.text, "Completed")) {
    return [
      {
        code: "fabric-not-completed",
        verdict: "inconclusive",
        cause: "unknown",
        message: `GPU ${scope.id} has not completed its registration with the fabric, so its fabric is not judged.`,
        ...at(state, "Completed"),
      },
    ];
  }
  const findings: Found[] = [];
  if (status.text === undefined) findings.push(unreadable(status, "status", "Success"));
  else if (!isWord(status.text, "Success"))
    findings.push(fail("fabric-status-failed", status, "is not registered with the fabric", "Success"));

  if (cliqueRequired === true) {
    const uuid = uuidOf(clusterUuid);
    if (uuid === undefined) findings.push(unreadable(clusterUuid, "clusterUuid", "the UUID of a cluster"));
    else if (uuid === NO_CLUSTER)
      findings.push(fail("cluster-missing", clusterUuid, "is in no NVLink cluster", "the UUID of a cluster"));
    if (isWord(cliqueId.text, "N/A"))
      findings.push(fail("clique-missing", cliqueId, "is in no clique", "the number of a clique"));
    else if (cliqueOf(cliqueId) === undefined)
      findings.push(unreadable(cliqueId, "cliqueId", "the number of a clique"));
  }
  if (health === true) {
    if (summary.text === undefined || isWord(summary.text, "N/A"))
      findings.push(unreadable(summary, "health summary", "Healthy"));
    else if (!isWord(summary.text, "Healthy")) {
      const observed = [summary.text, ...fabric.healthDetails].join(", ");
      findings.push({ ...fail("fabric-unhealthy", summary, "is not healthy in the fabric", "Healthy"), observed });
    }
  }
  return findings;
}

/** Rule F6, over the GPUs that are in a clique at all; the others are named by F3. */
function judgeAgreement(
  evidence: Evidence,
  completed: readonly { gpu: SmiGpu; fabric: Fabric }[],
  output: ProbeOutput,
): Found[] {
  const members = completed.flatMap(({ gpu, fabric }) => {
    const uuid = uuidOf(fabric.clusterUuid);
    const clique = cliqueOf(fabric.cliqueId);
    return uuid === undefined || uuid === NO_CLUSTER || clique === undefined
      ? []
      : [{ gpu, pair: `cluster ${uuid}, clique ${clique}`, at: atElement(output, fabric.cliqueId.element) }];
  });
  const differing = disagreement(members, ({ pair }) => pair);
  if (differing === undefined) return [];
  const { majority, minority } = differing;
  if (majority === undefined) {
    const observed = minority.map(({ gpu, pair }) => `GPU ${String(gpu.index)}: ${pair}`).join("; ");
    return [
      {
        code: "clique-differs",
        verdict: "fail",
        cause: "fabric",
        scope: nodeScope(evidence),
        message: "The GPUs of the node are in different cliques, none of which holds most of them.",
        expected: "one cluster and clique",
        observed,
        evidence: minority.map(({ at }) => at),
      },
    ];
  }
  return minority.map(({ gpu, pair, at }) => ({
    code: "clique-differs",
    verdict: "fail",
    cause: "fabric",
    scope: smiGpuScope(gpu),
    message: `GPU ${String(gpu.index)} is in another clique than most GPUs of the node.`,
    expected: majority,
    observed: pair,
    evidence: [at],
  }));
}
