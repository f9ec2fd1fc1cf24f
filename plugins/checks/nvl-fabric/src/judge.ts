import type { Evidence, Expectations, Expected } from "@slipway/plugin-sdk";
import type { Found, Sections } from "./expectation.ts";
import { judgeFabric } from "./judge-fabric.ts";
import { judgeLinks } from "./judge-links.ts";

/** Rule F1: nothing is judged of a node without NVLink, whatever else its section holds. */
export function notApplicable({ nvlink }: Expectations): string | undefined {
  const none = typeof nvlink === "object" && nvlink !== null && "links" in nvlink && nvlink.links === 0;
  return none ? "The node's GPUs have no NVLink." : undefined;
}

/** Keys that judging needs: none without NVLink (rule F1), those of the fabric only where this SKU has a fabric state (F2). */
export function needs({ nvlink }: Expected<Sections>): string[] {
  if (nvlink?.links === 0) return [];
  const ofFabric = nvlink?.fabric === false ? [] : ["nvlink.cliqueRequired", "nvlink.health"];
  return ["gpus.count", "nvlink.links", "nvlink.gbps", ...ofFabric];
}

/** Rules F2-F7. The two probes are judged apart: one that cannot be used hides nothing in the other. */
export function judge(evidence: Evidence, { gpus, nvlink }: Expected<Sections>): Found[] {
  if (nvlink?.links === undefined) return [];
  const expectation = { gpus, nvlink: { ...nvlink, links: nvlink.links } };
  return [...judgeFabric(evidence, expectation), ...judgeLinks(evidence, expectation)];
}
