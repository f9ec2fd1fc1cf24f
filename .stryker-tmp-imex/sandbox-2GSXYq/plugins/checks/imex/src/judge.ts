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
import { nodeScope, unusableFinding, type Evidence, type Expected, type ImexExpectations, type Reading, type Scope } from "@slipway/plugin-sdk";
import { localFormat, unitFormat, type Control, type LocalState, type Unit } from "./control.ts";
import type { Domain } from "./domain.ts";
import { judgeDomain } from "./judge-domain.ts";
import { judgeNames, type Found } from "./names.ts";
import { domainFormat } from "./parse-domain.ts";
type Sections = {
  imex: typeof ImexExpectations;
};
type Model = NonNullable<NonNullable<Expected<Sections>["imex"]>["model"]>;

/** What the tools and the unit say of the daemons. */
interface Daemons {
  readonly local: Reading<Control<LocalState>>;
  readonly domain: Reading<Control<Domain>>;
  readonly unit: Reading<Unit>;
}

/** Rules I1-I8. */
export function judge(evidence: Evidence, {
  imex
}: Expected<Sections>): Found[] {
  if (stryMutAct_9fa48("853")) {
    {}
  } else {
    stryCov_9fa48("853");
    const {
      model,
      members = stryMutAct_9fa48("854") ? ["Stryker was here"] : (stryCov_9fa48("854"), []),
      domainActive,
      version
    } = stryMutAct_9fa48("855") ? imex && {} : (stryCov_9fa48("855"), imex ?? {});
    if (stryMutAct_9fa48("858") ? model !== undefined : stryMutAct_9fa48("857") ? false : stryMutAct_9fa48("856") ? true : (stryCov_9fa48("856", "857", "858"), model === undefined)) return stryMutAct_9fa48("859") ? ["Stryker was here"] : (stryCov_9fa48("859"), []);
    const daemons: Daemons = stryMutAct_9fa48("860") ? {} : (stryCov_9fa48("860"), {
      local: evidence.read(stryMutAct_9fa48("861") ? "" : (stryCov_9fa48("861"), "imex-local"), localFormat),
      domain: evidence.read(stryMutAct_9fa48("862") ? "" : (stryCov_9fa48("862"), "imex-domain"), domainFormat),
      unit: evidence.read(stryMutAct_9fa48("863") ? "" : (stryCov_9fa48("863"), "imex-service"), unitFormat)
    });
    if (stryMutAct_9fa48("866") ? model === "per-domain" || domainActive === undefined : stryMutAct_9fa48("865") ? false : stryMutAct_9fa48("864") ? true : (stryCov_9fa48("864", "865", "866"), (stryMutAct_9fa48("868") ? model !== "per-domain" : stryMutAct_9fa48("867") ? true : (stryCov_9fa48("867", "868"), model === (stryMutAct_9fa48("869") ? "" : (stryCov_9fa48("869"), "per-domain")))) && (stryMutAct_9fa48("871") ? domainActive !== undefined : stryMutAct_9fa48("870") ? true : (stryCov_9fa48("870", "871"), domainActive === undefined)))) return stryMutAct_9fa48("872") ? ["Stryker was here"] : (stryCov_9fa48("872"), []);
    if (stryMutAct_9fa48("875") ? model === "per-domain" || domainActive === false : stryMutAct_9fa48("874") ? false : stryMutAct_9fa48("873") ? true : (stryCov_9fa48("873", "874", "875"), (stryMutAct_9fa48("877") ? model !== "per-domain" : stryMutAct_9fa48("876") ? true : (stryCov_9fa48("876", "877"), model === (stryMutAct_9fa48("878") ? "" : (stryCov_9fa48("878"), "per-domain")))) && (stryMutAct_9fa48("880") ? domainActive !== false : stryMutAct_9fa48("879") ? true : (stryCov_9fa48("879", "880"), domainActive === (stryMutAct_9fa48("881") ? true : (stryCov_9fa48("881"), false)))))) return judgeIdle(daemons, nodeScope(evidence));
    const scope = nodeScope(evidence);
    const {
      members: resolved,
      findings: names
    } = (stryMutAct_9fa48("885") ? members.length <= 0 : stryMutAct_9fa48("884") ? members.length >= 0 : stryMutAct_9fa48("883") ? false : stryMutAct_9fa48("882") ? true : (stryCov_9fa48("882", "883", "884", "885"), members.length > 0)) ? judgeNames(evidence, members, stryMutAct_9fa48("888") ? model !== "dns-slots" : stryMutAct_9fa48("887") ? false : stryMutAct_9fa48("886") ? true : (stryCov_9fa48("886", "887", "888"), model === (stryMutAct_9fa48("889") ? "" : (stryCov_9fa48("889"), "dns-slots")))) : stryMutAct_9fa48("890") ? {} : (stryCov_9fa48("890"), {
      members: stryMutAct_9fa48("891") ? ["Stryker was here"] : (stryCov_9fa48("891"), []),
      findings: stryMutAct_9fa48("892") ? ["Stryker was here"] : (stryCov_9fa48("892"), [])
    });
    const misconfigured = new Set(stryMutAct_9fa48("893") ? names.map(finding => finding.scope.id) : (stryCov_9fa48("893"), names.filter(stryMutAct_9fa48("894") ? () => undefined : (stryCov_9fa48("894"), ({
      verdict
    }) => stryMutAct_9fa48("897") ? verdict !== "fail" : stryMutAct_9fa48("896") ? false : stryMutAct_9fa48("895") ? true : (stryCov_9fa48("895", "896", "897"), verdict === (stryMutAct_9fa48("898") ? "" : (stryCov_9fa48("898"), "fail"))))).map(stryMutAct_9fa48("899") ? () => undefined : (stryCov_9fa48("899"), finding => finding.scope.id))));
    const document = answerOf(daemons.domain);
    return stryMutAct_9fa48("900") ? [] : (stryCov_9fa48("900"), [...((stryMutAct_9fa48("903") ? imex?.members?.length !== 0 : stryMutAct_9fa48("902") ? false : stryMutAct_9fa48("901") ? true : (stryCov_9fa48("901", "902", "903"), (stryMutAct_9fa48("905") ? imex.members?.length : stryMutAct_9fa48("904") ? imex?.members.length : (stryCov_9fa48("904", "905"), imex?.members?.length)) === 0)) ? stryMutAct_9fa48("906") ? [] : (stryCov_9fa48("906"), [emptyMembers(scope)]) : stryMutAct_9fa48("907") ? ["Stryker was here"] : (stryCov_9fa48("907"), [])), ...judgeRunning(daemons, model, scope), ...judgeLocal(daemons.local, scope, stryMutAct_9fa48("911") ? misconfigured.size <= 0 : stryMutAct_9fa48("910") ? misconfigured.size >= 0 : stryMutAct_9fa48("909") ? false : stryMutAct_9fa48("908") ? true : (stryCov_9fa48("908", "909", "910", "911"), misconfigured.size > 0)), ...((stryMutAct_9fa48("914") ? document !== undefined : stryMutAct_9fa48("913") ? false : stryMutAct_9fa48("912") ? true : (stryCov_9fa48("912", "913", "914"), document === undefined)) ? stryMutAct_9fa48("915") ? ["Stryker was here"] : (stryCov_9fa48("915"), []) : judgeDomain(document, stryMutAct_9fa48("916") ? {} : (stryCov_9fa48("916"), {
      members: resolved,
      version,
      exactly: stryMutAct_9fa48("919") ? model === "dns-slots" : stryMutAct_9fa48("918") ? false : stryMutAct_9fa48("917") ? true : (stryCov_9fa48("917", "918", "919"), model !== (stryMutAct_9fa48("920") ? "" : (stryCov_9fa48("920"), "dns-slots"))),
      node: scope,
      misconfigured
    }))), ...names]);
  }
}

/** Whether a daemon runs at all, and whether the tools that ask it can be used (rules I2 and I8). */
function judgeRunning({
  local,
  domain,
  unit
}: Daemons, model: Model, scope: Scope): Found[] {
  if (stryMutAct_9fa48("921")) {
    {}
  } else {
    stryCov_9fa48("921");
    const controls = (stryMutAct_9fa48("922") ? [] : (stryCov_9fa48("922"), [local, domain])).flatMap(stryMutAct_9fa48("923") ? () => undefined : (stryCov_9fa48("923"), reading => reading.usable ? stryMutAct_9fa48("924") ? [] : (stryCov_9fa48("924"), [reading.value]) : stryMutAct_9fa48("925") ? ["Stryker was here"] : (stryCov_9fa48("925"), [])));
    const unconfigured = stryMutAct_9fa48("926") ? controls : (stryCov_9fa48("926"), controls.filter(stryMutAct_9fa48("927") ? () => undefined : (stryCov_9fa48("927"), control => stryMutAct_9fa48("930") ? control.kind !== "unconfigured" : stryMutAct_9fa48("929") ? false : stryMutAct_9fa48("928") ? true : (stryCov_9fa48("928", "929", "930"), control.kind === (stryMutAct_9fa48("931") ? "" : (stryCov_9fa48("931"), "unconfigured"))))));
    const unreachable = stryMutAct_9fa48("932") ? controls : (stryCov_9fa48("932"), controls.filter(stryMutAct_9fa48("933") ? () => undefined : (stryCov_9fa48("933"), control => stryMutAct_9fa48("936") ? control.kind !== "unreachable" : stryMutAct_9fa48("935") ? false : stryMutAct_9fa48("934") ? true : (stryCov_9fa48("934", "935", "936"), control.kind === (stryMutAct_9fa48("937") ? "" : (stryCov_9fa48("937"), "unreachable"))))));
    const answered = stryMutAct_9fa48("940") ? answerOf(local) !== undefined && isAlive(answerOf(domain)) : stryMutAct_9fa48("939") ? false : stryMutAct_9fa48("938") ? true : (stryCov_9fa48("938", "939", "940"), (stryMutAct_9fa48("942") ? answerOf(local) === undefined : stryMutAct_9fa48("941") ? false : (stryCov_9fa48("941", "942"), answerOf(local) !== undefined)) || isAlive(answerOf(domain)));
    // The unit decides nothing where a driver of Kubernetes starts the daemon (I1, dns-slots).
    const stopped = (stryMutAct_9fa48("945") ? model !== "dns-slots" && unit.usable && unit.value.down || !answered : stryMutAct_9fa48("944") ? false : stryMutAct_9fa48("943") ? true : (stryCov_9fa48("943", "944", "945"), (stryMutAct_9fa48("947") ? model !== "dns-slots" && unit.usable || unit.value.down : stryMutAct_9fa48("946") ? true : (stryCov_9fa48("946", "947"), (stryMutAct_9fa48("949") ? model !== "dns-slots" || unit.usable : stryMutAct_9fa48("948") ? true : (stryCov_9fa48("948", "949"), (stryMutAct_9fa48("951") ? model === "dns-slots" : stryMutAct_9fa48("950") ? true : (stryCov_9fa48("950", "951"), model !== (stryMutAct_9fa48("952") ? "" : (stryCov_9fa48("952"), "dns-slots")))) && unit.usable)) && unit.value.down)) && (stryMutAct_9fa48("953") ? answered : (stryCov_9fa48("953"), !answered)))) ? unit.value : undefined;
    const findings: Found[] = stryMutAct_9fa48("954") ? ["Stryker was here"] : (stryCov_9fa48("954"), []);
    if (stryMutAct_9fa48("958") ? unconfigured.length <= 0 : stryMutAct_9fa48("957") ? unconfigured.length >= 0 : stryMutAct_9fa48("956") ? false : stryMutAct_9fa48("955") ? true : (stryCov_9fa48("955", "956", "957", "958"), unconfigured.length > 0)) {
      if (stryMutAct_9fa48("959")) {
        {}
      } else {
        stryCov_9fa48("959");
        findings.push(stryMutAct_9fa48("961") ? {} : (stryCov_9fa48("961"), {
          code: stryMutAct_9fa48("962") ? "" : (stryCov_9fa48("962"), "daemon-not-configured"),
          verdict: stryMutAct_9fa48("963") ? "" : (stryCov_9fa48("963"), "fail"),
          cause: stryMutAct_9fa48("964") ? "" : (stryCov_9fa48("964"), "configuration"),
          scope,
          message: stryMutAct_9fa48("965") ? "" : (stryCov_9fa48("965"), "The IMEX daemon could not read its nodes file."),
          observed: stryMutAct_9fa48("966") ? unconfigured[0]?.said && "" : (stryCov_9fa48("966"), (stryMutAct_9fa48("967") ? unconfigured[0].said : (stryCov_9fa48("967"), unconfigured[0]?.said)) ?? (stryMutAct_9fa48("968") ? "Stryker was here!" : (stryCov_9fa48("968"), ""))),
          evidence: unconfigured.map(stryMutAct_9fa48("969") ? () => undefined : (stryCov_9fa48("969"), ({
            evidence
          }) => evidence))
        }));
      }
    } else if (stryMutAct_9fa48("972") ? unreachable.length > 0 && stopped !== undefined : stryMutAct_9fa48("971") ? false : stryMutAct_9fa48("970") ? true : (stryCov_9fa48("970", "971", "972"), (stryMutAct_9fa48("975") ? unreachable.length <= 0 : stryMutAct_9fa48("974") ? unreachable.length >= 0 : stryMutAct_9fa48("973") ? false : (stryCov_9fa48("973", "974", "975"), unreachable.length > 0)) || (stryMutAct_9fa48("977") ? stopped === undefined : stryMutAct_9fa48("976") ? false : (stryCov_9fa48("976", "977"), stopped !== undefined)))) {
      if (stryMutAct_9fa48("978")) {
        {}
      } else {
        stryCov_9fa48("978");
        const observed = (stryMutAct_9fa48("979") ? [] : (stryCov_9fa48("979"), [...new Set(unreachable.map(stryMutAct_9fa48("980") ? () => undefined : (stryCov_9fa48("980"), ({
          said
        }) => said))), ...((stryMutAct_9fa48("983") ? stopped !== undefined : stryMutAct_9fa48("982") ? false : stryMutAct_9fa48("981") ? true : (stryCov_9fa48("981", "982", "983"), stopped === undefined)) ? stryMutAct_9fa48("984") ? ["Stryker was here"] : (stryCov_9fa48("984"), []) : stryMutAct_9fa48("985") ? [] : (stryCov_9fa48("985"), [stryMutAct_9fa48("986") ? `` : (stryCov_9fa48("986"), `ActiveState=${stopped.activeState}`)]))])).join(stryMutAct_9fa48("987") ? "" : (stryCov_9fa48("987"), "; "));
        const evidence = (stryMutAct_9fa48("988") ? [] : (stryCov_9fa48("988"), [...unreachable, ...((stryMutAct_9fa48("991") ? stopped !== undefined : stryMutAct_9fa48("990") ? false : stryMutAct_9fa48("989") ? true : (stryCov_9fa48("989", "990", "991"), stopped === undefined)) ? stryMutAct_9fa48("992") ? ["Stryker was here"] : (stryCov_9fa48("992"), []) : stryMutAct_9fa48("993") ? [] : (stryCov_9fa48("993"), [stopped]))])).map(stryMutAct_9fa48("994") ? () => undefined : (stryCov_9fa48("994"), source => source.evidence));
        findings.push(stryMutAct_9fa48("996") ? {} : (stryCov_9fa48("996"), {
          code: stryMutAct_9fa48("997") ? "" : (stryCov_9fa48("997"), "daemon-not-running"),
          verdict: stryMutAct_9fa48("998") ? "" : (stryCov_9fa48("998"), "fail"),
          cause: stryMutAct_9fa48("999") ? "" : (stryCov_9fa48("999"), "configuration"),
          scope,
          message: stryMutAct_9fa48("1000") ? "" : (stryCov_9fa48("1000"), "The IMEX daemon of this node does not run."),
          expected: stryMutAct_9fa48("1001") ? "" : (stryCov_9fa48("1001"), "a daemon that answers"),
          observed,
          evidence
        }));
      }
    }
    const explained = stryMutAct_9fa48("1005") ? findings.length <= 0 : stryMutAct_9fa48("1004") ? findings.length >= 0 : stryMutAct_9fa48("1003") ? false : stryMutAct_9fa48("1002") ? true : (stryCov_9fa48("1002", "1003", "1004", "1005"), findings.length > 0);
    return stryMutAct_9fa48("1006") ? [] : (stryCov_9fa48("1006"), [...findings, ...(stryMutAct_9fa48("1007") ? [] : (stryCov_9fa48("1007"), [local, domain])).flatMap(stryMutAct_9fa48("1008") ? () => undefined : (stryCov_9fa48("1008"), reading => judgeControl(reading, scope, explained)))]);
  }
}

/** What is left to say of a control tool that gave no usable answer; `explained` when no daemon runs. */
function judgeControl(reading: Reading<Control<unknown>>, scope: Scope, explained: boolean): Found[] {
  if (stryMutAct_9fa48("1009")) {
    {}
  } else {
    stryCov_9fa48("1009");
    if (stryMutAct_9fa48("1012") ? false : stryMutAct_9fa48("1011") ? true : stryMutAct_9fa48("1010") ? reading.usable : (stryCov_9fa48("1010", "1011", "1012"), !reading.usable)) return stryMutAct_9fa48("1013") ? [] : (stryCov_9fa48("1013"), [unusableFinding(reading, scope)]);
    const {
      value,
      output: {
        probe
      }
    } = reading;
    const unusable = stryMutAct_9fa48("1014") ? () => undefined : (stryCov_9fa48("1014"), (() => {
      const unusable = (reason: string, evidence: Found["evidence"]): Found[] => stryMutAct_9fa48("1015") ? [] : (stryCov_9fa48("1015"), [stryMutAct_9fa48("1016") ? {} : (stryCov_9fa48("1016"), {
        code: stryMutAct_9fa48("1017") ? "" : (stryCov_9fa48("1017"), "evidence-unusable"),
        verdict: stryMutAct_9fa48("1018") ? "" : (stryCov_9fa48("1018"), "inconclusive"),
        cause: stryMutAct_9fa48("1019") ? "" : (stryCov_9fa48("1019"), "tool"),
        scope,
        message: stryMutAct_9fa48("1020") ? `` : (stryCov_9fa48("1020"), `The probe ${probe} cannot be used: ${reason}.`),
        evidence
      })]);
      return unusable;
    })());
    if (stryMutAct_9fa48("1023") ? value.kind !== "silent" : stryMutAct_9fa48("1022") ? false : stryMutAct_9fa48("1021") ? true : (stryCov_9fa48("1021", "1022", "1023"), value.kind === (stryMutAct_9fa48("1024") ? "" : (stryCov_9fa48("1024"), "silent")))) return explained ? stryMutAct_9fa48("1025") ? ["Stryker was here"] : (stryCov_9fa48("1025"), []) : unusable(stryMutAct_9fa48("1026") ? `` : (stryCov_9fa48("1026"), `it ended with exit code ${String(value.exitCode)} and said nothing of the daemon`), stryMutAct_9fa48("1027") ? [] : (stryCov_9fa48("1027"), [value.evidence]));
    if (stryMutAct_9fa48("1030") ? value.kind === "answer" || value.exitCode !== 0 : stryMutAct_9fa48("1029") ? false : stryMutAct_9fa48("1028") ? true : (stryCov_9fa48("1028", "1029", "1030"), (stryMutAct_9fa48("1032") ? value.kind !== "answer" : stryMutAct_9fa48("1031") ? true : (stryCov_9fa48("1031", "1032"), value.kind === (stryMutAct_9fa48("1033") ? "" : (stryCov_9fa48("1033"), "answer")))) && (stryMutAct_9fa48("1035") ? value.exitCode === 0 : stryMutAct_9fa48("1034") ? true : (stryCov_9fa48("1034", "1035"), value.exitCode !== 0)))) return unusable(stryMutAct_9fa48("1036") ? `` : (stryCov_9fa48("1036"), `it ended with exit code ${String(value.exitCode)} although it printed an answer`), stryMutAct_9fa48("1037") ? [] : (stryCov_9fa48("1037"), [stryMutAct_9fa48("1038") ? {} : (stryCov_9fa48("1038"), {
      probe
    })]));
    return stryMutAct_9fa48("1039") ? ["Stryker was here"] : (stryCov_9fa48("1039"), []);
  }
}
function judgeLocal(local: Daemons["local"], scope: Scope, misconfigured: boolean): Found[] {
  if (stryMutAct_9fa48("1040")) {
    {}
  } else {
    stryCov_9fa48("1040");
    const answer = answerOf(local);
    if (stryMutAct_9fa48("1043") ? answer === undefined && answer.state === "ready" : stryMutAct_9fa48("1042") ? false : stryMutAct_9fa48("1041") ? true : (stryCov_9fa48("1041", "1042", "1043"), (stryMutAct_9fa48("1045") ? answer !== undefined : stryMutAct_9fa48("1044") ? false : (stryCov_9fa48("1044", "1045"), answer === undefined)) || (stryMutAct_9fa48("1047") ? answer.state !== "ready" : stryMutAct_9fa48("1046") ? false : (stryCov_9fa48("1046", "1047"), answer.state === (stryMutAct_9fa48("1048") ? "" : (stryCov_9fa48("1048"), "ready")))))) return stryMutAct_9fa48("1049") ? ["Stryker was here"] : (stryCov_9fa48("1049"), []);
    const base = stryMutAct_9fa48("1050") ? {} : (stryCov_9fa48("1050"), {
      scope,
      expected: stryMutAct_9fa48("1051") ? "" : (stryCov_9fa48("1051"), "READY"),
      observed: answer.shown,
      evidence: stryMutAct_9fa48("1052") ? [] : (stryCov_9fa48("1052"), [stryMutAct_9fa48("1053") ? {} : (stryCov_9fa48("1053"), {
        probe: stryMutAct_9fa48("1054") ? "" : (stryCov_9fa48("1054"), "imex-local"),
        line: 1
      })])
    });
    if (stryMutAct_9fa48("1057") ? answer.state !== "unavailable" : stryMutAct_9fa48("1056") ? false : stryMutAct_9fa48("1055") ? true : (stryCov_9fa48("1055", "1056", "1057"), answer.state === (stryMutAct_9fa48("1058") ? "" : (stryCov_9fa48("1058"), "unavailable")))) return stryMutAct_9fa48("1059") ? [] : (stryCov_9fa48("1059"), [stryMutAct_9fa48("1060") ? {} : (stryCov_9fa48("1060"), {
      ...base,
      code: stryMutAct_9fa48("1061") ? "" : (stryCov_9fa48("1061"), "daemon-unavailable"),
      verdict: stryMutAct_9fa48("1062") ? "" : (stryCov_9fa48("1062"), "fail"),
      cause: misconfigured ? stryMutAct_9fa48("1063") ? "" : (stryCov_9fa48("1063"), "configuration") : stryMutAct_9fa48("1064") ? "" : (stryCov_9fa48("1064"), "unknown"),
      message: stryMutAct_9fa48("1065") ? "" : (stryCov_9fa48("1065"), "The IMEX daemon of this node is UNAVAILABLE.")
    })]);
    const message = (stryMutAct_9fa48("1068") ? answer.state !== "transient" : stryMutAct_9fa48("1067") ? false : stryMutAct_9fa48("1066") ? true : (stryCov_9fa48("1066", "1067", "1068"), answer.state === (stryMutAct_9fa48("1069") ? "" : (stryCov_9fa48("1069"), "transient")))) ? stryMutAct_9fa48("1070") ? "" : (stryCov_9fa48("1070"), "The IMEX daemon of this node is on its way up or down.") : stryMutAct_9fa48("1071") ? "" : (stryCov_9fa48("1071"), "The state of this node's IMEX daemon is one that nobody knows.");
    return stryMutAct_9fa48("1072") ? [] : (stryCov_9fa48("1072"), [stryMutAct_9fa48("1073") ? {} : (stryCov_9fa48("1073"), {
      ...base,
      code: stryMutAct_9fa48("1074") ? "" : (stryCov_9fa48("1074"), "daemon-not-ready"),
      verdict: stryMutAct_9fa48("1075") ? "" : (stryCov_9fa48("1075"), "inconclusive"),
      cause: stryMutAct_9fa48("1076") ? "" : (stryCov_9fa48("1076"), "unknown"),
      message
    })]);
  }
}

/** Rule I1 where IMEX is started for each domain and none is active: not running is right. */
function judgeIdle({
  local,
  domain,
  unit
}: Daemons, scope: Scope): Found[] {
  if (stryMutAct_9fa48("1077")) {
    {}
  } else {
    stryCov_9fa48("1077");
    const state = answerOf(local);
    const whole = answerOf(domain);
    const leftOver = stryMutAct_9fa48("1078") ? () => undefined : (stryCov_9fa48("1078"), (() => {
      const leftOver = (observed: string, evidence: Found["evidence"]): Found[] => stryMutAct_9fa48("1079") ? [] : (stryCov_9fa48("1079"), [stryMutAct_9fa48("1080") ? {} : (stryCov_9fa48("1080"), {
        code: stryMutAct_9fa48("1081") ? "" : (stryCov_9fa48("1081"), "daemon-left-over"),
        verdict: stryMutAct_9fa48("1082") ? "" : (stryCov_9fa48("1082"), "inconclusive"),
        cause: stryMutAct_9fa48("1083") ? "" : (stryCov_9fa48("1083"), "configuration"),
        scope,
        message: stryMutAct_9fa48("1084") ? "" : (stryCov_9fa48("1084"), "A daemon answers although no IMEX domain is active on this node."),
        expected: stryMutAct_9fa48("1085") ? "" : (stryCov_9fa48("1085"), "no daemon"),
        observed,
        evidence
      })]);
      return leftOver;
    })());
    if (stryMutAct_9fa48("1088") ? state === undefined : stryMutAct_9fa48("1087") ? false : stryMutAct_9fa48("1086") ? true : (stryCov_9fa48("1086", "1087", "1088"), state !== undefined)) return leftOver(state.shown, stryMutAct_9fa48("1089") ? [] : (stryCov_9fa48("1089"), [stryMutAct_9fa48("1090") ? {} : (stryCov_9fa48("1090"), {
      probe: stryMutAct_9fa48("1091") ? "" : (stryCov_9fa48("1091"), "imex-local"),
      line: 1
    })]));
    if (stryMutAct_9fa48("1094") ? whole !== undefined || isAlive(whole) : stryMutAct_9fa48("1093") ? false : stryMutAct_9fa48("1092") ? true : (stryCov_9fa48("1092", "1093", "1094"), (stryMutAct_9fa48("1096") ? whole === undefined : stryMutAct_9fa48("1095") ? true : (stryCov_9fa48("1095", "1096"), whole !== undefined)) && isAlive(whole))) return leftOver(stryMutAct_9fa48("1097") ? `` : (stryCov_9fa48("1097"), `a domain that is ${whole.shown}`), stryMutAct_9fa48("1098") ? [] : (stryCov_9fa48("1098"), [whole.at.status]));
    const stopped = stryMutAct_9fa48("1101") ? unit.usable && unit.value.down && [local, domain].some(reading => reading.usable && reading.value.kind === "unreachable") : stryMutAct_9fa48("1100") ? false : stryMutAct_9fa48("1099") ? true : (stryCov_9fa48("1099", "1100", "1101"), (stryMutAct_9fa48("1103") ? unit.usable || unit.value.down : stryMutAct_9fa48("1102") ? false : (stryCov_9fa48("1102", "1103"), unit.usable && unit.value.down)) || (stryMutAct_9fa48("1104") ? [local, domain].every(reading => reading.usable && reading.value.kind === "unreachable") : (stryCov_9fa48("1104"), (stryMutAct_9fa48("1105") ? [] : (stryCov_9fa48("1105"), [local, domain])).some(stryMutAct_9fa48("1106") ? () => undefined : (stryCov_9fa48("1106"), reading => stryMutAct_9fa48("1109") ? reading.usable || reading.value.kind === "unreachable" : stryMutAct_9fa48("1108") ? false : stryMutAct_9fa48("1107") ? true : (stryCov_9fa48("1107", "1108", "1109"), reading.usable && (stryMutAct_9fa48("1111") ? reading.value.kind !== "unreachable" : stryMutAct_9fa48("1110") ? true : (stryCov_9fa48("1110", "1111"), reading.value.kind === (stryMutAct_9fa48("1112") ? "" : (stryCov_9fa48("1112"), "unreachable"))))))))));
    if (stryMutAct_9fa48("1114") ? false : stryMutAct_9fa48("1113") ? true : (stryCov_9fa48("1113", "1114"), stopped)) return stryMutAct_9fa48("1115") ? ["Stryker was here"] : (stryCov_9fa48("1115"), []);
    const unconfigured = (stryMutAct_9fa48("1118") ? local.usable || local.value.kind === "unconfigured" : stryMutAct_9fa48("1117") ? false : stryMutAct_9fa48("1116") ? true : (stryCov_9fa48("1116", "1117", "1118"), local.usable && (stryMutAct_9fa48("1120") ? local.value.kind !== "unconfigured" : stryMutAct_9fa48("1119") ? true : (stryCov_9fa48("1119", "1120"), local.value.kind === (stryMutAct_9fa48("1121") ? "" : (stryCov_9fa48("1121"), "unconfigured")))))) ? local.value : undefined;
    return stryMutAct_9fa48("1122") ? [] : (stryCov_9fa48("1122"), [...((stryMutAct_9fa48("1125") ? unconfigured !== undefined : stryMutAct_9fa48("1124") ? false : stryMutAct_9fa48("1123") ? true : (stryCov_9fa48("1123", "1124", "1125"), unconfigured === undefined)) ? judgeControl(local, scope, stryMutAct_9fa48("1126") ? true : (stryCov_9fa48("1126"), false)) : stryMutAct_9fa48("1127") ? [] : (stryCov_9fa48("1127"), [idleUnknown(unconfigured.said, unconfigured.evidence, scope)])), ...(unit.usable ? stryMutAct_9fa48("1128") ? ["Stryker was here"] : (stryCov_9fa48("1128"), []) : stryMutAct_9fa48("1129") ? [] : (stryCov_9fa48("1129"), [unusableFinding(unit, scope)]))]);
  }
}
function idleUnknown(said: string, evidence: Found["evidence"][number], scope: Scope): Found {
  if (stryMutAct_9fa48("1130")) {
    {}
  } else {
    stryCov_9fa48("1130");
    return stryMutAct_9fa48("1131") ? {} : (stryCov_9fa48("1131"), {
      code: stryMutAct_9fa48("1132") ? "" : (stryCov_9fa48("1132"), "evidence-unusable"),
      verdict: stryMutAct_9fa48("1133") ? "" : (stryCov_9fa48("1133"), "inconclusive"),
      cause: stryMutAct_9fa48("1134") ? "" : (stryCov_9fa48("1134"), "tool"),
      scope,
      message: stryMutAct_9fa48("1135") ? "" : (stryCov_9fa48("1135"), "The probe imex-local does not tell whether a daemon runs."),
      observed: said,
      evidence: stryMutAct_9fa48("1136") ? [] : (stryCov_9fa48("1136"), [evidence])
    });
  }
}
function emptyMembers(scope: Scope): Found {
  if (stryMutAct_9fa48("1137")) {
    {}
  } else {
    stryCov_9fa48("1137");
    return stryMutAct_9fa48("1138") ? {} : (stryCov_9fa48("1138"), {
      code: stryMutAct_9fa48("1139") ? "" : (stryCov_9fa48("1139"), "expectation-missing"),
      verdict: stryMutAct_9fa48("1140") ? "" : (stryCov_9fa48("1140"), "inconclusive"),
      cause: stryMutAct_9fa48("1141") ? "" : (stryCov_9fa48("1141"), "configuration"),
      scope,
      message: stryMutAct_9fa48("1142") ? "" : (stryCov_9fa48("1142"), "The expectation imex.members of this node is empty."),
      expected: stryMutAct_9fa48("1143") ? "" : (stryCov_9fa48("1143"), "imex.members"),
      evidence: stryMutAct_9fa48("1144") ? ["Stryker was here"] : (stryCov_9fa48("1144"), [])
    });
  }
}
function answerOf<T>(reading: Reading<Control<T>>): T | undefined {
  if (stryMutAct_9fa48("1145")) {
    {}
  } else {
    stryCov_9fa48("1145");
    return (stryMutAct_9fa48("1148") ? reading.usable || reading.value.kind === "answer" : stryMutAct_9fa48("1147") ? false : stryMutAct_9fa48("1146") ? true : (stryCov_9fa48("1146", "1147", "1148"), reading.usable && (stryMutAct_9fa48("1150") ? reading.value.kind !== "answer" : stryMutAct_9fa48("1149") ? true : (stryCov_9fa48("1149", "1150"), reading.value.kind === (stryMutAct_9fa48("1151") ? "" : (stryCov_9fa48("1151"), "answer")))))) ? reading.value.value : undefined;
  }
}

/** Whether an answer about the domain shows that a daemon of it runs. */
function isAlive(domain: Domain | undefined): boolean {
  if (stryMutAct_9fa48("1152")) {
    {}
  } else {
    stryCov_9fa48("1152");
    return stryMutAct_9fa48("1155") ? domain !== undefined || domain.status === "up" || domain.status === "degraded" || domain.nodes.some(({
      state
    }) => state !== "unavailable") : stryMutAct_9fa48("1154") ? false : stryMutAct_9fa48("1153") ? true : (stryCov_9fa48("1153", "1154", "1155"), (stryMutAct_9fa48("1157") ? domain === undefined : stryMutAct_9fa48("1156") ? true : (stryCov_9fa48("1156", "1157"), domain !== undefined)) && (stryMutAct_9fa48("1159") ? (domain.status === "up" || domain.status === "degraded") && domain.nodes.some(({
      state
    }) => state !== "unavailable") : stryMutAct_9fa48("1158") ? true : (stryCov_9fa48("1158", "1159"), (stryMutAct_9fa48("1161") ? domain.status === "up" && domain.status === "degraded" : stryMutAct_9fa48("1160") ? false : (stryCov_9fa48("1160", "1161"), (stryMutAct_9fa48("1163") ? domain.status !== "up" : stryMutAct_9fa48("1162") ? false : (stryCov_9fa48("1162", "1163"), domain.status === (stryMutAct_9fa48("1164") ? "" : (stryCov_9fa48("1164"), "up")))) || (stryMutAct_9fa48("1166") ? domain.status !== "degraded" : stryMutAct_9fa48("1165") ? false : (stryCov_9fa48("1165", "1166"), domain.status === (stryMutAct_9fa48("1167") ? "" : (stryCov_9fa48("1167"), "degraded")))))) || (stryMutAct_9fa48("1168") ? domain.nodes.every(({
      state
    }) => state !== "unavailable") : (stryCov_9fa48("1168"), domain.nodes.some(stryMutAct_9fa48("1169") ? () => undefined : (stryCov_9fa48("1169"), ({
      state
    }) => stryMutAct_9fa48("1172") ? state === "unavailable" : stryMutAct_9fa48("1171") ? false : stryMutAct_9fa48("1170") ? true : (stryCov_9fa48("1170", "1171", "1172"), state !== (stryMutAct_9fa48("1173") ? "" : (stryCov_9fa48("1173"), "unavailable"))))))))));
  }
}