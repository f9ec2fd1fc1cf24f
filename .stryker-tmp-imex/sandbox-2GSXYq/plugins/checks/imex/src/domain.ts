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
import type { EvidencePointer } from "@slipway/plugin-sdk";
import { parseAddress } from "./address.ts";
import type { DaemonState } from "./control.ts";
import { lower, shownValue } from "./text.ts";
export type LinkState = "connected" | "broken" | "unknown";

/** One direction between two nodes of the domain. */
export interface Connection {
  readonly state: LinkState;
  /** As printed. */
  readonly shown: string;
}
export type NodeField = "status" | "host" | "version";

/** A node of the domain as the answering daemon knows it. */
export interface DomainNode {
  /** The domain's own number of the node, as text. */
  readonly index: string;
  readonly state: DaemonState;
  /** The state as printed; empty when there is none. */
  readonly shown: string;
  /** Address or name by which the daemons know the node. */
  readonly host: string | undefined;
  /** `host` where it is an address, in its canonical spelling. */
  readonly address: string | undefined;
  readonly hostName: string | undefined;
  /** Undefined when not shown: absent, empty, `N/A` or `NO_GPU` (rule I6). */
  readonly version: string | undefined;
  /** The node whose daemon answered; only the text marks it. */
  readonly local: boolean;
  /** By index of the peer; the node itself may be among them. */
  readonly connections: ReadonlyMap<string, Connection>;
}

/** A whole IMEX domain, nodes in the order of their index. */
export interface Domain {
  readonly nodes: readonly DomainNode[];
  readonly status: "up" | "degraded" | "down" | "unknown";
  /** The domain's status as printed. */
  readonly shown: string;
  readonly at: {
    readonly status: EvidencePointer;
    readonly field: (node: DomainNode, field: NodeField) => EvidencePointer;
    readonly connection: (node: DomainNode, peer: string) => EvidencePointer;
  };
}

/** What the domain's status word means. */
export function domainStatus(word: string): Domain["status"] {
  if (stryMutAct_9fa48("307")) {
    {}
  } else {
    stryCov_9fa48("307");
    const name = lower(word);
    return (stryMutAct_9fa48("310") ? (name === "up" || name === "degraded") && name === "down" : stryMutAct_9fa48("309") ? false : stryMutAct_9fa48("308") ? true : (stryCov_9fa48("308", "309", "310"), (stryMutAct_9fa48("312") ? name === "up" && name === "degraded" : stryMutAct_9fa48("311") ? false : (stryCov_9fa48("311", "312"), (stryMutAct_9fa48("314") ? name !== "up" : stryMutAct_9fa48("313") ? false : (stryCov_9fa48("313", "314"), name === (stryMutAct_9fa48("315") ? "" : (stryCov_9fa48("315"), "up")))) || (stryMutAct_9fa48("317") ? name !== "degraded" : stryMutAct_9fa48("316") ? false : (stryCov_9fa48("316", "317"), name === (stryMutAct_9fa48("318") ? "" : (stryCov_9fa48("318"), "degraded")))))) || (stryMutAct_9fa48("320") ? name !== "down" : stryMutAct_9fa48("319") ? false : (stryCov_9fa48("319", "320"), name === (stryMutAct_9fa48("321") ? "" : (stryCov_9fa48("321"), "down")))))) ? name : stryMutAct_9fa48("322") ? "" : (stryCov_9fa48("322"), "unknown");
  }
}

/** The version a node shows; `NO_GPU` stands for none. */
export function shownVersion(value: unknown): string | undefined {
  if (stryMutAct_9fa48("323")) {
    {}
  } else {
    stryCov_9fa48("323");
    const version = shownValue(value);
    return (stryMutAct_9fa48("326") ? version !== undefined || lower(version) === "no_gpu" : stryMutAct_9fa48("325") ? false : stryMutAct_9fa48("324") ? true : (stryCov_9fa48("324", "325", "326"), (stryMutAct_9fa48("328") ? version === undefined : stryMutAct_9fa48("327") ? true : (stryCov_9fa48("327", "328"), version !== undefined)) && (stryMutAct_9fa48("330") ? lower(version) !== "no_gpu" : stryMutAct_9fa48("329") ? true : (stryCov_9fa48("329", "330"), lower(version) === (stryMutAct_9fa48("331") ? "" : (stryCov_9fa48("331"), "no_gpu")))))) ? undefined : version;
  }
}

/** Order of domain indices: by number, what is no number last. */
export function byIndex(a: {
  readonly index: string;
}, b: {
  readonly index: string;
}): number {
  if (stryMutAct_9fa48("332")) {
    {}
  } else {
    stryCov_9fa48("332");
    const numberOf = stryMutAct_9fa48("333") ? () => undefined : (stryCov_9fa48("333"), (() => {
      const numberOf = ({
        index
      }: {
        readonly index: string;
      }): number => (stryMutAct_9fa48("337") ? /^\D{1,9}$/ : stryMutAct_9fa48("336") ? /^\d$/ : stryMutAct_9fa48("335") ? /^\d{1,9}/ : stryMutAct_9fa48("334") ? /\d{1,9}$/ : (stryCov_9fa48("334", "335", "336", "337"), /^\d{1,9}$/)).test(index) ? Number(index) : Infinity;
      return numberOf;
    })());
    const [left, right] = stryMutAct_9fa48("338") ? [] : (stryCov_9fa48("338"), [numberOf(a), numberOf(b)]);
    if (stryMutAct_9fa48("341") ? left === right : stryMutAct_9fa48("340") ? false : stryMutAct_9fa48("339") ? true : (stryCov_9fa48("339", "340", "341"), left !== right)) return stryMutAct_9fa48("342") ? left + right : (stryCov_9fa48("342"), left - right);
    return (stryMutAct_9fa48("346") ? a.index >= b.index : stryMutAct_9fa48("345") ? a.index <= b.index : stryMutAct_9fa48("344") ? false : stryMutAct_9fa48("343") ? true : (stryCov_9fa48("343", "344", "345", "346"), a.index < b.index)) ? stryMutAct_9fa48("347") ? +1 : (stryCov_9fa48("347"), -1) : 1;
  }
}

/** How a node says the daemons know it. */
export function hostOf(value: unknown): Pick<DomainNode, "host" | "address"> {
  if (stryMutAct_9fa48("348")) {
    {}
  } else {
    stryCov_9fa48("348");
    const host = shownValue(value);
    return stryMutAct_9fa48("349") ? {} : (stryCov_9fa48("349"), {
      host,
      address: (stryMutAct_9fa48("352") ? host !== undefined : stryMutAct_9fa48("351") ? false : stryMutAct_9fa48("350") ? true : (stryCov_9fa48("350", "351", "352"), host === undefined)) ? undefined : stryMutAct_9fa48("353") ? parseAddress(host).canonical : (stryCov_9fa48("353"), parseAddress(host)?.canonical)
    });
  }
}