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
import { atPath, jsonDocument, jsonPointer, shaped, type EvidencePointer, type Format, type ProbeOutput } from "@slipway/plugin-sdk";
import { z } from "zod";
import { control, daemonState, type Control } from "./control.ts";
import { byIndex, domainStatus, hostOf, shownVersion, type Domain, type DomainNode, type LinkState } from "./domain.ts";
import { domainFromText } from "./parse-domain-text.ts";
import { lower, shownValue } from "./text.ts";

/** `nvidia-imex-ctl -N -j -H`, or the text of `-N`. */
export const domainFormat: Format<Control<Domain>> = stryMutAct_9fa48("1741") ? {} : (stryCov_9fa48("1741"), {
  exit: stryMutAct_9fa48("1742") ? "" : (stryCov_9fa48("1742"), "any"),
  mayBeEmpty: stryMutAct_9fa48("1743") ? false : (stryCov_9fa48("1743"), true),
  parse: stryMutAct_9fa48("1744") ? () => undefined : (stryCov_9fa48("1744"), output => control(output, stryMutAct_9fa48("1745") ? () => undefined : (stryCov_9fa48("1745"), text => (stryMutAct_9fa48("1747") ? text.stdout.trimEnd().startsWith("{") : stryMutAct_9fa48("1746") ? text.stdout.trimStart().endsWith("{") : (stryCov_9fa48("1746", "1747"), text.stdout.trimStart().startsWith(stryMutAct_9fa48("1748") ? "" : (stryCov_9fa48("1748"), "{")))) ? domainFromJson(text) : domainFromText(text))))
});

// A field of another type is a value that cannot be read, not another shape of document: it makes
// its own node or pair inconclusive (rule G5).
const anything = z.unknown().optional();
const DomainDocument = z.object(stryMutAct_9fa48("1749") ? {} : (stryCov_9fa48("1749"), {
  nodes: z.record(z.string(), z.object(stryMutAct_9fa48("1750") ? {} : (stryCov_9fa48("1750"), {
    status: anything,
    host: anything,
    hostName: anything,
    version: anything,
    connections: z.record(z.string(), z.object(stryMutAct_9fa48("1751") ? {} : (stryCov_9fa48("1751"), {
      status: anything
    }))).optional()
  }))),
  status: z.string()
}));
const BROKEN = new Set(stryMutAct_9fa48("1752") ? [] : (stryCov_9fa48("1752"), [stryMutAct_9fa48("1753") ? "" : (stryCov_9fa48("1753"), "never_connected"), stryMutAct_9fa48("1754") ? "" : (stryCov_9fa48("1754"), "invalid"), stryMutAct_9fa48("1755") ? "" : (stryCov_9fa48("1755"), "recovering"), stryMutAct_9fa48("1756") ? "" : (stryCov_9fa48("1756"), "disconnected"), stryMutAct_9fa48("1757") ? "" : (stryCov_9fa48("1757"), "authenticating")]));
function connectionState(status: unknown): LinkState {
  if (stryMutAct_9fa48("1758")) {
    {}
  } else {
    stryCov_9fa48("1758");
    if (stryMutAct_9fa48("1761") ? typeof status === "string" : stryMutAct_9fa48("1760") ? false : stryMutAct_9fa48("1759") ? true : (stryCov_9fa48("1759", "1760", "1761"), typeof status !== (stryMutAct_9fa48("1762") ? "" : (stryCov_9fa48("1762"), "string")))) return stryMutAct_9fa48("1763") ? "" : (stryCov_9fa48("1763"), "unknown");
    const word = lower(status);
    if (stryMutAct_9fa48("1766") ? word !== "connected" : stryMutAct_9fa48("1765") ? false : stryMutAct_9fa48("1764") ? true : (stryCov_9fa48("1764", "1765", "1766"), word === (stryMutAct_9fa48("1767") ? "" : (stryCov_9fa48("1767"), "connected")))) return stryMutAct_9fa48("1768") ? "" : (stryCov_9fa48("1768"), "connected");
    return BROKEN.has(word) ? stryMutAct_9fa48("1769") ? "" : (stryCov_9fa48("1769"), "broken") : stryMutAct_9fa48("1770") ? "" : (stryCov_9fa48("1770"), "unknown");
  }
}
function asShown(value: unknown): string {
  if (stryMutAct_9fa48("1771")) {
    {}
  } else {
    stryCov_9fa48("1771");
    return (stryMutAct_9fa48("1774") ? typeof value !== "string" : stryMutAct_9fa48("1773") ? false : stryMutAct_9fa48("1772") ? true : (stryCov_9fa48("1772", "1773", "1774"), typeof value === (stryMutAct_9fa48("1775") ? "" : (stryCov_9fa48("1775"), "string")))) ? value : (stryMutAct_9fa48("1778") ? value !== undefined : stryMutAct_9fa48("1777") ? false : stryMutAct_9fa48("1776") ? true : (stryCov_9fa48("1776", "1777", "1778"), value === undefined)) ? stryMutAct_9fa48("1779") ? "Stryker was here!" : (stryCov_9fa48("1779"), "") : stryMutAct_9fa48("1780") ? JSON.stringify(value) ?? "" : (stryCov_9fa48("1780"), (stryMutAct_9fa48("1781") ? JSON.stringify(value) && "" : (stryCov_9fa48("1781"), JSON.stringify(value) ?? (stryMutAct_9fa48("1782") ? "Stryker was here!" : (stryCov_9fa48("1782"), "")))).slice(0, 200));
  }
}
function domainFromJson(output: ProbeOutput): Domain {
  if (stryMutAct_9fa48("1783")) {
    {}
  } else {
    stryCov_9fa48("1783");
    const document = shaped(DomainDocument, jsonDocument(output));
    const nodes = Object.entries(document.nodes).map(stryMutAct_9fa48("1784") ? () => undefined : (stryCov_9fa48("1784"), ([index, node]): DomainNode => stryMutAct_9fa48("1785") ? {} : (stryCov_9fa48("1785"), {
      index,
      state: daemonState(node.status),
      shown: asShown(node.status),
      ...hostOf(node.host),
      hostName: shownValue(node.hostName),
      version: shownVersion(node.version),
      local: stryMutAct_9fa48("1786") ? true : (stryCov_9fa48("1786"), false),
      connections: new Map(Object.entries(stryMutAct_9fa48("1787") ? node.connections && {} : (stryCov_9fa48("1787"), node.connections ?? {})).map(stryMutAct_9fa48("1788") ? () => undefined : (stryCov_9fa48("1788"), ([peer, {
        status
      }]) => stryMutAct_9fa48("1789") ? [] : (stryCov_9fa48("1789"), [peer, stryMutAct_9fa48("1790") ? {} : (stryCov_9fa48("1790"), {
        state: connectionState(status),
        shown: asShown(status)
      })]))))
    })));
    const at = stryMutAct_9fa48("1791") ? () => undefined : (stryCov_9fa48("1791"), (() => {
      const at = (...path: string[]): EvidencePointer => atPath(output, jsonPointer(path));
      return at;
    })());
    return stryMutAct_9fa48("1792") ? {} : (stryCov_9fa48("1792"), {
      nodes: stryMutAct_9fa48("1793") ? nodes : (stryCov_9fa48("1793"), nodes.sort(byIndex)),
      status: domainStatus(document.status),
      shown: document.status,
      at: stryMutAct_9fa48("1794") ? {} : (stryCov_9fa48("1794"), {
        status: at(stryMutAct_9fa48("1795") ? "" : (stryCov_9fa48("1795"), "status")),
        field: stryMutAct_9fa48("1796") ? () => undefined : (stryCov_9fa48("1796"), (node, field) => at(stryMutAct_9fa48("1797") ? "" : (stryCov_9fa48("1797"), "nodes"), node.index, field)),
        connection: stryMutAct_9fa48("1798") ? () => undefined : (stryCov_9fa48("1798"), (node, peer) => at(stryMutAct_9fa48("1799") ? "" : (stryCov_9fa48("1799"), "nodes"), node.index, stryMutAct_9fa48("1800") ? "" : (stryCov_9fa48("1800"), "connections"), peer, stryMutAct_9fa48("1801") ? "" : (stryCov_9fa48("1801"), "status")))
      })
    });
  }
}