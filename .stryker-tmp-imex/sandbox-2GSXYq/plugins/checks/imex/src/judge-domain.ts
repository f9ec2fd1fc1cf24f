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
import type { Scope } from "@slipway/plugin-sdk";
import { identify } from "./members.ts";
import { minority } from "./minority.ts";
import { scopeOf, type Found, type Member } from "./names.ts";
import { judgePairs } from "./judge-pairs.ts";
import type { Domain, DomainNode } from "./domain.ts";

/** What the domain must be. */
export interface DomainExpectation {
  readonly members: readonly Member[];
  readonly version: string | undefined;
  /** The domain has these members and no others, and its own status counts; false for DNS slots (rule I1). */
  readonly exactly: boolean;
  /** The node that asked. */
  readonly node: Scope;
  /** Members whose names or entries are wrong: that explains what else is wrong with them. */
  readonly misconfigured: ReadonlySet<string>;
}
type Present = readonly (readonly [Member, DomainNode])[];

/** Rules I2, I5, I6 and I7 over a whole answer about the domain. */
export function judgeDomain(domain: Domain, expectation: DomainExpectation): Found[] {
  if (stryMutAct_9fa48("383")) {
    {}
  } else {
    stryCov_9fa48("383");
    if (stryMutAct_9fa48("386") ? expectation.members.length !== 0 : stryMutAct_9fa48("385") ? false : stryMutAct_9fa48("384") ? true : (stryCov_9fa48("384", "385", "386"), expectation.members.length === 0)) return judgeStatus(domain, expectation, stryMutAct_9fa48("387") ? true : (stryCov_9fa48("387"), false), stryMutAct_9fa48("388") ? true : (stryCov_9fa48("388"), false));
    const identities = identify(domain, expectation.members);
    const present = expectation.members.flatMap(member => {
      if (stryMutAct_9fa48("389")) {
        {}
      } else {
        stryCov_9fa48("389");
        const node = identities.nodeOf.get(member);
        return (stryMutAct_9fa48("392") ? node !== undefined : stryMutAct_9fa48("391") ? false : stryMutAct_9fa48("390") ? true : (stryCov_9fa48("390", "391", "392"), node === undefined)) ? stryMutAct_9fa48("393") ? ["Stryker was here"] : (stryCov_9fa48("393"), []) : stryMutAct_9fa48("394") ? [] : (stryCov_9fa48("394"), [[member, node] as const]);
      }
    });
    const configuration = stryMutAct_9fa48("395") ? [] : (stryCov_9fa48("395"), [...judgeAddresses(domain, present), ...judgeVersions(domain, present, expectation.version)]);
    const misconfigured = new Set(stryMutAct_9fa48("396") ? [] : (stryCov_9fa48("396"), [...expectation.misconfigured, ...(stryMutAct_9fa48("397") ? configuration.map(({
      scope
    }) => scope.id) : (stryCov_9fa48("397"), configuration.filter(stryMutAct_9fa48("398") ? () => undefined : (stryCov_9fa48("398"), ({
      verdict
    }) => stryMutAct_9fa48("401") ? verdict !== "fail" : stryMutAct_9fa48("400") ? false : stryMutAct_9fa48("399") ? true : (stryCov_9fa48("399", "400", "401"), verdict === (stryMutAct_9fa48("402") ? "" : (stryCov_9fa48("402"), "fail"))))).map(stryMutAct_9fa48("403") ? () => undefined : (stryCov_9fa48("403"), ({
      scope
    }) => scope.id))))]));
    const roll = judgeRoll(domain, expectation, identities);
    const states = present.flatMap(stryMutAct_9fa48("404") ? () => undefined : (stryCov_9fa48("404"), ([member, node]) => judgeState(domain, member, node, misconfigured)));
    const pairs = judgePairs(domain, stryMutAct_9fa48("405") ? present : (stryCov_9fa48("405"), present.filter(stryMutAct_9fa48("406") ? () => undefined : (stryCov_9fa48("406"), ([, {
      state
    }]) => stryMutAct_9fa48("409") ? state === "ready" && state === "unavailable" : stryMutAct_9fa48("408") ? false : stryMutAct_9fa48("407") ? true : (stryCov_9fa48("407", "408", "409"), (stryMutAct_9fa48("411") ? state !== "ready" : stryMutAct_9fa48("410") ? false : (stryCov_9fa48("410", "411"), state === (stryMutAct_9fa48("412") ? "" : (stryCov_9fa48("412"), "ready")))) || (stryMutAct_9fa48("414") ? state !== "unavailable" : stryMutAct_9fa48("413") ? false : (stryCov_9fa48("413", "414"), state === (stryMutAct_9fa48("415") ? "" : (stryCov_9fa48("415"), "unavailable")))))))), misconfigured);
    const sound = stryMutAct_9fa48("418") ? present.length === expectation.members.length && states.length === 0 || pairs.length === 0 : stryMutAct_9fa48("417") ? false : stryMutAct_9fa48("416") ? true : (stryCov_9fa48("416", "417", "418"), (stryMutAct_9fa48("420") ? present.length === expectation.members.length || states.length === 0 : stryMutAct_9fa48("419") ? true : (stryCov_9fa48("419", "420"), (stryMutAct_9fa48("422") ? present.length !== expectation.members.length : stryMutAct_9fa48("421") ? true : (stryCov_9fa48("421", "422"), present.length === expectation.members.length)) && (stryMutAct_9fa48("424") ? states.length !== 0 : stryMutAct_9fa48("423") ? true : (stryCov_9fa48("423", "424"), states.length === 0)))) && (stryMutAct_9fa48("426") ? pairs.length !== 0 : stryMutAct_9fa48("425") ? true : (stryCov_9fa48("425", "426"), pairs.length === 0)));
    return stryMutAct_9fa48("427") ? [] : (stryCov_9fa48("427"), [...roll, ...states, ...pairs, ...configuration, ...judgeStatus(domain, expectation, stryMutAct_9fa48("431") ? misconfigured.size <= 0 : stryMutAct_9fa48("430") ? misconfigured.size >= 0 : stryMutAct_9fa48("429") ? false : stryMutAct_9fa48("428") ? true : (stryCov_9fa48("428", "429", "430", "431"), misconfigured.size > 0), sound)]);
  }
}

/** Who is there and who is not (rules I2 and I5). */
function judgeRoll(domain: Domain, {
  members,
  exactly,
  node: asking
}: DomainExpectation, identities: ReturnType<typeof identify>): Found[] {
  if (stryMutAct_9fa48("432")) {
    {}
  } else {
    stryCov_9fa48("432");
    const evidence = stryMutAct_9fa48("433") ? [] : (stryCov_9fa48("433"), [stryMutAct_9fa48("434") ? {} : (stryCov_9fa48("434"), {
      probe: domain.at.status.probe
    })]);
    const missing = identities.missing.map(stryMutAct_9fa48("435") ? () => undefined : (stryCov_9fa48("435"), ({
      name
    }): Found => stryMutAct_9fa48("436") ? {} : (stryCov_9fa48("436"), {
      code: stryMutAct_9fa48("437") ? "" : (stryCov_9fa48("437"), "member-missing"),
      verdict: stryMutAct_9fa48("438") ? "" : (stryCov_9fa48("438"), "fail"),
      cause: stryMutAct_9fa48("439") ? "" : (stryCov_9fa48("439"), "configuration"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("440") ? `` : (stryCov_9fa48("440"), `The member ${name} is not in the IMEX domain.`),
      expected: name,
      observed: stryMutAct_9fa48("441") ? "" : (stryCov_9fa48("441"), "absent"),
      evidence
    })));
    const unidentified = stryMutAct_9fa48("442") ? members.map(({
      name
    }): Found => ({
      code: "member-unidentified",
      verdict: "inconclusive",
      cause: "tool",
      scope: scopeOf(name),
      message: `The member ${name} was not recognised in the IMEX domain, and one of its other nodes may be it.`,
      expected: name,
      evidence
    })) : (stryCov_9fa48("442"), members.filter(stryMutAct_9fa48("443") ? () => undefined : (stryCov_9fa48("443"), member => identities.unidentified.has(member))).map(stryMutAct_9fa48("444") ? () => undefined : (stryCov_9fa48("444"), ({
      name
    }): Found => stryMutAct_9fa48("445") ? {} : (stryCov_9fa48("445"), {
      code: stryMutAct_9fa48("446") ? "" : (stryCov_9fa48("446"), "member-unidentified"),
      verdict: stryMutAct_9fa48("447") ? "" : (stryCov_9fa48("447"), "inconclusive"),
      cause: stryMutAct_9fa48("448") ? "" : (stryCov_9fa48("448"), "tool"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("449") ? `` : (stryCov_9fa48("449"), `The member ${name} was not recognised in the IMEX domain, and one of its other nodes may be it.`),
      expected: name,
      evidence
    }))));
    const inexact = identities.doubles.map(stryMutAct_9fa48("450") ? () => undefined : (stryCov_9fa48("450"), ({
      node,
      member: {
        name
      }
    }): Found => stryMutAct_9fa48("451") ? {} : (stryCov_9fa48("451"), {
      code: stryMutAct_9fa48("452") ? "" : (stryCov_9fa48("452"), "member-unidentified"),
      verdict: stryMutAct_9fa48("453") ? "" : (stryCov_9fa48("453"), "inconclusive"),
      cause: stryMutAct_9fa48("454") ? "" : (stryCov_9fa48("454"), "tool"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("455") ? `` : (stryCov_9fa48("455"), `More than one node of the IMEX domain says that it is ${name}.`),
      expected: name,
      observed: stryMutAct_9fa48("456") ? `` : (stryCov_9fa48("456"), `node ${node.index}`),
      evidence: stryMutAct_9fa48("457") ? [] : (stryCov_9fa48("457"), [domain.at.field(node, stryMutAct_9fa48("458") ? "" : (stryCov_9fa48("458"), "host"))])
    })));
    if (stryMutAct_9fa48("461") ? false : stryMutAct_9fa48("460") ? true : stryMutAct_9fa48("459") ? exactly : (stryCov_9fa48("459", "460", "461"), !exactly)) return stryMutAct_9fa48("462") ? [] : (stryCov_9fa48("462"), [...missing, ...unidentified, ...inexact]);
    const byAddress = stryMutAct_9fa48("463") ? members.some(({
      isAddress
    }) => isAddress) : (stryCov_9fa48("463"), members.every(stryMutAct_9fa48("464") ? () => undefined : (stryCov_9fa48("464"), ({
      isAddress
    }) => isAddress)));
    const extra = (stryMutAct_9fa48("465") ? [] : (stryCov_9fa48("465"), [...identities.strangers, ...identities.doubles.map(stryMutAct_9fa48("466") ? () => undefined : (stryCov_9fa48("466"), ({
      node
    }) => node))])).map((node): Found => {
      if (stryMutAct_9fa48("467")) {
        {}
      } else {
        stryCov_9fa48("467");
        const id = stryMutAct_9fa48("468") ? (byAddress ? node.host ?? node.hostName : node.hostName ?? node.host) && node.index : (stryCov_9fa48("468"), (byAddress ? stryMutAct_9fa48("469") ? node.host && node.hostName : (stryCov_9fa48("469"), node.host ?? node.hostName) : stryMutAct_9fa48("470") ? node.hostName && node.host : (stryCov_9fa48("470"), node.hostName ?? node.host)) ?? node.index);
        return stryMutAct_9fa48("471") ? {} : (stryCov_9fa48("471"), {
          code: stryMutAct_9fa48("472") ? "" : (stryCov_9fa48("472"), "member-surplus"),
          verdict: stryMutAct_9fa48("473") ? "" : (stryCov_9fa48("473"), "fail"),
          cause: stryMutAct_9fa48("474") ? "" : (stryCov_9fa48("474"), "configuration"),
          scope: scopeOf(id),
          message: stryMutAct_9fa48("475") ? `` : (stryCov_9fa48("475"), `The IMEX domain has the node ${id}, which is no member.`),
          observed: stryMutAct_9fa48("476") ? `` : (stryCov_9fa48("476"), `node ${node.index}: ${stryMutAct_9fa48("477") ? [node.host, node.hostName].join(" ") : (stryCov_9fa48("477"), (stryMutAct_9fa48("478") ? [] : (stryCov_9fa48("478"), [node.host, node.hostName])).filter(stryMutAct_9fa48("479") ? () => undefined : (stryCov_9fa48("479"), text => stryMutAct_9fa48("482") ? text === undefined : stryMutAct_9fa48("481") ? false : stryMutAct_9fa48("480") ? true : (stryCov_9fa48("480", "481", "482"), text !== undefined))).join(stryMutAct_9fa48("483") ? "" : (stryCov_9fa48("483"), " ")))}`),
          evidence: stryMutAct_9fa48("484") ? [] : (stryCov_9fa48("484"), [domain.at.field(node, stryMutAct_9fa48("485") ? "" : (stryCov_9fa48("485"), "host"))])
        });
      }
    });
    const surplus = stryMutAct_9fa48("486") ? domain.nodes.length + members.length : (stryCov_9fa48("486"), domain.nodes.length - members.length);
    if (stryMutAct_9fa48("489") ? extra.length === 0 || surplus > 0 : stryMutAct_9fa48("488") ? false : stryMutAct_9fa48("487") ? true : (stryCov_9fa48("487", "488", "489"), (stryMutAct_9fa48("491") ? extra.length !== 0 : stryMutAct_9fa48("490") ? true : (stryCov_9fa48("490", "491"), extra.length === 0)) && (stryMutAct_9fa48("494") ? surplus <= 0 : stryMutAct_9fa48("493") ? surplus >= 0 : stryMutAct_9fa48("492") ? true : (stryCov_9fa48("492", "493", "494"), surplus > 0)))) {
      if (stryMutAct_9fa48("495")) {
        {}
      } else {
        stryCov_9fa48("495");
        extra.push(stryMutAct_9fa48("497") ? {} : (stryCov_9fa48("497"), {
          code: stryMutAct_9fa48("498") ? "" : (stryCov_9fa48("498"), "member-surplus"),
          verdict: stryMutAct_9fa48("499") ? "" : (stryCov_9fa48("499"), "fail"),
          cause: stryMutAct_9fa48("500") ? "" : (stryCov_9fa48("500"), "configuration"),
          scope: asking,
          message: stryMutAct_9fa48("501") ? `` : (stryCov_9fa48("501"), `The IMEX domain has ${String(surplus)} nodes too many; which ones cannot be told.`),
          expected: stryMutAct_9fa48("502") ? `` : (stryCov_9fa48("502"), `${String(members.length)} nodes`),
          observed: stryMutAct_9fa48("503") ? `` : (stryCov_9fa48("503"), `${String(domain.nodes.length)} nodes`),
          evidence
        }));
      }
    }
    return stryMutAct_9fa48("504") ? [] : (stryCov_9fa48("504"), [...missing, ...unidentified, ...extra]);
  }
}

/** Rule I3: the name leads where the domain says the member is. */
function judgeAddresses(domain: Domain, present: Present): Found[] {
  if (stryMutAct_9fa48("505")) {
    {}
  } else {
    stryCov_9fa48("505");
    return present.flatMap(([{
      name,
      addresses,
      resolved
    }, node]): Found[] => {
      if (stryMutAct_9fa48("506")) {
        {}
      } else {
        stryCov_9fa48("506");
        const {
          address
        } = node;
        if (stryMutAct_9fa48("509") ? (address === undefined || addresses.length === 0) && addresses.includes(address) : stryMutAct_9fa48("508") ? false : stryMutAct_9fa48("507") ? true : (stryCov_9fa48("507", "508", "509"), (stryMutAct_9fa48("511") ? address === undefined && addresses.length === 0 : stryMutAct_9fa48("510") ? false : (stryCov_9fa48("510", "511"), (stryMutAct_9fa48("513") ? address !== undefined : stryMutAct_9fa48("512") ? false : (stryCov_9fa48("512", "513"), address === undefined)) || (stryMutAct_9fa48("515") ? addresses.length !== 0 : stryMutAct_9fa48("514") ? false : (stryCov_9fa48("514", "515"), addresses.length === 0)))) || addresses.includes(address))) return stryMutAct_9fa48("516") ? ["Stryker was here"] : (stryCov_9fa48("516"), []);
        return stryMutAct_9fa48("517") ? [] : (stryCov_9fa48("517"), [stryMutAct_9fa48("518") ? {} : (stryCov_9fa48("518"), {
          code: stryMutAct_9fa48("519") ? "" : (stryCov_9fa48("519"), "member-address-differs"),
          verdict: stryMutAct_9fa48("520") ? "" : (stryCov_9fa48("520"), "fail"),
          cause: stryMutAct_9fa48("521") ? "" : (stryCov_9fa48("521"), "configuration"),
          scope: scopeOf(name),
          message: stryMutAct_9fa48("522") ? `` : (stryCov_9fa48("522"), `The name of the member ${name} resolves to another address than the IMEX domain has for it.`),
          expected: addresses.join(stryMutAct_9fa48("523") ? "" : (stryCov_9fa48("523"), " ")),
          observed: stryMutAct_9fa48("524") ? node.host && "" : (stryCov_9fa48("524"), node.host ?? (stryMutAct_9fa48("525") ? "Stryker was here!" : (stryCov_9fa48("525"), ""))),
          evidence: stryMutAct_9fa48("526") ? [] : (stryCov_9fa48("526"), [domain.at.field(node, stryMutAct_9fa48("527") ? "" : (stryCov_9fa48("527"), "host")), ...resolved])
        })]);
      }
    });
  }
}

/** Rule I6. */
function judgeVersions(domain: Domain, present: Present, wanted: string | undefined): Found[] {
  if (stryMutAct_9fa48("528")) {
    {}
  } else {
    stryCov_9fa48("528");
    const compared = stryMutAct_9fa48("529") ? present : (stryCov_9fa48("529"), present.filter(stryMutAct_9fa48("530") ? () => undefined : (stryCov_9fa48("530"), ([, {
      state
    }]) => stryMutAct_9fa48("533") ? state === "unavailable" : stryMutAct_9fa48("532") ? false : stryMutAct_9fa48("531") ? true : (stryCov_9fa48("531", "532", "533"), state !== (stryMutAct_9fa48("534") ? "" : (stryCov_9fa48("534"), "unavailable"))))));
    const shown = new Map(compared.flatMap(stryMutAct_9fa48("535") ? () => undefined : (stryCov_9fa48("535"), ([{
      name
    }, {
      version
    }]) => (stryMutAct_9fa48("538") ? version !== undefined : stryMutAct_9fa48("537") ? false : stryMutAct_9fa48("536") ? true : (stryCov_9fa48("536", "537", "538"), version === undefined)) ? stryMutAct_9fa48("539") ? ["Stryker was here"] : (stryCov_9fa48("539"), []) : stryMutAct_9fa48("540") ? [] : (stryCov_9fa48("540"), [[name, version] as const]))));
    const {
      names,
      majority
    } = minority(shown);
    return compared.flatMap(([{
      name
    }, node]): Found[] => {
      if (stryMutAct_9fa48("541")) {
        {}
      } else {
        stryCov_9fa48("541");
        const evidence = stryMutAct_9fa48("542") ? [] : (stryCov_9fa48("542"), [domain.at.field(node, stryMutAct_9fa48("543") ? "" : (stryCov_9fa48("543"), "version"))]);
        const scope = scopeOf(name);
        const {
          version
        } = node;
        if (stryMutAct_9fa48("546") ? version !== undefined : stryMutAct_9fa48("545") ? false : stryMutAct_9fa48("544") ? true : (stryCov_9fa48("544", "545", "546"), version === undefined)) {
          if (stryMutAct_9fa48("547")) {
            {}
          } else {
            stryCov_9fa48("547");
            return (stryMutAct_9fa48("550") ? wanted !== undefined : stryMutAct_9fa48("549") ? false : stryMutAct_9fa48("548") ? true : (stryCov_9fa48("548", "549", "550"), wanted === undefined)) ? stryMutAct_9fa48("551") ? ["Stryker was here"] : (stryCov_9fa48("551"), []) : stryMutAct_9fa48("552") ? [] : (stryCov_9fa48("552"), [stryMutAct_9fa48("553") ? {} : (stryCov_9fa48("553"), {
              code: stryMutAct_9fa48("554") ? "" : (stryCov_9fa48("554"), "version-not-shown"),
              verdict: stryMutAct_9fa48("555") ? "" : (stryCov_9fa48("555"), "inconclusive"),
              cause: stryMutAct_9fa48("556") ? "" : (stryCov_9fa48("556"), "tool"),
              scope,
              message: stryMutAct_9fa48("557") ? `` : (stryCov_9fa48("557"), `The IMEX domain shows no version for the member ${name}.`),
              expected: wanted,
              evidence
            })]);
          }
        }
        const found: Found[] = stryMutAct_9fa48("558") ? ["Stryker was here"] : (stryCov_9fa48("558"), []);
        if (stryMutAct_9fa48("561") ? wanted !== undefined || version !== wanted : stryMutAct_9fa48("560") ? false : stryMutAct_9fa48("559") ? true : (stryCov_9fa48("559", "560", "561"), (stryMutAct_9fa48("563") ? wanted === undefined : stryMutAct_9fa48("562") ? true : (stryCov_9fa48("562", "563"), wanted !== undefined)) && (stryMutAct_9fa48("565") ? version === wanted : stryMutAct_9fa48("564") ? true : (stryCov_9fa48("564", "565"), version !== wanted)))) found.push(stryMutAct_9fa48("567") ? {} : (stryCov_9fa48("567"), {
          code: stryMutAct_9fa48("568") ? "" : (stryCov_9fa48("568"), "version-unexpected"),
          verdict: stryMutAct_9fa48("569") ? "" : (stryCov_9fa48("569"), "fail"),
          cause: stryMutAct_9fa48("570") ? "" : (stryCov_9fa48("570"), "configuration"),
          scope,
          message: stryMutAct_9fa48("571") ? `` : (stryCov_9fa48("571"), `The member ${name} runs another IMEX version than expected.`),
          expected: wanted,
          observed: version,
          evidence
        }));
        if (stryMutAct_9fa48("573") ? false : stryMutAct_9fa48("572") ? true : (stryCov_9fa48("572", "573"), names.includes(name))) found.push(stryMutAct_9fa48("575") ? {} : (stryCov_9fa48("575"), {
          code: stryMutAct_9fa48("576") ? "" : (stryCov_9fa48("576"), "version-differs"),
          verdict: stryMutAct_9fa48("577") ? "" : (stryCov_9fa48("577"), "fail"),
          cause: stryMutAct_9fa48("578") ? "" : (stryCov_9fa48("578"), "configuration"),
          scope,
          message: stryMutAct_9fa48("579") ? `` : (stryCov_9fa48("579"), `The member ${name} runs another IMEX version than ${(stryMutAct_9fa48("582") ? majority !== undefined : stryMutAct_9fa48("581") ? false : stryMutAct_9fa48("580") ? true : (stryCov_9fa48("580", "581", "582"), majority === undefined)) ? stryMutAct_9fa48("583") ? "" : (stryCov_9fa48("583"), "others") : stryMutAct_9fa48("584") ? "" : (stryCov_9fa48("584"), "most members")}.`),
          expected: stryMutAct_9fa48("585") ? majority && "one version" : (stryCov_9fa48("585"), majority ?? (stryMutAct_9fa48("586") ? "" : (stryCov_9fa48("586"), "one version"))),
          observed: version,
          evidence
        }));
        return found;
      }
    });
  }
}
function judgeState(domain: Domain, {
  name
}: Member, node: DomainNode, misconfigured: ReadonlySet<string>): Found[] {
  if (stryMutAct_9fa48("587")) {
    {}
  } else {
    stryCov_9fa48("587");
    const base = stryMutAct_9fa48("588") ? {} : (stryCov_9fa48("588"), {
      scope: scopeOf(name),
      expected: stryMutAct_9fa48("589") ? "" : (stryCov_9fa48("589"), "READY"),
      observed: node.shown,
      evidence: stryMutAct_9fa48("590") ? [] : (stryCov_9fa48("590"), [domain.at.field(node, stryMutAct_9fa48("591") ? "" : (stryCov_9fa48("591"), "status"))])
    });
    if (stryMutAct_9fa48("594") ? node.state !== "unavailable" : stryMutAct_9fa48("593") ? false : stryMutAct_9fa48("592") ? true : (stryCov_9fa48("592", "593", "594"), node.state === (stryMutAct_9fa48("595") ? "" : (stryCov_9fa48("595"), "unavailable")))) return stryMutAct_9fa48("596") ? [] : (stryCov_9fa48("596"), [stryMutAct_9fa48("597") ? {} : (stryCov_9fa48("597"), {
      ...base,
      code: stryMutAct_9fa48("598") ? "" : (stryCov_9fa48("598"), "member-unavailable"),
      verdict: stryMutAct_9fa48("599") ? "" : (stryCov_9fa48("599"), "fail"),
      cause: misconfigured.has(name) ? stryMutAct_9fa48("600") ? "" : (stryCov_9fa48("600"), "configuration") : stryMutAct_9fa48("601") ? "" : (stryCov_9fa48("601"), "unknown"),
      message: stryMutAct_9fa48("602") ? `` : (stryCov_9fa48("602"), `The member ${name} is UNAVAILABLE.`)
    })]);
    const undecided = stryMutAct_9fa48("603") ? () => undefined : (stryCov_9fa48("603"), (() => {
      const undecided = (message: string): Found[] => stryMutAct_9fa48("604") ? [] : (stryCov_9fa48("604"), [stryMutAct_9fa48("605") ? {} : (stryCov_9fa48("605"), {
        ...base,
        code: stryMutAct_9fa48("606") ? "" : (stryCov_9fa48("606"), "member-not-ready"),
        verdict: stryMutAct_9fa48("607") ? "" : (stryCov_9fa48("607"), "inconclusive"),
        cause: stryMutAct_9fa48("608") ? "" : (stryCov_9fa48("608"), "unknown"),
        message
      })]);
      return undecided;
    })());
    if (stryMutAct_9fa48("611") ? node.state !== "transient" : stryMutAct_9fa48("610") ? false : stryMutAct_9fa48("609") ? true : (stryCov_9fa48("609", "610", "611"), node.state === (stryMutAct_9fa48("612") ? "" : (stryCov_9fa48("612"), "transient")))) return undecided(stryMutAct_9fa48("613") ? `` : (stryCov_9fa48("613"), `The member ${name} is on its way up or down.`));
    if (stryMutAct_9fa48("616") ? node.state !== "unknown" : stryMutAct_9fa48("615") ? false : stryMutAct_9fa48("614") ? true : (stryCov_9fa48("614", "615", "616"), node.state === (stryMutAct_9fa48("617") ? "" : (stryCov_9fa48("617"), "unknown")))) return undecided(stryMutAct_9fa48("618") ? `` : (stryCov_9fa48("618"), `The state of the member ${name} cannot be read.`));
    return (stryMutAct_9fa48("621") ? node.host !== undefined : stryMutAct_9fa48("620") ? false : stryMutAct_9fa48("619") ? true : (stryCov_9fa48("619", "620", "621"), node.host === undefined)) ? undecided(stryMutAct_9fa48("622") ? `` : (stryCov_9fa48("622"), `The IMEX domain shows no address for the member ${name}.`)) : stryMutAct_9fa48("623") ? ["Stryker was here"] : (stryCov_9fa48("623"), []);
  }
}

/** The domain's own word, where it counts. */
function judgeStatus(domain: Domain, {
  exactly,
  node: scope
}: DomainExpectation, explained: boolean, sound: boolean): Found[] {
  if (stryMutAct_9fa48("624")) {
    {}
  } else {
    stryCov_9fa48("624");
    if (stryMutAct_9fa48("627") ? !exactly && domain.status === "up" : stryMutAct_9fa48("626") ? false : stryMutAct_9fa48("625") ? true : (stryCov_9fa48("625", "626", "627"), (stryMutAct_9fa48("628") ? exactly : (stryCov_9fa48("628"), !exactly)) || (stryMutAct_9fa48("630") ? domain.status !== "up" : stryMutAct_9fa48("629") ? false : (stryCov_9fa48("629", "630"), domain.status === (stryMutAct_9fa48("631") ? "" : (stryCov_9fa48("631"), "up")))))) return stryMutAct_9fa48("632") ? ["Stryker was here"] : (stryCov_9fa48("632"), []);
    const base = stryMutAct_9fa48("633") ? {} : (stryCov_9fa48("633"), {
      scope,
      expected: stryMutAct_9fa48("634") ? "" : (stryCov_9fa48("634"), "UP"),
      observed: domain.shown,
      evidence: stryMutAct_9fa48("635") ? [] : (stryCov_9fa48("635"), [domain.at.status])
    });
    if (stryMutAct_9fa48("638") ? domain.status !== "down" : stryMutAct_9fa48("637") ? false : stryMutAct_9fa48("636") ? true : (stryCov_9fa48("636", "637", "638"), domain.status === (stryMutAct_9fa48("639") ? "" : (stryCov_9fa48("639"), "down")))) return stryMutAct_9fa48("640") ? [] : (stryCov_9fa48("640"), [stryMutAct_9fa48("641") ? {} : (stryCov_9fa48("641"), {
      ...base,
      code: stryMutAct_9fa48("642") ? "" : (stryCov_9fa48("642"), "domain-down"),
      verdict: stryMutAct_9fa48("643") ? "" : (stryCov_9fa48("643"), "fail"),
      cause: explained ? stryMutAct_9fa48("644") ? "" : (stryCov_9fa48("644"), "configuration") : stryMutAct_9fa48("645") ? "" : (stryCov_9fa48("645"), "unknown"),
      message: stryMutAct_9fa48("646") ? "" : (stryCov_9fa48("646"), "The IMEX domain is DOWN.")
    })]);
    if (stryMutAct_9fa48("649") ? domain.status !== "unknown" : stryMutAct_9fa48("648") ? false : stryMutAct_9fa48("647") ? true : (stryCov_9fa48("647", "648", "649"), domain.status === (stryMutAct_9fa48("650") ? "" : (stryCov_9fa48("650"), "unknown")))) return stryMutAct_9fa48("651") ? [] : (stryCov_9fa48("651"), [stryMutAct_9fa48("652") ? {} : (stryCov_9fa48("652"), {
      ...base,
      code: stryMutAct_9fa48("653") ? "" : (stryCov_9fa48("653"), "domain-state-unknown"),
      verdict: stryMutAct_9fa48("654") ? "" : (stryCov_9fa48("654"), "inconclusive"),
      cause: stryMutAct_9fa48("655") ? "" : (stryCov_9fa48("655"), "tool"),
      message: stryMutAct_9fa48("656") ? "" : (stryCov_9fa48("656"), "The state of the IMEX domain is a word nobody knows.")
    })]);
    return sound ? stryMutAct_9fa48("657") ? [] : (stryCov_9fa48("657"), [stryMutAct_9fa48("658") ? {} : (stryCov_9fa48("658"), {
      ...base,
      code: stryMutAct_9fa48("659") ? "" : (stryCov_9fa48("659"), "domain-degraded"),
      verdict: stryMutAct_9fa48("660") ? "" : (stryCov_9fa48("660"), "inconclusive"),
      cause: stryMutAct_9fa48("661") ? "" : (stryCov_9fa48("661"), "unknown"),
      message: stryMutAct_9fa48("662") ? "" : (stryCov_9fa48("662"), "The IMEX domain is DEGRADED although every expected member is READY and connected.")
    })]) : stryMutAct_9fa48("663") ? ["Stryker was here"] : (stryCov_9fa48("663"), []);
  }
}