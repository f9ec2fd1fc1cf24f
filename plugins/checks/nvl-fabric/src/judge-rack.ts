import {
  atElement,
  byText,
  disagreement,
  isWord,
  nodeScope,
  nvidiaSmiFormat,
  type EvidencePointer,
  type RackMember,
  type Scope,
} from "@slipway/plugin-sdk";
import { finding } from "./codes.ts";
import type { Found, Sections } from "./expectation.ts";
import { readFabric, uuidOf } from "./parse-fabric.ts";

/** A node of the rack, with what is proven of its cluster. */
interface Membership {
  readonly scope: Scope;
  /** Undefined when its GPUs show none, or not the same. */
  readonly cluster: string | undefined;
  /** Why its cluster is not proven, of some GPU at least. */
  readonly gap: string | undefined;
  readonly evidence: EvidencePointer[];
}

/** The nodes of one rack that must be in a clique must be in one NVLink cluster. */
export function judgeRack(members: readonly RackMember<Sections>[]): Found[] {
  const memberships = members
    .filter(
      ({ expected: { nvlink } }) => nvlink?.cliqueRequired === true && nvlink.links !== 0 && nvlink.fabric !== false,
    )
    .map(membershipOf)
    .sort((one, other) => byText(one.scope.id, other.scope.id));
  const known = memberships.flatMap((member) =>
    member.cluster === undefined ? [] : [{ ...member, cluster: member.cluster }],
  );
  const { majority, minority } = disagreement(known, ({ cluster }) => cluster) ?? { majority: undefined, minority: [] };
  return [
    ...minority.map(({ scope, cluster, evidence }) =>
      finding("rack-cluster-differs", {
        scope,
        message:
          majority === undefined
            ? "The nodes of the rack are in different NVLink clusters, none of which holds most of them."
            : "The node is in another NVLink cluster than most nodes of its rack.",
        expected: majority ?? "one cluster",
        observed: cluster,
        evidence,
      }),
    ),
    ...memberships.flatMap(({ scope, gap, evidence }) =>
      gap === undefined
        ? []
        : [
            finding("rack-member-unreadable", {
              scope,
              message: `The node's NVLink cluster is not proven: ${gap}.`,
              evidence,
            }),
          ],
    ),
  ];
}

function membershipOf({ evidence, expected: { gpus } }: RackMember<Sections>): Membership {
  const scope = nodeScope(evidence);
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable)
    return {
      scope,
      cluster: undefined,
      gap: `the probe ${smi.probe} cannot be used: ${smi.reason}`,
      evidence: [...smi.evidence],
    };
  const proven = smi.value.flatMap((gpu) => {
    const { state, clusterUuid } = readFabric(gpu);
    const uuid = uuidOf(clusterUuid);
    return gpu.lost !== undefined || uuid === undefined || !isWord(state.text, "Completed")
      ? []
      : [{ uuid, at: atElement(smi.output, clusterUuid.element) }];
  });
  const clusters = new Set(proven.map(({ uuid }) => uuid));
  const [cluster] = clusters;
  const pointers = proven.slice(0, 1).map(({ at }) => at);
  if (clusters.size > 1)
    return { scope, cluster: undefined, gap: "its GPUs are in different clusters", evidence: pointers };
  const due = Math.max(gpus?.count ?? 1, smi.value.length);
  const gap = proven.length < due ? `${String(proven.length)} of ${String(due)} GPUs show one` : undefined;
  return { scope, cluster, gap, evidence: pointers };
}
