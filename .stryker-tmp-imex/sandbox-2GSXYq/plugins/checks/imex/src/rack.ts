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
import { unusableFinding, type Evidence, type Expected, type ImexExpectations, type RackMember } from "@slipway/plugin-sdk";
import { entryKey, parseAddress } from "./address.ts";
import type { DomainNode } from "./domain.ts";
import { identify } from "./members.ts";
import { minority } from "./minority.ts";
import { membersOf, scopeOf, type Found } from "./names.ts";
import { domainFormat } from "./parse-domain.ts";
import { nodesFileFormat, resolutionFormat, type Answer } from "./parse-names.ts";
import { byText, lower } from "./text.ts";
type Sections = {
  imex: typeof ImexExpectations;
};
type Imex = NonNullable<Expected<Sections>["imex"]>;

/** A bundle of the rack, under the name of the member it is. */
interface Seen {
  readonly name: string;
  readonly evidence: Evidence;
}

/**
 * Rule I9 and the rack view: the members of one domain have one nodes file, byte for byte, and each
 * reports the same version of itself; every member was looked at.
 */
export function judgeRack(rack: readonly RackMember<Sections>[]): Found[] {
  if (stryMutAct_9fa48("1953")) {
    {}
  } else {
    stryCov_9fa48("1953");
    const bundles = stryMutAct_9fa48("1954") ? rack.map(({
      evidence
    }) => evidence) : (stryCov_9fa48("1954"), rack.map(stryMutAct_9fa48("1955") ? () => undefined : (stryCov_9fa48("1955"), ({
      evidence
    }) => evidence)).sort(stryMutAct_9fa48("1956") ? () => undefined : (stryCov_9fa48("1956"), (a, b) => byText(a.node.name, b.node.name))));
    const lists = new Map(rack.flatMap(stryMutAct_9fa48("1957") ? () => undefined : (stryCov_9fa48("1957"), ({
      expected: {
        imex
      }
    }) => runsImex(imex) ? stryMutAct_9fa48("1958") ? [] : (stryCov_9fa48("1958"), [[domainKey(imex.members), imex.members] as const]) : stryMutAct_9fa48("1959") ? ["Stryker was here"] : (stryCov_9fa48("1959"), []))));
    const findings = stryMutAct_9fa48("1960") ? [...lists].flatMap(([key, names]) => {
      const asking = rack.filter(({
        expected: {
          imex
        }
      }) => runsImex(imex) && domainKey(imex.members) === key).map(({
        evidence
      }) => evidence);
      return judgeMembers([...names].sort(byText), bundles, asking);
    }) : (stryCov_9fa48("1960"), (stryMutAct_9fa48("1961") ? [] : (stryCov_9fa48("1961"), [...lists])).sort(stryMutAct_9fa48("1962") ? () => undefined : (stryCov_9fa48("1962"), ([a], [b]) => byText(a, b))).flatMap(([key, names]) => {
      if (stryMutAct_9fa48("1963")) {
        {}
      } else {
        stryCov_9fa48("1963");
        const asking = stryMutAct_9fa48("1964") ? rack.map(({
          evidence
        }) => evidence) : (stryCov_9fa48("1964"), rack.filter(stryMutAct_9fa48("1965") ? () => undefined : (stryCov_9fa48("1965"), ({
          expected: {
            imex
          }
        }) => stryMutAct_9fa48("1968") ? runsImex(imex) || domainKey(imex.members) === key : stryMutAct_9fa48("1967") ? false : stryMutAct_9fa48("1966") ? true : (stryCov_9fa48("1966", "1967", "1968"), runsImex(imex) && (stryMutAct_9fa48("1970") ? domainKey(imex.members) !== key : stryMutAct_9fa48("1969") ? true : (stryCov_9fa48("1969", "1970"), domainKey(imex.members) === key))))).map(stryMutAct_9fa48("1971") ? () => undefined : (stryCov_9fa48("1971"), ({
          evidence
        }) => evidence)));
        return judgeMembers(stryMutAct_9fa48("1972") ? [...names] : (stryCov_9fa48("1972"), (stryMutAct_9fa48("1973") ? [] : (stryCov_9fa48("1973"), [...names])).sort(byText)), bundles, asking);
      }
    }));
    // Lists of members that overlap would name a node twice.
    return stryMutAct_9fa48("1974") ? findings : (stryCov_9fa48("1974"), findings.filter(stryMutAct_9fa48("1975") ? () => undefined : (stryCov_9fa48("1975"), ({
      code,
      scope
    }, index) => stryMutAct_9fa48("1978") ? findings.findIndex(other => other.code === code && other.scope.id === scope.id) !== index : stryMutAct_9fa48("1977") ? false : stryMutAct_9fa48("1976") ? true : (stryCov_9fa48("1976", "1977", "1978"), findings.findIndex(stryMutAct_9fa48("1979") ? () => undefined : (stryCov_9fa48("1979"), other => stryMutAct_9fa48("1982") ? other.code === code || other.scope.id === scope.id : stryMutAct_9fa48("1981") ? false : stryMutAct_9fa48("1980") ? true : (stryCov_9fa48("1980", "1981", "1982"), (stryMutAct_9fa48("1984") ? other.code !== code : stryMutAct_9fa48("1983") ? true : (stryCov_9fa48("1983", "1984"), other.code === code)) && (stryMutAct_9fa48("1986") ? other.scope.id !== scope.id : stryMutAct_9fa48("1985") ? true : (stryCov_9fa48("1985", "1986"), other.scope.id === scope.id))))) === index))));
  }
}

/** IMEX should run on this node, with these members. */
function runsImex(imex: Imex | undefined): imex is Imex & {
  members: string[];
} {
  if (stryMutAct_9fa48("1987")) {
    {}
  } else {
    stryCov_9fa48("1987");
    if (stryMutAct_9fa48("1990") ? (imex?.model === undefined || imex.members === undefined) && imex.members.length === 0 : stryMutAct_9fa48("1989") ? false : stryMutAct_9fa48("1988") ? true : (stryCov_9fa48("1988", "1989", "1990"), (stryMutAct_9fa48("1992") ? imex?.model === undefined && imex.members === undefined : stryMutAct_9fa48("1991") ? false : (stryCov_9fa48("1991", "1992"), (stryMutAct_9fa48("1994") ? imex?.model !== undefined : stryMutAct_9fa48("1993") ? false : (stryCov_9fa48("1993", "1994"), (stryMutAct_9fa48("1995") ? imex.model : (stryCov_9fa48("1995"), imex?.model)) === undefined)) || (stryMutAct_9fa48("1997") ? imex.members !== undefined : stryMutAct_9fa48("1996") ? false : (stryCov_9fa48("1996", "1997"), imex.members === undefined)))) || (stryMutAct_9fa48("1999") ? imex.members.length !== 0 : stryMutAct_9fa48("1998") ? false : (stryCov_9fa48("1998", "1999"), imex.members.length === 0)))) return stryMutAct_9fa48("2000") ? true : (stryCov_9fa48("2000"), false);
    return stryMutAct_9fa48("2003") ? imex.model !== "per-domain" && imex.domainActive === true : stryMutAct_9fa48("2002") ? false : stryMutAct_9fa48("2001") ? true : (stryCov_9fa48("2001", "2002", "2003"), (stryMutAct_9fa48("2005") ? imex.model === "per-domain" : stryMutAct_9fa48("2004") ? false : (stryCov_9fa48("2004", "2005"), imex.model !== (stryMutAct_9fa48("2006") ? "" : (stryCov_9fa48("2006"), "per-domain")))) || (stryMutAct_9fa48("2008") ? imex.domainActive !== true : stryMutAct_9fa48("2007") ? false : (stryCov_9fa48("2007", "2008"), imex.domainActive === (stryMutAct_9fa48("2009") ? false : (stryCov_9fa48("2009"), true)))));
  }
}
function domainKey(names: readonly string[]): string {
  if (stryMutAct_9fa48("2010")) {
    {}
  } else {
    stryCov_9fa48("2010");
    return JSON.stringify(stryMutAct_9fa48("2011") ? [...new Set(names.map(entryKey))] : (stryCov_9fa48("2011"), (stryMutAct_9fa48("2012") ? [] : (stryCov_9fa48("2012"), [...new Set(names.map(entryKey))])).sort(byText)));
  }
}
function judgeMembers(names: readonly string[], bundles: readonly Evidence[], asking: readonly Evidence[]): Found[] {
  if (stryMutAct_9fa48("2013")) {
    {}
  } else {
    stryCov_9fa48("2013");
    const bundleOf = matchBundles(names, bundles);
    const matched = new Set(bundleOf.values());
    const seen: Seen[] = stryMutAct_9fa48("2014") ? [] : (stryCov_9fa48("2014"), [...(stryMutAct_9fa48("2015") ? [] : (stryCov_9fa48("2015"), [...bundleOf])).map(stryMutAct_9fa48("2016") ? () => undefined : (stryCov_9fa48("2016"), ([name, evidence]) => stryMutAct_9fa48("2017") ? {} : (stryCov_9fa48("2017"), {
      name,
      evidence
    }))),
    // A node that expects this domain and is none of its members by name still has a file to compare.
    ...(stryMutAct_9fa48("2018") ? asking.map(evidence => ({
      name: evidence.node.name,
      evidence
    })) : (stryCov_9fa48("2018"), asking.filter(stryMutAct_9fa48("2019") ? () => undefined : (stryCov_9fa48("2019"), evidence => stryMutAct_9fa48("2020") ? matched.has(evidence) : (stryCov_9fa48("2020"), !matched.has(evidence)))).map(stryMutAct_9fa48("2021") ? () => undefined : (stryCov_9fa48("2021"), evidence => stryMutAct_9fa48("2022") ? {} : (stryCov_9fa48("2022"), {
      name: evidence.node.name,
      evidence
    })))))]);
    const absent = stryMutAct_9fa48("2023") ? names.map((name): Found => ({
      code: "rack-member-missing",
      verdict: "inconclusive",
      cause: "tool",
      scope: scopeOf(name),
      message: `The member ${name} of the IMEX domain has no bundle in this rack.`,
      expected: name,
      observed: "no bundle",
      evidence: []
    })) : (stryCov_9fa48("2023"), names.filter(stryMutAct_9fa48("2024") ? () => undefined : (stryCov_9fa48("2024"), name => stryMutAct_9fa48("2025") ? bundleOf.has(name) : (stryCov_9fa48("2025"), !bundleOf.has(name)))).map(stryMutAct_9fa48("2026") ? () => undefined : (stryCov_9fa48("2026"), (name): Found => stryMutAct_9fa48("2027") ? {} : (stryCov_9fa48("2027"), {
      code: stryMutAct_9fa48("2028") ? "" : (stryCov_9fa48("2028"), "rack-member-missing"),
      verdict: stryMutAct_9fa48("2029") ? "" : (stryCov_9fa48("2029"), "inconclusive"),
      cause: stryMutAct_9fa48("2030") ? "" : (stryCov_9fa48("2030"), "tool"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("2031") ? `` : (stryCov_9fa48("2031"), `The member ${name} of the IMEX domain has no bundle in this rack.`),
      expected: name,
      observed: stryMutAct_9fa48("2032") ? "" : (stryCov_9fa48("2032"), "no bundle"),
      evidence: stryMutAct_9fa48("2033") ? ["Stryker was here"] : (stryCov_9fa48("2033"), [])
    }))));
    return stryMutAct_9fa48("2034") ? [] : (stryCov_9fa48("2034"), [...absent, ...judgeFiles(seen), ...judgeVersions(seen, names)]);
  }
}

/** The nodes files, byte for byte (rule I9). */
function judgeFiles(seen: readonly Seen[]): Found[] {
  if (stryMutAct_9fa48("2035")) {
    {}
  } else {
    stryCov_9fa48("2035");
    const findings: Found[] = stryMutAct_9fa48("2036") ? ["Stryker was here"] : (stryCov_9fa48("2036"), []);
    const texts = new Map<string, string>();
    for (const {
      name,
      evidence
    } of seen) {
      if (stryMutAct_9fa48("2037")) {
        {}
      } else {
        stryCov_9fa48("2037");
        const file = evidence.read(stryMutAct_9fa48("2038") ? "" : (stryCov_9fa48("2038"), "imex-nodes"), nodesFileFormat);
        const unknown = (reason: string): void => {
          if (stryMutAct_9fa48("2039")) {
            {}
          } else {
            stryCov_9fa48("2039");
            findings.push(stryMutAct_9fa48("2041") ? {} : (stryCov_9fa48("2041"), {
              code: stryMutAct_9fa48("2042") ? "" : (stryCov_9fa48("2042"), "evidence-unusable"),
              verdict: stryMutAct_9fa48("2043") ? "" : (stryCov_9fa48("2043"), "inconclusive"),
              cause: stryMutAct_9fa48("2044") ? "" : (stryCov_9fa48("2044"), "tool"),
              scope: scopeOf(name),
              message: stryMutAct_9fa48("2045") ? `` : (stryCov_9fa48("2045"), `The nodes file of ${name} cannot be compared: ${reason}.`),
              evidence: stryMutAct_9fa48("2046") ? [] : (stryCov_9fa48("2046"), [stryMutAct_9fa48("2047") ? {} : (stryCov_9fa48("2047"), {
                probe: stryMutAct_9fa48("2048") ? "" : (stryCov_9fa48("2048"), "imex-nodes")
              })])
            }));
          }
        };
        if (stryMutAct_9fa48("2051") ? false : stryMutAct_9fa48("2050") ? true : stryMutAct_9fa48("2049") ? file.usable : (stryCov_9fa48("2049", "2050", "2051"), !file.usable)) findings.push(stryMutAct_9fa48("2053") ? {} : (stryCov_9fa48("2053"), {
          ...unusableFinding(file, scopeOf(name)),
          message: stryMutAct_9fa48("2054") ? `` : (stryCov_9fa48("2054"), `The nodes file of ${name} cannot be compared: ${file.reason}.`)
        }));else if (stryMutAct_9fa48("2057") ? false : stryMutAct_9fa48("2056") ? true : stryMutAct_9fa48("2055") ? file.value.present : (stryCov_9fa48("2055", "2056", "2057"), !file.value.present)) unknown(stryMutAct_9fa48("2059") ? "" : (stryCov_9fa48("2059"), "there is none"));else if (stryMutAct_9fa48("2061") ? false : stryMutAct_9fa48("2060") ? true : (stryCov_9fa48("2060", "2061"), file.value.damaged)) unknown(stryMutAct_9fa48("2063") ? "" : (stryCov_9fa48("2063"), "it holds bytes that are no UTF-8"));else if (stryMutAct_9fa48("2064")) {
          ;
        } else {
          stryCov_9fa48("2064");
          texts.set(name, file.value.text);
        }
      }
    }
    const {
      names,
      majority
    } = minority(texts);
    const alike = stryMutAct_9fa48("2065") ? [...texts.values()].length : (stryCov_9fa48("2065"), (stryMutAct_9fa48("2066") ? [] : (stryCov_9fa48("2066"), [...texts.values()])).filter(stryMutAct_9fa48("2067") ? () => undefined : (stryCov_9fa48("2067"), text => stryMutAct_9fa48("2070") ? text !== majority : stryMutAct_9fa48("2069") ? false : stryMutAct_9fa48("2068") ? true : (stryCov_9fa48("2068", "2069", "2070"), text === majority))).length);
    for (const name of names) {
      if (stryMutAct_9fa48("2071")) {
        {}
      } else {
        stryCov_9fa48("2071");
        const line = (stryMutAct_9fa48("2074") ? majority !== undefined : stryMutAct_9fa48("2073") ? false : stryMutAct_9fa48("2072") ? true : (stryCov_9fa48("2072", "2073", "2074"), majority === undefined)) ? undefined : firstDifference(majority, stryMutAct_9fa48("2075") ? texts.get(name) && "" : (stryCov_9fa48("2075"), texts.get(name) ?? (stryMutAct_9fa48("2076") ? "Stryker was here!" : (stryCov_9fa48("2076"), ""))));
        const message = (stryMutAct_9fa48("2079") ? line !== undefined : stryMutAct_9fa48("2078") ? false : stryMutAct_9fa48("2077") ? true : (stryCov_9fa48("2077", "2078", "2079"), line === undefined)) ? stryMutAct_9fa48("2080") ? `` : (stryCov_9fa48("2080"), `The nodes files of the rack differ, and none is in the majority; ${name} has one of them.`) : stryMutAct_9fa48("2081") ? `` : (stryCov_9fa48("2081"), `The nodes file of ${name} differs from that of ${String(alike)} other members in line ${String(line.number)}.`);
        const shown = (stryMutAct_9fa48("2084") ? line !== undefined : stryMutAct_9fa48("2083") ? false : stryMutAct_9fa48("2082") ? true : (stryCov_9fa48("2082", "2083", "2084"), line === undefined)) ? stryMutAct_9fa48("2085") ? {} : (stryCov_9fa48("2085"), {
          expected: stryMutAct_9fa48("2086") ? "" : (stryCov_9fa48("2086"), "one file on all members")
        }) : stryMutAct_9fa48("2087") ? {} : (stryCov_9fa48("2087"), {
          expected: line.expected,
          observed: line.observed
        });
        findings.push(stryMutAct_9fa48("2089") ? {} : (stryCov_9fa48("2089"), {
          code: stryMutAct_9fa48("2090") ? "" : (stryCov_9fa48("2090"), "rack-nodes-file-differs"),
          verdict: stryMutAct_9fa48("2091") ? "" : (stryCov_9fa48("2091"), "fail"),
          cause: stryMutAct_9fa48("2092") ? "" : (stryCov_9fa48("2092"), "configuration"),
          scope: scopeOf(name),
          message,
          ...shown,
          evidence: stryMutAct_9fa48("2093") ? [] : (stryCov_9fa48("2093"), [stryMutAct_9fa48("2094") ? {} : (stryCov_9fa48("2094"), {
            probe: stryMutAct_9fa48("2095") ? "" : (stryCov_9fa48("2095"), "imex-nodes"),
            ...((stryMutAct_9fa48("2098") ? line !== undefined : stryMutAct_9fa48("2097") ? false : stryMutAct_9fa48("2096") ? true : (stryCov_9fa48("2096", "2097", "2098"), line === undefined)) ? {} : stryMutAct_9fa48("2099") ? {} : (stryCov_9fa48("2099"), {
              line: line.number
            }))
          })])
        }));
      }
    }
    return findings;
  }
}

/** The first line in which two texts differ, as JSON strings so that blanks and line ends show. */
function firstDifference(majority: string, text: string): {
  number: number;
  expected: string;
  observed: string;
} {
  if (stryMutAct_9fa48("2100")) {
    {}
  } else {
    stryCov_9fa48("2100");
    const [expected, observed] = stryMutAct_9fa48("2101") ? [] : (stryCov_9fa48("2101"), [majority.split(stryMutAct_9fa48("2102") ? /(?<!\n)/ : (stryCov_9fa48("2102"), /(?<=\n)/)), text.split(stryMutAct_9fa48("2103") ? /(?<!\n)/ : (stryCov_9fa48("2103"), /(?<=\n)/))]);
    const index = expected.findIndex(stryMutAct_9fa48("2104") ? () => undefined : (stryCov_9fa48("2104"), (line, position) => stryMutAct_9fa48("2107") ? line === observed[position] : stryMutAct_9fa48("2106") ? false : stryMutAct_9fa48("2105") ? true : (stryCov_9fa48("2105", "2106", "2107"), line !== observed[position])));
    const at = (stryMutAct_9fa48("2111") ? index >= 0 : stryMutAct_9fa48("2110") ? index <= 0 : stryMutAct_9fa48("2109") ? false : stryMutAct_9fa48("2108") ? true : (stryCov_9fa48("2108", "2109", "2110", "2111"), index < 0)) ? expected.length : index;
    const shown = stryMutAct_9fa48("2112") ? () => undefined : (stryCov_9fa48("2112"), (() => {
      const shown = (line: string | undefined): string => (stryMutAct_9fa48("2115") ? line === undefined && line === "" : stryMutAct_9fa48("2114") ? false : stryMutAct_9fa48("2113") ? true : (stryCov_9fa48("2113", "2114", "2115"), (stryMutAct_9fa48("2117") ? line !== undefined : stryMutAct_9fa48("2116") ? false : (stryCov_9fa48("2116", "2117"), line === undefined)) || (stryMutAct_9fa48("2119") ? line !== "" : stryMutAct_9fa48("2118") ? false : (stryCov_9fa48("2118", "2119"), line === (stryMutAct_9fa48("2120") ? "Stryker was here!" : (stryCov_9fa48("2120"), "")))))) ? stryMutAct_9fa48("2121") ? "" : (stryCov_9fa48("2121"), "end of file") : JSON.stringify(stryMutAct_9fa48("2122") ? line : (stryCov_9fa48("2122"), line.slice(0, 200)));
      return shown;
    })());
    return stryMutAct_9fa48("2123") ? {} : (stryCov_9fa48("2123"), {
      number: stryMutAct_9fa48("2124") ? at - 1 : (stryCov_9fa48("2124"), at + 1),
      expected: shown(expected[at]),
      observed: shown(observed[at])
    });
  }
}

/** The version each member reports of itself. */
function judgeVersions(seen: readonly Seen[], members: readonly string[]): Found[] {
  if (stryMutAct_9fa48("2125")) {
    {}
  } else {
    stryCov_9fa48("2125");
    const versions = new Map<string, string>();
    for (const one of seen) {
      if (stryMutAct_9fa48("2126")) {
        {}
      } else {
        stryCov_9fa48("2126");
        const node = ownNode(one, members);
        if (stryMutAct_9fa48("2129") ? node?.version !== undefined || node.state !== "unavailable" : stryMutAct_9fa48("2128") ? false : stryMutAct_9fa48("2127") ? true : (stryCov_9fa48("2127", "2128", "2129"), (stryMutAct_9fa48("2131") ? node?.version === undefined : stryMutAct_9fa48("2130") ? true : (stryCov_9fa48("2130", "2131"), (stryMutAct_9fa48("2132") ? node.version : (stryCov_9fa48("2132"), node?.version)) !== undefined)) && (stryMutAct_9fa48("2134") ? node.state === "unavailable" : stryMutAct_9fa48("2133") ? true : (stryCov_9fa48("2133", "2134"), node.state !== (stryMutAct_9fa48("2135") ? "" : (stryCov_9fa48("2135"), "unavailable")))))) if (stryMutAct_9fa48("2136")) {
          ;
        } else {
          stryCov_9fa48("2136");
          versions.set(one.name, node.version);
        }
      }
    }
    const {
      names,
      majority
    } = minority(versions);
    return names.map(stryMutAct_9fa48("2137") ? () => undefined : (stryCov_9fa48("2137"), name => stryMutAct_9fa48("2138") ? {} : (stryCov_9fa48("2138"), {
      code: stryMutAct_9fa48("2139") ? "" : (stryCov_9fa48("2139"), "rack-version-differs"),
      verdict: stryMutAct_9fa48("2140") ? "" : (stryCov_9fa48("2140"), "fail"),
      cause: stryMutAct_9fa48("2141") ? "" : (stryCov_9fa48("2141"), "configuration"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("2142") ? `` : (stryCov_9fa48("2142"), `${name} reports another IMEX version of itself than ${(stryMutAct_9fa48("2145") ? majority !== undefined : stryMutAct_9fa48("2144") ? false : stryMutAct_9fa48("2143") ? true : (stryCov_9fa48("2143", "2144", "2145"), majority === undefined)) ? stryMutAct_9fa48("2146") ? "" : (stryCov_9fa48("2146"), "others") : stryMutAct_9fa48("2147") ? "" : (stryCov_9fa48("2147"), "most members")} of the rack.`),
      expected: stryMutAct_9fa48("2148") ? majority && "one version" : (stryCov_9fa48("2148"), majority ?? (stryMutAct_9fa48("2149") ? "" : (stryCov_9fa48("2149"), "one version"))),
      observed: stryMutAct_9fa48("2150") ? versions.get(name) && "" : (stryCov_9fa48("2150"), versions.get(name) ?? (stryMutAct_9fa48("2151") ? "Stryker was here!" : (stryCov_9fa48("2151"), ""))),
      evidence: stryMutAct_9fa48("2152") ? [] : (stryCov_9fa48("2152"), [stryMutAct_9fa48("2153") ? {} : (stryCov_9fa48("2153"), {
        probe: stryMutAct_9fa48("2154") ? "" : (stryCov_9fa48("2154"), "imex-domain")
      })])
    })));
  }
}

/** The node of a member in the member's own answer about the domain. */
function ownNode({
  name,
  evidence
}: Seen, members: readonly string[]): DomainNode | undefined {
  if (stryMutAct_9fa48("2155")) {
    {}
  } else {
    stryCov_9fa48("2155");
    const domain = evidence.read(stryMutAct_9fa48("2156") ? "" : (stryCov_9fa48("2156"), "imex-domain"), domainFormat);
    if (stryMutAct_9fa48("2159") ? !domain.usable && domain.value.kind !== "answer" : stryMutAct_9fa48("2158") ? false : stryMutAct_9fa48("2157") ? true : (stryCov_9fa48("2157", "2158", "2159"), (stryMutAct_9fa48("2160") ? domain.usable : (stryCov_9fa48("2160"), !domain.usable)) || (stryMutAct_9fa48("2162") ? domain.value.kind === "answer" : stryMutAct_9fa48("2161") ? false : (stryCov_9fa48("2161", "2162"), domain.value.kind !== (stryMutAct_9fa48("2163") ? "" : (stryCov_9fa48("2163"), "answer")))))) return undefined;
    const {
      nodes
    } = domain.value.value;
    const byMember = (stryMutAct_9fa48("2164") ? [] : (stryCov_9fa48("2164"), [...identify(domain.value.value, membersOf(members, answersOf(evidence))).nodeOf])).find(stryMutAct_9fa48("2165") ? () => undefined : (stryCov_9fa48("2165"), ([member]) => stryMutAct_9fa48("2168") ? member.name !== name : stryMutAct_9fa48("2167") ? false : stryMutAct_9fa48("2166") ? true : (stryCov_9fa48("2166", "2167", "2168"), member.name === name)));
    return stryMutAct_9fa48("2169") ? (byMember?.[1] ?? nodes.find(({
      local
    }) => local)) && nodes.find(({
      hostName
    }) => hostName !== undefined && isSameName(hostName, evidence.node.name)) : (stryCov_9fa48("2169"), (stryMutAct_9fa48("2170") ? byMember?.[1] && nodes.find(({
      local
    }) => local) : (stryCov_9fa48("2170"), (stryMutAct_9fa48("2171") ? byMember[1] : (stryCov_9fa48("2171"), byMember?.[1])) ?? nodes.find(stryMutAct_9fa48("2172") ? () => undefined : (stryCov_9fa48("2172"), ({
      local
    }) => local)))) ?? nodes.find(stryMutAct_9fa48("2173") ? () => undefined : (stryCov_9fa48("2173"), ({
      hostName
    }) => stryMutAct_9fa48("2176") ? hostName !== undefined || isSameName(hostName, evidence.node.name) : stryMutAct_9fa48("2175") ? false : stryMutAct_9fa48("2174") ? true : (stryCov_9fa48("2174", "2175", "2176"), (stryMutAct_9fa48("2178") ? hostName === undefined : stryMutAct_9fa48("2177") ? true : (stryCov_9fa48("2177", "2178"), hostName !== undefined)) && isSameName(hostName, evidence.node.name)))));
  }
}
function answersOf(evidence: Evidence): ReadonlyMap<string, Answer> {
  if (stryMutAct_9fa48("2179")) {
    {}
  } else {
    stryCov_9fa48("2179");
    const resolution = evidence.read(stryMutAct_9fa48("2180") ? "" : (stryCov_9fa48("2180"), "imex-resolve"), resolutionFormat);
    return resolution.usable ? resolution.value : new Map<string, Answer>();
  }
}

/**
 * Which bundle is which member's: by the node's name, by its name up to the first dot, or by the
 * address that the node's resolver or domain gives for it.
 */
function matchBundles(names: readonly string[], bundles: readonly Evidence[]): Map<string, Evidence> {
  if (stryMutAct_9fa48("2181")) {
    {}
  } else {
    stryCov_9fa48("2181");
    const bundleOf = new Map<string, Evidence>();
    const open = new Set(bundles);
    for (const isMember of stryMutAct_9fa48("2182") ? [] : (stryCov_9fa48("2182"), [isNamed, isShortNamed, isAtAddress])) {
      if (stryMutAct_9fa48("2183")) {
        {}
      } else {
        stryCov_9fa48("2183");
        for (const name of names) {
          if (stryMutAct_9fa48("2184")) {
            {}
          } else {
            stryCov_9fa48("2184");
            if (stryMutAct_9fa48("2186") ? false : stryMutAct_9fa48("2185") ? true : (stryCov_9fa48("2185", "2186"), bundleOf.has(name))) continue;
            const evidence = (stryMutAct_9fa48("2187") ? [] : (stryCov_9fa48("2187"), [...open])).find(stryMutAct_9fa48("2188") ? () => undefined : (stryCov_9fa48("2188"), candidate => isMember(candidate, name)));
            if (stryMutAct_9fa48("2191") ? evidence !== undefined : stryMutAct_9fa48("2190") ? false : stryMutAct_9fa48("2189") ? true : (stryCov_9fa48("2189", "2190", "2191"), evidence === undefined)) continue;
            if (stryMutAct_9fa48("2192")) {
              ;
            } else {
              stryCov_9fa48("2192");
              bundleOf.set(name, evidence);
            }
            if (stryMutAct_9fa48("2193")) {
              ;
            } else {
              stryCov_9fa48("2193");
              open.delete(evidence);
            }
          }
        }
      }
    }
    return bundleOf;
  }
}
const isNamed = stryMutAct_9fa48("2194") ? () => undefined : (stryCov_9fa48("2194"), (() => {
  const isNamed = ({
    node
  }: Evidence, member: string): boolean => stryMutAct_9fa48("2197") ? lower(node.name) !== lower(member) : stryMutAct_9fa48("2196") ? false : stryMutAct_9fa48("2195") ? true : (stryCov_9fa48("2195", "2196", "2197"), lower(node.name) === lower(member));
  return isNamed;
})());
const isShortNamed = stryMutAct_9fa48("2198") ? () => undefined : (stryCov_9fa48("2198"), (() => {
  const isShortNamed = ({
    node
  }: Evidence, member: string): boolean => isSameName(node.name, member);
  return isShortNamed;
})());

/** Equal, or equal up to the first dot, without regard to case; an address has no such short form. */
function isSameName(a: string, b: string): boolean {
  if (stryMutAct_9fa48("2199")) {
    {}
  } else {
    stryCov_9fa48("2199");
    if (stryMutAct_9fa48("2202") ? lower(a) !== lower(b) : stryMutAct_9fa48("2201") ? false : stryMutAct_9fa48("2200") ? true : (stryCov_9fa48("2200", "2201", "2202"), lower(a) === lower(b))) return stryMutAct_9fa48("2203") ? false : (stryCov_9fa48("2203"), true);
    if (stryMutAct_9fa48("2206") ? parseAddress(a) !== undefined && parseAddress(b) !== undefined : stryMutAct_9fa48("2205") ? false : stryMutAct_9fa48("2204") ? true : (stryCov_9fa48("2204", "2205", "2206"), (stryMutAct_9fa48("2208") ? parseAddress(a) === undefined : stryMutAct_9fa48("2207") ? false : (stryCov_9fa48("2207", "2208"), parseAddress(a) !== undefined)) || (stryMutAct_9fa48("2210") ? parseAddress(b) === undefined : stryMutAct_9fa48("2209") ? false : (stryCov_9fa48("2209", "2210"), parseAddress(b) !== undefined)))) return stryMutAct_9fa48("2211") ? true : (stryCov_9fa48("2211"), false);
    const short = stryMutAct_9fa48("2212") ? () => undefined : (stryCov_9fa48("2212"), (() => {
      const short = (name: string): string => stryMutAct_9fa48("2213") ? lower(name).split(".", 1)[0] && "" : (stryCov_9fa48("2213"), lower(name).split(stryMutAct_9fa48("2214") ? "" : (stryCov_9fa48("2214"), "."), 1)[0] ?? (stryMutAct_9fa48("2215") ? "Stryker was here!" : (stryCov_9fa48("2215"), "")));
      return short;
    })());
    return stryMutAct_9fa48("2218") ? short(a) !== "" || short(a) === short(b) : stryMutAct_9fa48("2217") ? false : stryMutAct_9fa48("2216") ? true : (stryCov_9fa48("2216", "2217", "2218"), (stryMutAct_9fa48("2220") ? short(a) === "" : stryMutAct_9fa48("2219") ? true : (stryCov_9fa48("2219", "2220"), short(a) !== (stryMutAct_9fa48("2221") ? "Stryker was here!" : (stryCov_9fa48("2221"), "")))) && (stryMutAct_9fa48("2223") ? short(a) !== short(b) : stryMutAct_9fa48("2222") ? true : (stryCov_9fa48("2222", "2223"), short(a) === short(b))));
  }
}
function isAtAddress(evidence: Evidence, member: string): boolean {
  if (stryMutAct_9fa48("2224")) {
    {}
  } else {
    stryCov_9fa48("2224");
    const answers = answersOf(evidence);
    const [{
      addresses
    } = stryMutAct_9fa48("2225") ? {} : (stryCov_9fa48("2225"), {
      addresses: stryMutAct_9fa48("2226") ? ["Stryker was here"] : (stryCov_9fa48("2226"), [])
    })] = membersOf(stryMutAct_9fa48("2227") ? [] : (stryCov_9fa48("2227"), [member]), answers);
    const own = stryMutAct_9fa48("2228") ? [...answers].flatMap(([, answer]) => answer.kind === "addresses" ? answer.addresses.filter(({
      sentinel
    }) => !sentinel).map(({
      canonical
    }) => canonical) : []) : (stryCov_9fa48("2228"), (stryMutAct_9fa48("2229") ? [] : (stryCov_9fa48("2229"), [...answers])).filter(stryMutAct_9fa48("2230") ? () => undefined : (stryCov_9fa48("2230"), ([name]) => isSameName(name, evidence.node.name))).flatMap(stryMutAct_9fa48("2231") ? () => undefined : (stryCov_9fa48("2231"), ([, answer]) => (stryMutAct_9fa48("2234") ? answer.kind !== "addresses" : stryMutAct_9fa48("2233") ? false : stryMutAct_9fa48("2232") ? true : (stryCov_9fa48("2232", "2233", "2234"), answer.kind === (stryMutAct_9fa48("2235") ? "" : (stryCov_9fa48("2235"), "addresses")))) ? stryMutAct_9fa48("2236") ? answer.addresses.map(({
      canonical
    }) => canonical) : (stryCov_9fa48("2236"), answer.addresses.filter(stryMutAct_9fa48("2237") ? () => undefined : (stryCov_9fa48("2237"), ({
      sentinel
    }) => stryMutAct_9fa48("2238") ? sentinel : (stryCov_9fa48("2238"), !sentinel))).map(stryMutAct_9fa48("2239") ? () => undefined : (stryCov_9fa48("2239"), ({
      canonical
    }) => canonical))) : stryMutAct_9fa48("2240") ? ["Stryker was here"] : (stryCov_9fa48("2240"), []))));
    const domain = evidence.read(stryMutAct_9fa48("2241") ? "" : (stryCov_9fa48("2241"), "imex-domain"), domainFormat);
    const nodes = (stryMutAct_9fa48("2244") ? domain.usable || domain.value.kind === "answer" : stryMutAct_9fa48("2243") ? false : stryMutAct_9fa48("2242") ? true : (stryCov_9fa48("2242", "2243", "2244"), domain.usable && (stryMutAct_9fa48("2246") ? domain.value.kind !== "answer" : stryMutAct_9fa48("2245") ? true : (stryCov_9fa48("2245", "2246"), domain.value.kind === (stryMutAct_9fa48("2247") ? "" : (stryCov_9fa48("2247"), "answer")))))) ? domain.value.value.nodes : stryMutAct_9fa48("2248") ? ["Stryker was here"] : (stryCov_9fa48("2248"), []);
    for (const {
      local,
      host,
      hostName
    } of nodes) {
      if (stryMutAct_9fa48("2249")) {
        {}
      } else {
        stryCov_9fa48("2249");
        if (stryMutAct_9fa48("2252") ? host !== undefined || local || hostName !== undefined && isSameName(hostName, evidence.node.name) : stryMutAct_9fa48("2251") ? false : stryMutAct_9fa48("2250") ? true : (stryCov_9fa48("2250", "2251", "2252"), (stryMutAct_9fa48("2254") ? host === undefined : stryMutAct_9fa48("2253") ? true : (stryCov_9fa48("2253", "2254"), host !== undefined)) && (stryMutAct_9fa48("2256") ? local && hostName !== undefined && isSameName(hostName, evidence.node.name) : stryMutAct_9fa48("2255") ? true : (stryCov_9fa48("2255", "2256"), local || (stryMutAct_9fa48("2258") ? hostName !== undefined || isSameName(hostName, evidence.node.name) : stryMutAct_9fa48("2257") ? false : (stryCov_9fa48("2257", "2258"), (stryMutAct_9fa48("2260") ? hostName === undefined : stryMutAct_9fa48("2259") ? true : (stryCov_9fa48("2259", "2260"), hostName !== undefined)) && isSameName(hostName, evidence.node.name))))))) if (stryMutAct_9fa48("2261")) {
          ;
        } else {
          stryCov_9fa48("2261");
          own.push(entryKey(host));
        }
      }
    }
    return stryMutAct_9fa48("2262") ? addresses.every(address => own.includes(address)) : (stryCov_9fa48("2262"), addresses.some(stryMutAct_9fa48("2263") ? () => undefined : (stryCov_9fa48("2263"), address => own.includes(address))));
  }
}