import type { Evidence, Expected, NotApplicable } from "@slipway/plugin-sdk";
import type { Found, Sections } from "./expectation.ts";
import { judgeFabric } from "./judge-fabric.ts";
import { judgeLinks } from "./judge-links.ts";

/** Keys that judging needs: none for a node without NVLink (rule F1). */
export function needs({ nvlink }: Expected<Sections>): string[] {
  return nvlink?.links === 0
    ? []
    : ["gpus.count", "nvlink.links", "nvlink.gbps", "nvlink.cliqueRequired", "nvlink.health"];
}

/** Rules F1-F7. The two probes are judged apart: one that cannot be used hides nothing in the other. */
export function judge(evidence: Evidence, { gpus, nvlink }: Expected<Sections>): Found[] | NotApplicable {
  if (nvlink?.links === undefined) return [];
  if (nvlink.links === 0) return { notApplicable: "The node's GPUs have no NVLink." };
  const expectation = { gpus, nvlink: { ...nvlink, links: nvlink.links } };
  return [...judgeFabric(evidence, expectation), ...judgeLinks(evidence, expectation)];
}
