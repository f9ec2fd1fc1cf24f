import { defineCheck, ImexExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge, notApplicable } from "./judge.ts";
import { judgeRack } from "./rack.ts";

/** The IMEX domain has exactly its members, ready and connected, and their names resolve. */
export default defineCheck({
  id: "imex",
  version: "1.1.0",
  title: "The IMEX domain has exactly its members, ready and connected, and their names resolve",
  probes: [
    { probe: probes.imexLocal, why: "the state of the node's own daemon" },
    { probe: probes.imexDomain, why: "members, connections and versions of the domain" },
    { probe: probes.imexNodes, why: "who the nodes file says is a member" },
    { probe: probes.imexResolve, why: "where the members' names lead on this node" },
    { probe: probes.imexService, why: "whether a daemon that does not answer was stopped", optional: true },
  ],
  sections: { imex: ImexExpectations },
  needs: ({ imex }) => {
    if (imex?.model === "none") return ["imex.model"];
    return ["imex.model", "imex.members", ...(imex?.model === "per-domain" ? ["imex.domainActive"] : [])];
  },
  codes,
  notApplicable,
  judge,
  judgeRack,
});
