function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { defineCheck, ImexExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";
import { judgeRack } from "./rack.ts";

/** The IMEX domain has exactly its members, ready and connected, and their names resolve. */
export default defineCheck(stryMutAct_9fa48("354") ? {} : (stryCov_9fa48("354"), {
  id: stryMutAct_9fa48("355") ? "" : (stryCov_9fa48("355"), "imex"),
  version: stryMutAct_9fa48("356") ? "" : (stryCov_9fa48("356"), "1.0.0"),
  title: stryMutAct_9fa48("357") ? "" : (stryCov_9fa48("357"), "The IMEX domain has exactly its members, ready and connected, and their names resolve"),
  probes: stryMutAct_9fa48("358") ? [] : (stryCov_9fa48("358"), [stryMutAct_9fa48("359") ? {} : (stryCov_9fa48("359"), {
    probe: probes.imexLocal,
    why: stryMutAct_9fa48("360") ? "" : (stryCov_9fa48("360"), "the state of the node's own daemon")
  }), stryMutAct_9fa48("361") ? {} : (stryCov_9fa48("361"), {
    probe: probes.imexDomain,
    why: stryMutAct_9fa48("362") ? "" : (stryCov_9fa48("362"), "members, connections and versions of the domain")
  }), stryMutAct_9fa48("363") ? {} : (stryCov_9fa48("363"), {
    probe: probes.imexNodes,
    why: stryMutAct_9fa48("364") ? "" : (stryCov_9fa48("364"), "who the nodes file says is a member")
  }), stryMutAct_9fa48("365") ? {} : (stryCov_9fa48("365"), {
    probe: probes.imexResolve,
    why: stryMutAct_9fa48("366") ? "" : (stryCov_9fa48("366"), "where the members' names lead on this node")
  }), stryMutAct_9fa48("367") ? {} : (stryCov_9fa48("367"), {
    probe: probes.imexService,
    why: stryMutAct_9fa48("368") ? "" : (stryCov_9fa48("368"), "whether a daemon that does not answer was stopped"),
    optional: stryMutAct_9fa48("369") ? false : (stryCov_9fa48("369"), true)
  })]),
  sections: stryMutAct_9fa48("370") ? {} : (stryCov_9fa48("370"), {
    imex: ImexExpectations
  }),
  needs: stryMutAct_9fa48("371") ? () => undefined : (stryCov_9fa48("371"), ({
    imex
  }) => stryMutAct_9fa48("372") ? [] : (stryCov_9fa48("372"), [stryMutAct_9fa48("373") ? "" : (stryCov_9fa48("373"), "imex.model"), stryMutAct_9fa48("374") ? "" : (stryCov_9fa48("374"), "imex.members"), ...((stryMutAct_9fa48("377") ? imex?.model !== "per-domain" : stryMutAct_9fa48("376") ? false : stryMutAct_9fa48("375") ? true : (stryCov_9fa48("375", "376", "377"), (stryMutAct_9fa48("378") ? imex.model : (stryCov_9fa48("378"), imex?.model)) === (stryMutAct_9fa48("379") ? "" : (stryCov_9fa48("379"), "per-domain")))) ? stryMutAct_9fa48("380") ? [] : (stryCov_9fa48("380"), [stryMutAct_9fa48("381") ? "" : (stryCov_9fa48("381"), "imex.domainActive")]) : stryMutAct_9fa48("382") ? ["Stryker was here"] : (stryCov_9fa48("382"), []))])),
  codes,
  judge,
  judgeRack
}));