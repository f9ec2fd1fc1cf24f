/**
 * Who is to be named when the members of a domain do not all show the same value: the minority, or
 * all of them when no value has the most (rule I6 and the rack view).
 *
 * @param values the value of each member, by name
 * @returns the names to blame with the value most members show; undefined on a tie. Empty when all agree
 */function stryNS_9fa48() {
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
export function minority(values: ReadonlyMap<string, string>): {
  readonly names: readonly string[];
  readonly majority: string | undefined;
} {
  if (stryMutAct_9fa48("1254")) {
    {}
  } else {
    stryCov_9fa48("1254");
    const groups = stryMutAct_9fa48("1255") ? [...Map.groupBy(values, ([, value]) => value)] : (stryCov_9fa48("1255"), (stryMutAct_9fa48("1256") ? [] : (stryCov_9fa48("1256"), [...Map.groupBy(values, stryMutAct_9fa48("1257") ? () => undefined : (stryCov_9fa48("1257"), ([, value]) => value))])).sort(stryMutAct_9fa48("1258") ? () => undefined : (stryCov_9fa48("1258"), ([, a], [, b]) => stryMutAct_9fa48("1259") ? b.length + a.length : (stryCov_9fa48("1259"), b.length - a.length))));
    const [first, second] = groups;
    if (stryMutAct_9fa48("1262") ? first === undefined && second === undefined : stryMutAct_9fa48("1261") ? false : stryMutAct_9fa48("1260") ? true : (stryCov_9fa48("1260", "1261", "1262"), (stryMutAct_9fa48("1264") ? first !== undefined : stryMutAct_9fa48("1263") ? false : (stryCov_9fa48("1263", "1264"), first === undefined)) || (stryMutAct_9fa48("1266") ? second !== undefined : stryMutAct_9fa48("1265") ? false : (stryCov_9fa48("1265", "1266"), second === undefined)))) return stryMutAct_9fa48("1267") ? {} : (stryCov_9fa48("1267"), {
      names: stryMutAct_9fa48("1268") ? ["Stryker was here"] : (stryCov_9fa48("1268"), []),
      majority: stryMutAct_9fa48("1269") ? first[0] : (stryCov_9fa48("1269"), first?.[0])
    });
    if (stryMutAct_9fa48("1272") ? first[1].length !== second[1].length : stryMutAct_9fa48("1271") ? false : stryMutAct_9fa48("1270") ? true : (stryCov_9fa48("1270", "1271", "1272"), first[1].length === second[1].length)) return stryMutAct_9fa48("1273") ? {} : (stryCov_9fa48("1273"), {
      names: stryMutAct_9fa48("1274") ? [] : (stryCov_9fa48("1274"), [...values.keys()]),
      majority: undefined
    });
    return stryMutAct_9fa48("1275") ? {} : (stryCov_9fa48("1275"), {
      names: stryMutAct_9fa48("1276") ? [...values].map(([name]) => name) : (stryCov_9fa48("1276"), (stryMutAct_9fa48("1277") ? [] : (stryCov_9fa48("1277"), [...values])).filter(stryMutAct_9fa48("1278") ? () => undefined : (stryCov_9fa48("1278"), ([, value]) => stryMutAct_9fa48("1281") ? value === first[0] : stryMutAct_9fa48("1280") ? false : stryMutAct_9fa48("1279") ? true : (stryCov_9fa48("1279", "1280", "1281"), value !== first[0]))).map(stryMutAct_9fa48("1282") ? () => undefined : (stryCov_9fa48("1282"), ([name]) => name))),
      majority: first[0]
    });
  }
}