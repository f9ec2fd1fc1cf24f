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
import { byIndex, type Domain, type DomainNode, type LinkState } from "./domain.ts";
import { scopeOf, type Found, type Member } from "./names.ts";
import { lower } from "./text.ts";
interface Pair {
  readonly id: string;
  readonly names: readonly [string, string];
  /** Broken when either direction is; connected when both are; else unknown. */
  readonly state: LinkState;
  /** Nothing is wrong with it and at least one direction is connected. */
  readonly partly: boolean;
  readonly observed: string;
  readonly evidence: readonly EvidencePointer[];
  /** A mismatch of versions or node maps, which the table names as such. */
  readonly mismatch: boolean;
}

/**
 * Rule I7 over the pairs of members that are READY or UNAVAILABLE: a member connected with no other
 * is named once, every further broken pair by itself.
 */
export function judgePairs(domain: Domain, judged: readonly (readonly [Member, DomainNode])[], misconfigured: ReadonlySet<string>): Found[] {
  if (stryMutAct_9fa48("664")) {
    {}
  } else {
    stryCov_9fa48("664");
    const ordered = judged.toSorted(stryMutAct_9fa48("665") ? () => undefined : (stryCov_9fa48("665"), ([, a], [, b]) => byIndex(a, b)));
    const pairs = ordered.flatMap(stryMutAct_9fa48("666") ? () => undefined : (stryCov_9fa48("666"), (a, index) => stryMutAct_9fa48("667") ? ordered.map(b => pairOf(domain, a, b)) : (stryCov_9fa48("667"), ordered.slice(stryMutAct_9fa48("668") ? index - 1 : (stryCov_9fa48("668"), index + 1)).map(stryMutAct_9fa48("669") ? () => undefined : (stryCov_9fa48("669"), b => pairOf(domain, a, b))))));
    const withMember = stryMutAct_9fa48("670") ? () => undefined : (stryCov_9fa48("670"), (() => {
      const withMember = (name: string): Pair[] => stryMutAct_9fa48("671") ? pairs : (stryCov_9fa48("671"), pairs.filter(stryMutAct_9fa48("672") ? () => undefined : (stryCov_9fa48("672"), ({
        names
      }) => names.includes(name))));
      return withMember;
    })());
    const isolated = new Map(ordered.flatMap(([{
      name
    }]) => {
      if (stryMutAct_9fa48("673")) {
        {}
      } else {
        stryCov_9fa48("673");
        const own = withMember(name);
        const broken = stryMutAct_9fa48("674") ? own : (stryCov_9fa48("674"), own.filter(stryMutAct_9fa48("675") ? () => undefined : (stryCov_9fa48("675"), ({
          state
        }) => stryMutAct_9fa48("678") ? state !== "broken" : stryMutAct_9fa48("677") ? false : stryMutAct_9fa48("676") ? true : (stryCov_9fa48("676", "677", "678"), state === (stryMutAct_9fa48("679") ? "" : (stryCov_9fa48("679"), "broken"))))));
        return (stryMutAct_9fa48("682") ? broken.length > 0 || !own.some(({
          partly
        }) => partly) : stryMutAct_9fa48("681") ? false : stryMutAct_9fa48("680") ? true : (stryCov_9fa48("680", "681", "682"), (stryMutAct_9fa48("685") ? broken.length <= 0 : stryMutAct_9fa48("684") ? broken.length >= 0 : stryMutAct_9fa48("683") ? true : (stryCov_9fa48("683", "684", "685"), broken.length > 0)) && (stryMutAct_9fa48("686") ? own.some(({
          partly
        }) => partly) : (stryCov_9fa48("686"), !(stryMutAct_9fa48("687") ? own.every(({
          partly
        }) => partly) : (stryCov_9fa48("687"), own.some(stryMutAct_9fa48("688") ? () => undefined : (stryCov_9fa48("688"), ({
          partly
        }) => partly)))))))) ? stryMutAct_9fa48("689") ? [] : (stryCov_9fa48("689"), [[name, broken] as const]) : stryMutAct_9fa48("690") ? ["Stryker was here"] : (stryCov_9fa48("690"), []);
      }
    }));
    const unavailable = new Set(stryMutAct_9fa48("691") ? ordered.map(([{
      name
    }]) => name) : (stryCov_9fa48("691"), ordered.filter(stryMutAct_9fa48("692") ? () => undefined : (stryCov_9fa48("692"), ([, {
      state
    }]) => stryMutAct_9fa48("695") ? state !== "unavailable" : stryMutAct_9fa48("694") ? false : stryMutAct_9fa48("693") ? true : (stryCov_9fa48("693", "694", "695"), state === (stryMutAct_9fa48("696") ? "" : (stryCov_9fa48("696"), "unavailable"))))).map(stryMutAct_9fa48("697") ? () => undefined : (stryCov_9fa48("697"), ([{
      name
    }]) => name))));
    const causeOf = stryMutAct_9fa48("698") ? () => undefined : (stryCov_9fa48("698"), (() => {
      const causeOf = (broken: readonly Pair[]): Found["cause"] => (stryMutAct_9fa48("699") ? broken.some(({
        names,
        mismatch
      }) => mismatch || names.some(name => misconfigured.has(name))) : (stryCov_9fa48("699"), broken.every(stryMutAct_9fa48("700") ? () => undefined : (stryCov_9fa48("700"), ({
        names,
        mismatch
      }) => stryMutAct_9fa48("703") ? mismatch && names.some(name => misconfigured.has(name)) : stryMutAct_9fa48("702") ? false : stryMutAct_9fa48("701") ? true : (stryCov_9fa48("701", "702", "703"), mismatch || (stryMutAct_9fa48("704") ? names.every(name => misconfigured.has(name)) : (stryCov_9fa48("704"), names.some(stryMutAct_9fa48("705") ? () => undefined : (stryCov_9fa48("705"), name => misconfigured.has(name)))))))))) ? stryMutAct_9fa48("706") ? "" : (stryCov_9fa48("706"), "configuration") : stryMutAct_9fa48("707") ? "" : (stryCov_9fa48("707"), "unknown");
      return causeOf;
    })());
    const members = stryMutAct_9fa48("708") ? [...isolated].map(([name, broken]): Found => ({
      code: "member-isolated",
      verdict: "fail",
      cause: causeOf(broken),
      scope: scopeOf(name),
      message: `The member ${name} is connected with no other member of the IMEX domain.`,
      expected: "CONNECTED",
      observed: [...new Set(broken.map(({
        observed
      }) => observed))].join("; "),
      evidence: broken.slice(0, 1).flatMap(({
        evidence
      }) => evidence)
    })) : (stryCov_9fa48("708"), (stryMutAct_9fa48("709") ? [] : (stryCov_9fa48("709"), [...isolated])).filter(stryMutAct_9fa48("710") ? () => undefined : (stryCov_9fa48("710"), ([name]) => stryMutAct_9fa48("711") ? unavailable.has(name) : (stryCov_9fa48("711"), !unavailable.has(name)))).map(stryMutAct_9fa48("712") ? () => undefined : (stryCov_9fa48("712"), ([name, broken]): Found => stryMutAct_9fa48("713") ? {} : (stryCov_9fa48("713"), {
      code: stryMutAct_9fa48("714") ? "" : (stryCov_9fa48("714"), "member-isolated"),
      verdict: stryMutAct_9fa48("715") ? "" : (stryCov_9fa48("715"), "fail"),
      cause: causeOf(broken),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("716") ? `` : (stryCov_9fa48("716"), `The member ${name} is connected with no other member of the IMEX domain.`),
      expected: stryMutAct_9fa48("717") ? "" : (stryCov_9fa48("717"), "CONNECTED"),
      observed: (stryMutAct_9fa48("718") ? [] : (stryCov_9fa48("718"), [...new Set(broken.map(stryMutAct_9fa48("719") ? () => undefined : (stryCov_9fa48("719"), ({
        observed
      }) => observed)))])).join(stryMutAct_9fa48("720") ? "" : (stryCov_9fa48("720"), "; ")),
      evidence: stryMutAct_9fa48("721") ? broken.flatMap(({
        evidence
      }) => evidence) : (stryCov_9fa48("721"), broken.slice(0, 1).flatMap(stryMutAct_9fa48("722") ? () => undefined : (stryCov_9fa48("722"), ({
        evidence
      }) => evidence)))
    }))));
    // What a member says of itself is judged only while it is READY and has company or is alone.
    const selves = stryMutAct_9fa48("723") ? ordered.map(([member, node]) => selfOf(domain, member, node)) : (stryCov_9fa48("723"), ordered.filter(stryMutAct_9fa48("724") ? () => undefined : (stryCov_9fa48("724"), ([{
      name
    }, node]) => stryMutAct_9fa48("727") ? node.state === "ready" && node.connections.has(node.index) || !isolated.has(name) : stryMutAct_9fa48("726") ? false : stryMutAct_9fa48("725") ? true : (stryCov_9fa48("725", "726", "727"), (stryMutAct_9fa48("729") ? node.state === "ready" || node.connections.has(node.index) : stryMutAct_9fa48("728") ? true : (stryCov_9fa48("728", "729"), (stryMutAct_9fa48("731") ? node.state !== "ready" : stryMutAct_9fa48("730") ? true : (stryCov_9fa48("730", "731"), node.state === (stryMutAct_9fa48("732") ? "" : (stryCov_9fa48("732"), "ready")))) && node.connections.has(node.index))) && (stryMutAct_9fa48("733") ? isolated.has(name) : (stryCov_9fa48("733"), !isolated.has(name)))))).map(stryMutAct_9fa48("734") ? () => undefined : (stryCov_9fa48("734"), ([member, node]) => selfOf(domain, member, node))));
    const links = stryMutAct_9fa48("735") ? [...pairs, ...selves].flatMap((pair): Found[] => {
      const {
        id,
        names,
        state,
        observed,
        evidence
      } = pair;
      const base = {
        scope: {
          kind: "link",
          id
        } as const,
        expected: "CONNECTED",
        observed,
        evidence: [...evidence]
      };
      if (state === "broken") return [{
        ...base,
        code: "pair-not-connected",
        verdict: "fail",
        cause: causeOf([pair]),
        message: `The members ${names.join(" and ")} are not connected.`
      }];
      // The pairs of an UNAVAILABLE member need not be listed: it is named itself.
      if (names.some(name => unavailable.has(name))) return [];
      return [{
        ...base,
        code: "pair-unknown",
        verdict: "inconclusive",
        cause: "tool",
        message: `The IMEX domain does not tell whether ${names.join(" and ")} are connected.`
      }];
    }) : (stryCov_9fa48("735"), (stryMutAct_9fa48("736") ? [] : (stryCov_9fa48("736"), [...pairs, ...selves])).filter(stryMutAct_9fa48("737") ? () => undefined : (stryCov_9fa48("737"), ({
      names,
      state
    }) => stryMutAct_9fa48("740") ? state !== "connected" || !names.some(name => isolated.has(name)) : stryMutAct_9fa48("739") ? false : stryMutAct_9fa48("738") ? true : (stryCov_9fa48("738", "739", "740"), (stryMutAct_9fa48("742") ? state === "connected" : stryMutAct_9fa48("741") ? true : (stryCov_9fa48("741", "742"), state !== (stryMutAct_9fa48("743") ? "" : (stryCov_9fa48("743"), "connected")))) && (stryMutAct_9fa48("744") ? names.some(name => isolated.has(name)) : (stryCov_9fa48("744"), !(stryMutAct_9fa48("745") ? names.every(name => isolated.has(name)) : (stryCov_9fa48("745"), names.some(stryMutAct_9fa48("746") ? () => undefined : (stryCov_9fa48("746"), name => isolated.has(name)))))))))).flatMap((pair): Found[] => {
      if (stryMutAct_9fa48("747")) {
        {}
      } else {
        stryCov_9fa48("747");
        const {
          id,
          names,
          state,
          observed,
          evidence
        } = pair;
        const base = stryMutAct_9fa48("748") ? {} : (stryCov_9fa48("748"), {
          scope: {
            kind: "link",
            id
          } as const,
          expected: stryMutAct_9fa48("749") ? "" : (stryCov_9fa48("749"), "CONNECTED"),
          observed,
          evidence: stryMutAct_9fa48("750") ? [] : (stryCov_9fa48("750"), [...evidence])
        });
        if (stryMutAct_9fa48("753") ? state !== "broken" : stryMutAct_9fa48("752") ? false : stryMutAct_9fa48("751") ? true : (stryCov_9fa48("751", "752", "753"), state === (stryMutAct_9fa48("754") ? "" : (stryCov_9fa48("754"), "broken")))) return stryMutAct_9fa48("755") ? [] : (stryCov_9fa48("755"), [stryMutAct_9fa48("756") ? {} : (stryCov_9fa48("756"), {
          ...base,
          code: stryMutAct_9fa48("757") ? "" : (stryCov_9fa48("757"), "pair-not-connected"),
          verdict: stryMutAct_9fa48("758") ? "" : (stryCov_9fa48("758"), "fail"),
          cause: causeOf(stryMutAct_9fa48("759") ? [] : (stryCov_9fa48("759"), [pair])),
          message: stryMutAct_9fa48("760") ? `` : (stryCov_9fa48("760"), `The members ${names.join(stryMutAct_9fa48("761") ? "" : (stryCov_9fa48("761"), " and "))} are not connected.`)
        })]);
        // The pairs of an UNAVAILABLE member need not be listed: it is named itself.
        if (stryMutAct_9fa48("764") ? names.every(name => unavailable.has(name)) : stryMutAct_9fa48("763") ? false : stryMutAct_9fa48("762") ? true : (stryCov_9fa48("762", "763", "764"), names.some(stryMutAct_9fa48("765") ? () => undefined : (stryCov_9fa48("765"), name => unavailable.has(name))))) return stryMutAct_9fa48("766") ? ["Stryker was here"] : (stryCov_9fa48("766"), []);
        return stryMutAct_9fa48("767") ? [] : (stryCov_9fa48("767"), [stryMutAct_9fa48("768") ? {} : (stryCov_9fa48("768"), {
          ...base,
          code: stryMutAct_9fa48("769") ? "" : (stryCov_9fa48("769"), "pair-unknown"),
          verdict: stryMutAct_9fa48("770") ? "" : (stryCov_9fa48("770"), "inconclusive"),
          cause: stryMutAct_9fa48("771") ? "" : (stryCov_9fa48("771"), "tool"),
          message: stryMutAct_9fa48("772") ? `` : (stryCov_9fa48("772"), `The IMEX domain does not tell whether ${names.join(stryMutAct_9fa48("773") ? "" : (stryCov_9fa48("773"), " and "))} are connected.`)
        })]);
      }
    }));
    return stryMutAct_9fa48("774") ? [] : (stryCov_9fa48("774"), [...members, ...links]);
  }
}
type Side = readonly [Member, DomainNode];
function pairOf(domain: Domain, [a, nodeA]: Side, [b, nodeB]: Side): Pair {
  if (stryMutAct_9fa48("775")) {
    {}
  } else {
    stryCov_9fa48("775");
    const there = nodeA.connections.get(nodeB.index);
    const back = nodeB.connections.get(nodeA.index);
    const states = stryMutAct_9fa48("776") ? [] : (stryCov_9fa48("776"), [stryMutAct_9fa48("777") ? there.state : (stryCov_9fa48("777"), there?.state), stryMutAct_9fa48("778") ? back.state : (stryCov_9fa48("778"), back?.state)]);
    const pointers = stryMutAct_9fa48("779") ? [] : (stryCov_9fa48("779"), [...((stryMutAct_9fa48("782") ? there === undefined && there.state === "connected" : stryMutAct_9fa48("781") ? false : stryMutAct_9fa48("780") ? true : (stryCov_9fa48("780", "781", "782"), (stryMutAct_9fa48("784") ? there !== undefined : stryMutAct_9fa48("783") ? false : (stryCov_9fa48("783", "784"), there === undefined)) || (stryMutAct_9fa48("786") ? there.state !== "connected" : stryMutAct_9fa48("785") ? false : (stryCov_9fa48("785", "786"), there.state === (stryMutAct_9fa48("787") ? "" : (stryCov_9fa48("787"), "connected")))))) ? stryMutAct_9fa48("788") ? ["Stryker was here"] : (stryCov_9fa48("788"), []) : stryMutAct_9fa48("789") ? [] : (stryCov_9fa48("789"), [domain.at.connection(nodeA, nodeB.index)])), ...((stryMutAct_9fa48("792") ? back === undefined && back.state === "connected" : stryMutAct_9fa48("791") ? false : stryMutAct_9fa48("790") ? true : (stryCov_9fa48("790", "791", "792"), (stryMutAct_9fa48("794") ? back !== undefined : stryMutAct_9fa48("793") ? false : (stryCov_9fa48("793", "794"), back === undefined)) || (stryMutAct_9fa48("796") ? back.state !== "connected" : stryMutAct_9fa48("795") ? false : (stryCov_9fa48("795", "796"), back.state === (stryMutAct_9fa48("797") ? "" : (stryCov_9fa48("797"), "connected")))))) ? stryMutAct_9fa48("798") ? ["Stryker was here"] : (stryCov_9fa48("798"), []) : stryMutAct_9fa48("799") ? [] : (stryCov_9fa48("799"), [domain.at.connection(nodeB, nodeA.index)]))]);
    const state = states.includes(stryMutAct_9fa48("800") ? "" : (stryCov_9fa48("800"), "broken")) ? stryMutAct_9fa48("801") ? "" : (stryCov_9fa48("801"), "broken") : (stryMutAct_9fa48("802") ? states.some(one => one === "connected") : (stryCov_9fa48("802"), states.every(stryMutAct_9fa48("803") ? () => undefined : (stryCov_9fa48("803"), one => stryMutAct_9fa48("806") ? one !== "connected" : stryMutAct_9fa48("805") ? false : stryMutAct_9fa48("804") ? true : (stryCov_9fa48("804", "805", "806"), one === (stryMutAct_9fa48("807") ? "" : (stryCov_9fa48("807"), "connected"))))))) ? stryMutAct_9fa48("808") ? "" : (stryCov_9fa48("808"), "connected") : stryMutAct_9fa48("809") ? "" : (stryCov_9fa48("809"), "unknown");
    return stryMutAct_9fa48("810") ? {} : (stryCov_9fa48("810"), {
      id: stryMutAct_9fa48("811") ? `` : (stryCov_9fa48("811"), `${a.name}->${b.name}`),
      names: stryMutAct_9fa48("812") ? [] : (stryCov_9fa48("812"), [a.name, b.name]),
      state,
      partly: stryMutAct_9fa48("815") ? state !== "broken" || states.includes("connected") : stryMutAct_9fa48("814") ? false : stryMutAct_9fa48("813") ? true : (stryCov_9fa48("813", "814", "815"), (stryMutAct_9fa48("817") ? state === "broken" : stryMutAct_9fa48("816") ? true : (stryCov_9fa48("816", "817"), state !== (stryMutAct_9fa48("818") ? "" : (stryCov_9fa48("818"), "broken")))) && states.includes(stryMutAct_9fa48("819") ? "" : (stryCov_9fa48("819"), "connected"))),
      observed: (stryMutAct_9fa48("820") ? [] : (stryCov_9fa48("820"), [...new Set(stryMutAct_9fa48("821") ? [] : (stryCov_9fa48("821"), [stryMutAct_9fa48("822") ? there?.shown && "not listed" : (stryCov_9fa48("822"), (stryMutAct_9fa48("823") ? there.shown : (stryCov_9fa48("823"), there?.shown)) ?? (stryMutAct_9fa48("824") ? "" : (stryCov_9fa48("824"), "not listed"))), stryMutAct_9fa48("825") ? back?.shown && "not listed" : (stryCov_9fa48("825"), (stryMutAct_9fa48("826") ? back.shown : (stryCov_9fa48("826"), back?.shown)) ?? (stryMutAct_9fa48("827") ? "" : (stryCov_9fa48("827"), "not listed")))]))])).join(stryMutAct_9fa48("828") ? "" : (stryCov_9fa48("828"), " / ")),
      evidence: pointers,
      mismatch: stryMutAct_9fa48("829") ? [there, back].every(one => one !== undefined && ["!v!", "!m!"].includes(lower(one.shown))) : (stryCov_9fa48("829"), (stryMutAct_9fa48("830") ? [] : (stryCov_9fa48("830"), [there, back])).some(stryMutAct_9fa48("831") ? () => undefined : (stryCov_9fa48("831"), one => stryMutAct_9fa48("834") ? one !== undefined || ["!v!", "!m!"].includes(lower(one.shown)) : stryMutAct_9fa48("833") ? false : stryMutAct_9fa48("832") ? true : (stryCov_9fa48("832", "833", "834"), (stryMutAct_9fa48("836") ? one === undefined : stryMutAct_9fa48("835") ? true : (stryCov_9fa48("835", "836"), one !== undefined)) && (stryMutAct_9fa48("837") ? [] : (stryCov_9fa48("837"), [stryMutAct_9fa48("838") ? "" : (stryCov_9fa48("838"), "!v!"), stryMutAct_9fa48("839") ? "" : (stryCov_9fa48("839"), "!m!")])).includes(lower(one.shown))))))
    });
  }
}
function selfOf(domain: Domain, side: Side[0], node: DomainNode): Pair {
  if (stryMutAct_9fa48("840")) {
    {}
  } else {
    stryCov_9fa48("840");
    const own = node.connections.get(node.index);
    const state = stryMutAct_9fa48("841") ? own?.state && "unknown" : (stryCov_9fa48("841"), (stryMutAct_9fa48("842") ? own.state : (stryCov_9fa48("842"), own?.state)) ?? (stryMutAct_9fa48("843") ? "" : (stryCov_9fa48("843"), "unknown")));
    return stryMutAct_9fa48("844") ? {} : (stryCov_9fa48("844"), {
      id: stryMutAct_9fa48("845") ? `` : (stryCov_9fa48("845"), `${side.name}->${side.name}`),
      names: stryMutAct_9fa48("846") ? [] : (stryCov_9fa48("846"), [side.name, side.name]),
      state,
      partly: stryMutAct_9fa48("847") ? true : (stryCov_9fa48("847"), false),
      observed: stryMutAct_9fa48("848") ? own?.shown && "" : (stryCov_9fa48("848"), (stryMutAct_9fa48("849") ? own.shown : (stryCov_9fa48("849"), own?.shown)) ?? (stryMutAct_9fa48("850") ? "Stryker was here!" : (stryCov_9fa48("850"), ""))),
      evidence: stryMutAct_9fa48("851") ? [] : (stryCov_9fa48("851"), [domain.at.connection(node, node.index)]),
      mismatch: stryMutAct_9fa48("852") ? true : (stryCov_9fa48("852"), false)
    });
  }
}