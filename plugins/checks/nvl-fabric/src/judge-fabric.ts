import {
  atElement,
  disagreement,
  gpuName,
  gpuScope,
  isWord,
  nodeScope,
  noValue,
  nvidiaSmiFormat,
  readGpuCards,
  unlistedGpuFindings,
  unusableFinding,
  type Evidence,
  type GpuCard,
  type ProbeOutput,
  type SmiField,
} from "@slipway/plugin-sdk";
import { finding } from "./codes.ts";
import type { Expectation, Found } from "./expectation.ts";
import { cliqueOf, NO_CLUSTER, readFabric, uuidOf, type Fabric } from "./parse-fabric.ts";

/** A GPU with what its XML says of the fabric. */
interface Member {
  readonly card: GpuCard;
  readonly fabric: Fabric;
  readonly output: ProbeOutput;
}

/** Rules F2, F3, F4, F6 and F7, by `nvidia-smi -q -x`. */
export function judgeFabric(evidence: Evidence, { gpus: expectedGpus = {}, nvlink }: Expectation): Found[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence))];
  const { output } = smi;
  const members = readGpuCards(evidence).listed.flatMap((card): Member[] =>
    card.smi === undefined ? [] : [{ card, fabric: readFabric(card.smi), output }],
  );
  return [
    ...(nvlink.fabric === false ? [] : judgeMembers(evidence, members, nvlink)),
    ...unlistedGpuFindings(evidence, expectedGpus, "fabric"),
  ];
}

/** A lost GPU answers with error texts: F7 says once of it that it is not proven. */
function judgeMembers(evidence: Evidence, members: readonly Member[], nvlink: Expectation["nvlink"]): Found[] {
  const isLost = ({ card }: Member): boolean => card.smi?.lost !== undefined;
  return [
    ...members.flatMap((member) =>
      judgeMember(member, nvlink).filter(({ verdict }) => verdict === "fail" || !isLost(member)),
    ),
    ...(nvlink.cliqueRequired === true
      ? judgeAgreement(
          evidence,
          members.filter((member) => !isLost(member) && isWord(member.fabric.state.text, "Completed")),
        )
      : []),
  ];
}

/** Of a member's field, what every finding about it carries. */
function place({ card, output }: Member, field: SmiField, expected: string) {
  return { scope: gpuScope(card), expected, observed: field.shown, evidence: [atElement(output, field.element)] };
}

function unreadable(member: Member, field: SmiField, what: string, expected: string): Found {
  const message = `${gpuName(member.card)} shows no fabric ${what} that can be read.`;
  return finding("fabric-unreadable", { ...place(member, field, expected), message });
}

function judgeMember(member: Member, { cliqueRequired, health }: Expectation["nvlink"]): Found[] {
  const { card, fabric } = member;
  const { state, status, clusterUuid, cliqueId, summary } = fabric;
  const name = gpuName(card);
  if (!isWord(state.text, "Completed")) {
    const message = `${name} has not completed its registration with the fabric, so its fabric is not judged.`;
    return [finding("fabric-not-completed", { ...place(member, state, "Completed"), message })];
  }
  const findings: Found[] = [];
  if (status.text === undefined) findings.push(unreadable(member, status, "status", "Success"));
  else if (!isWord(status.text, "Success"))
    findings.push(
      finding("fabric-status-failed", {
        ...place(member, status, "Success"),
        message: `${name} is not registered with the fabric.`,
      }),
    );
  if (cliqueRequired === true) findings.push(...judgeCluster(member, clusterUuid), ...judgeClique(member, cliqueId));
  if (health === true) {
    if (summary.text === undefined || noValue(summary.text) === "nothing")
      findings.push(unreadable(member, summary, "health summary", "Healthy"));
    else if (!isWord(summary.text, "Healthy"))
      findings.push(
        finding("fabric-unhealthy", {
          ...place(member, summary, "Healthy"),
          message: `${name} is not healthy in the fabric.`,
          observed: [summary.text, ...fabric.healthDetails].join(", "),
        }),
      );
  }
  return findings;
}

function judgeCluster(member: Member, clusterUuid: SmiField): Found[] {
  const expected = "the UUID of a cluster";
  const uuid = uuidOf(clusterUuid);
  if (uuid === undefined) return [unreadable(member, clusterUuid, "clusterUuid", expected)];
  if (uuid !== NO_CLUSTER) return [];
  const message = `${gpuName(member.card)} is in no NVLink cluster.`;
  return [finding("cluster-missing", { ...place(member, clusterUuid, expected), message })];
}

function judgeClique(member: Member, cliqueId: SmiField): Found[] {
  const expected = "the number of a clique";
  if (cliqueOf(cliqueId) !== undefined) return [];
  if (!isWord(cliqueId.text, "N/A") && !isWord(cliqueId.text, "[N/A]"))
    return [unreadable(member, cliqueId, "cliqueId", expected)];
  const message = `${gpuName(member.card)} is in no clique.`;
  return [finding("clique-missing", { ...place(member, cliqueId, expected), message })];
}

/** Rule F6, over the GPUs that are in a clique at all; the others are named by F3. */
function judgeAgreement(evidence: Evidence, completed: readonly Member[]): Found[] {
  const members = completed.flatMap(({ card, fabric, output }) => {
    const uuid = uuidOf(fabric.clusterUuid);
    const clique = cliqueOf(fabric.cliqueId);
    return uuid === undefined || uuid === NO_CLUSTER || clique === undefined
      ? []
      : [{ card, pair: `cluster ${uuid}, clique ${clique}`, output, element: fabric.cliqueId.element }];
  });
  const differing = disagreement(members, ({ pair }) => pair);
  if (differing === undefined) return [];
  const { majority, minority } = differing;
  if (majority === undefined)
    return [
      finding("clique-differs", {
        scope: nodeScope(evidence),
        message: "The GPUs of the node are in different cliques, none of which holds most of them.",
        expected: "one cluster and clique",
        observed: minority.map(({ card, pair }) => `${gpuName(card)}: ${pair}`).join("; "),
        evidence: minority.map(({ output, element }) => atElement(output, element)),
      }),
    ];
  return minority.map(({ card, pair, output, element }) =>
    finding("clique-differs", {
      scope: gpuScope(card),
      message: `${gpuName(card)} is in another clique than most GPUs of the node.`,
      expected: majority,
      observed: pair,
      evidence: [atElement(output, element)],
    }),
  );
}
