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
import { entryKey } from "./address.ts";
import type { Domain, DomainNode } from "./domain.ts";
import type { Member } from "./names.ts";

/** Who is who in a domain (rule I5). */
export interface Identities {
  readonly nodeOf: ReadonlyMap<Member, DomainNode>;
  /** Members without a node that one of the unclaimed nodes may yet be. */
  readonly unidentified: ReadonlySet<Member>;
  /** Members that no node of the domain is. */
  readonly missing: readonly Member[];
  /** Nodes that are no member, and cannot be one that was not recognised. */
  readonly strangers: readonly DomainNode[];
  /** Further nodes that print the host name of a member which has its node. */
  readonly doubles: readonly {
    readonly node: DomainNode;
    readonly member: Member;
  }[];
}

/**
 * Finds the member behind each node of a domain: by its host name, else by its host, else by the
 * address that the member's name resolves to.
 */
export function identify(domain: Domain, members: readonly Member[]): Identities {
  if (stryMutAct_9fa48("1174")) {
    {}
  } else {
    stryCov_9fa48("1174");
    const nodeOf = new Map<Member, DomainNode>();
    const doubles: {
      node: DomainNode;
      member: Member;
    }[] = stryMutAct_9fa48("1175") ? ["Stryker was here"] : (stryCov_9fa48("1175"), []);
    const open = new Set(domain.nodes);
    const unclaimed = stryMutAct_9fa48("1176") ? () => undefined : (stryCov_9fa48("1176"), (() => {
      const unclaimed = (): Member[] => stryMutAct_9fa48("1177") ? members : (stryCov_9fa48("1177"), members.filter(stryMutAct_9fa48("1178") ? () => undefined : (stryCov_9fa48("1178"), member => stryMutAct_9fa48("1179") ? nodeOf.has(member) : (stryCov_9fa48("1179"), !nodeOf.has(member)))));
      return unclaimed;
    })());
    const claim = (member: Member, nodes: readonly DomainNode[]): void => {
      if (stryMutAct_9fa48("1180")) {
        {}
      } else {
        stryCov_9fa48("1180");
        const node = stryMutAct_9fa48("1181") ? nodes.find(candidate => isAt(candidate, member)) && nodes[0] : (stryCov_9fa48("1181"), nodes.find(stryMutAct_9fa48("1182") ? () => undefined : (stryCov_9fa48("1182"), candidate => isAt(candidate, member))) ?? nodes[0]);
        if (stryMutAct_9fa48("1185") ? node !== undefined : stryMutAct_9fa48("1184") ? false : stryMutAct_9fa48("1183") ? true : (stryCov_9fa48("1183", "1184", "1185"), node === undefined)) return;
        if (stryMutAct_9fa48("1186")) {
          ;
        } else {
          stryCov_9fa48("1186");
          nodeOf.set(member, node);
        }
        for (const claimed of nodes) if (stryMutAct_9fa48("1187")) {
          ;
        } else {
          stryCov_9fa48("1187");
          open.delete(claimed);
        }
        doubles.push(...(stryMutAct_9fa48("1189") ? nodes.map(other => ({
          node: other,
          member
        })) : (stryCov_9fa48("1189"), nodes.filter(stryMutAct_9fa48("1190") ? () => undefined : (stryCov_9fa48("1190"), other => stryMutAct_9fa48("1193") ? other === node : stryMutAct_9fa48("1192") ? false : stryMutAct_9fa48("1191") ? true : (stryCov_9fa48("1191", "1192", "1193"), other !== node))).map(stryMutAct_9fa48("1194") ? () => undefined : (stryCov_9fa48("1194"), other => stryMutAct_9fa48("1195") ? {} : (stryCov_9fa48("1195"), {
          node: other,
          member
        }))))));
      }
    };
    for (const field of ["hostName", "host"] as const) {
      if (stryMutAct_9fa48("1196")) {
        {}
      } else {
        stryCov_9fa48("1196");
        const called = Map.groupBy(open, stryMutAct_9fa48("1197") ? () => undefined : (stryCov_9fa48("1197"), node => (stryMutAct_9fa48("1200") ? node[field] !== undefined : stryMutAct_9fa48("1199") ? false : stryMutAct_9fa48("1198") ? true : (stryCov_9fa48("1198", "1199", "1200"), node[field] === undefined)) ? undefined : entryKey(node[field])));
        for (const member of unclaimed()) claim(member, stryMutAct_9fa48("1202") ? called.get(entryKey(member.name)) && [] : (stryCov_9fa48("1202"), called.get(entryKey(member.name)) ?? (stryMutAct_9fa48("1203") ? ["Stryker was here"] : (stryCov_9fa48("1203"), []))));
      }
    }
    for (const node of stryMutAct_9fa48("1204") ? [] : (stryCov_9fa48("1204"), [...open])) {
      if (stryMutAct_9fa48("1205")) {
        {}
      } else {
        stryCov_9fa48("1205");
        const [member, another] = stryMutAct_9fa48("1206") ? unclaimed() : (stryCov_9fa48("1206"), unclaimed().filter(stryMutAct_9fa48("1207") ? () => undefined : (stryCov_9fa48("1207"), candidate => isAt(node, candidate))));
        // An address that two members share tells neither.
        if (stryMutAct_9fa48("1210") ? member !== undefined || another === undefined : stryMutAct_9fa48("1209") ? false : stryMutAct_9fa48("1208") ? true : (stryCov_9fa48("1208", "1209", "1210"), (stryMutAct_9fa48("1212") ? member === undefined : stryMutAct_9fa48("1211") ? true : (stryCov_9fa48("1211", "1212"), member !== undefined)) && (stryMutAct_9fa48("1214") ? another !== undefined : stryMutAct_9fa48("1213") ? true : (stryCov_9fa48("1213", "1214"), another === undefined)))) claim(member, stryMutAct_9fa48("1216") ? [] : (stryCov_9fa48("1216"), [node]));
      }
    }
    const nobody = stryMutAct_9fa48("1217") ? [] : (stryCov_9fa48("1217"), [...open]);
    const unidentified = new Set(stryMutAct_9fa48("1218") ? unclaimed() : (stryCov_9fa48("1218"), unclaimed().filter(stryMutAct_9fa48("1219") ? () => undefined : (stryCov_9fa48("1219"), member => stryMutAct_9fa48("1220") ? nobody.every(node => mayBe(node, member)) : (stryCov_9fa48("1220"), nobody.some(stryMutAct_9fa48("1221") ? () => undefined : (stryCov_9fa48("1221"), node => mayBe(node, member))))))));
    return stryMutAct_9fa48("1222") ? {} : (stryCov_9fa48("1222"), {
      nodeOf,
      unidentified,
      missing: stryMutAct_9fa48("1223") ? unclaimed() : (stryCov_9fa48("1223"), unclaimed().filter(stryMutAct_9fa48("1224") ? () => undefined : (stryCov_9fa48("1224"), member => stryMutAct_9fa48("1225") ? unidentified.has(member) : (stryCov_9fa48("1225"), !unidentified.has(member))))),
      strangers: stryMutAct_9fa48("1226") ? nobody : (stryCov_9fa48("1226"), nobody.filter(stryMutAct_9fa48("1227") ? () => undefined : (stryCov_9fa48("1227"), node => stryMutAct_9fa48("1228") ? [...unidentified].some(member => mayBe(node, member)) : (stryCov_9fa48("1228"), !(stryMutAct_9fa48("1229") ? [...unidentified].every(member => mayBe(node, member)) : (stryCov_9fa48("1229"), (stryMutAct_9fa48("1230") ? [] : (stryCov_9fa48("1230"), [...unidentified])).some(stryMutAct_9fa48("1231") ? () => undefined : (stryCov_9fa48("1231"), member => mayBe(node, member))))))))),
      doubles
    });
  }
}
function isAt({
  address
}: DomainNode, member: Member): boolean {
  if (stryMutAct_9fa48("1232")) {
    {}
  } else {
    stryCov_9fa48("1232");
    return stryMutAct_9fa48("1235") ? address !== undefined || member.addresses.includes(address) : stryMutAct_9fa48("1234") ? false : stryMutAct_9fa48("1233") ? true : (stryCov_9fa48("1233", "1234", "1235"), (stryMutAct_9fa48("1237") ? address === undefined : stryMutAct_9fa48("1236") ? true : (stryCov_9fa48("1236", "1237"), address !== undefined)) && member.addresses.includes(address));
  }
}

/** Whether a node that nothing identified could be a member: nothing the two print contradicts it. */
function mayBe(node: DomainNode, member: Member): boolean {
  if (stryMutAct_9fa48("1238")) {
    {}
  } else {
    stryCov_9fa48("1238");
    if (stryMutAct_9fa48("1241") ? node.address === undefined : stryMutAct_9fa48("1240") ? false : stryMutAct_9fa48("1239") ? true : (stryCov_9fa48("1239", "1240", "1241"), node.address !== undefined)) return stryMutAct_9fa48("1244") ? member.addresses.length === 0 && member.addresses.includes(node.address) : stryMutAct_9fa48("1243") ? false : stryMutAct_9fa48("1242") ? true : (stryCov_9fa48("1242", "1243", "1244"), (stryMutAct_9fa48("1246") ? member.addresses.length !== 0 : stryMutAct_9fa48("1245") ? false : (stryCov_9fa48("1245", "1246"), member.addresses.length === 0)) || member.addresses.includes(node.address));
    return stryMutAct_9fa48("1249") ? node.host === undefined || node.hostName === undefined : stryMutAct_9fa48("1248") ? false : stryMutAct_9fa48("1247") ? true : (stryCov_9fa48("1247", "1248", "1249"), (stryMutAct_9fa48("1251") ? node.host !== undefined : stryMutAct_9fa48("1250") ? true : (stryCov_9fa48("1250", "1251"), node.host === undefined)) && (stryMutAct_9fa48("1253") ? node.hostName !== undefined : stryMutAct_9fa48("1252") ? true : (stryCov_9fa48("1252", "1253"), node.hostName === undefined)));
  }
}