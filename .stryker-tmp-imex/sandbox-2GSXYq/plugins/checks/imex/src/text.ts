/** ASCII lower case: status words are compared without regard to case, byte for byte otherwise (rule G5). */function stryNS_9fa48() {
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
export function lower(text: string): string {
  if (stryMutAct_9fa48("2264")) {
    {}
  } else {
    stryCov_9fa48("2264");
    return text.replaceAll(stryMutAct_9fa48("2266") ? /[^A-Z]+/g : stryMutAct_9fa48("2265") ? /[A-Z]/g : (stryCov_9fa48("2265", "2266"), /[A-Z]+/g), stryMutAct_9fa48("2267") ? () => undefined : (stryCov_9fa48("2267"), letters => stryMutAct_9fa48("2268") ? letters.toUpperCase() : (stryCov_9fa48("2268"), letters.toLowerCase())));
  }
}

/** Removes blanks as tools and people write them; a byte order mark stays, as the daemon reads it. */
export function trimBlanks(text: string): string {
  if (stryMutAct_9fa48("2269")) {
    {}
  } else {
    stryCov_9fa48("2269");
    let start = 0;
    let end = text.length;
    const isBlank = stryMutAct_9fa48("2270") ? () => undefined : (stryCov_9fa48("2270"), (() => {
      const isBlank = (index: number): boolean => (stryMutAct_9fa48("2271") ? "" : (stryCov_9fa48("2271"), " \t\r\v\f")).includes(stryMutAct_9fa48("2272") ? text : (stryCov_9fa48("2272"), text.charAt(index)));
      return isBlank;
    })());
    while (stryMutAct_9fa48("2274") ? start < end || isBlank(start) : stryMutAct_9fa48("2273") ? false : (stryCov_9fa48("2273", "2274"), (stryMutAct_9fa48("2277") ? start >= end : stryMutAct_9fa48("2276") ? start <= end : stryMutAct_9fa48("2275") ? true : (stryCov_9fa48("2275", "2276", "2277"), start < end)) && isBlank(start))) stryMutAct_9fa48("2278") ? start -= 1 : (stryCov_9fa48("2278"), start += 1);
    while (stryMutAct_9fa48("2280") ? end > start || isBlank(end - 1) : stryMutAct_9fa48("2279") ? false : (stryCov_9fa48("2279", "2280"), (stryMutAct_9fa48("2283") ? end <= start : stryMutAct_9fa48("2282") ? end >= start : stryMutAct_9fa48("2281") ? true : (stryCov_9fa48("2281", "2282", "2283"), end > start)) && isBlank(stryMutAct_9fa48("2284") ? end + 1 : (stryCov_9fa48("2284"), end - 1)))) stryMutAct_9fa48("2285") ? end += 1 : (stryCov_9fa48("2285"), end -= 1);
    return stryMutAct_9fa48("2286") ? text : (stryCov_9fa48("2286"), text.slice(start, end));
  }
}

/** A value a tool prints, or undefined where it prints that there is none. */
export function shownValue(value: unknown): string | undefined {
  if (stryMutAct_9fa48("2287")) {
    {}
  } else {
    stryCov_9fa48("2287");
    if (stryMutAct_9fa48("2290") ? typeof value === "string" : stryMutAct_9fa48("2289") ? false : stryMutAct_9fa48("2288") ? true : (stryCov_9fa48("2288", "2289", "2290"), typeof value !== (stryMutAct_9fa48("2291") ? "" : (stryCov_9fa48("2291"), "string")))) return undefined;
    const text = trimBlanks(value);
    return (stryMutAct_9fa48("2294") ? text === "" && lower(text) === "n/a" : stryMutAct_9fa48("2293") ? false : stryMutAct_9fa48("2292") ? true : (stryCov_9fa48("2292", "2293", "2294"), (stryMutAct_9fa48("2296") ? text !== "" : stryMutAct_9fa48("2295") ? false : (stryCov_9fa48("2295", "2296"), text === (stryMutAct_9fa48("2297") ? "Stryker was here!" : (stryCov_9fa48("2297"), "")))) || (stryMutAct_9fa48("2299") ? lower(text) !== "n/a" : stryMutAct_9fa48("2298") ? false : (stryCov_9fa48("2298", "2299"), lower(text) === (stryMutAct_9fa48("2300") ? "" : (stryCov_9fa48("2300"), "n/a")))))) ? undefined : text;
  }
}

/** Start of a text, fit for a message. */
export function excerpt(text: string): string {
  if (stryMutAct_9fa48("2301")) {
    {}
  } else {
    stryCov_9fa48("2301");
    return (stryMutAct_9fa48("2305") ? text.length <= 200 : stryMutAct_9fa48("2304") ? text.length >= 200 : stryMutAct_9fa48("2303") ? false : stryMutAct_9fa48("2302") ? true : (stryCov_9fa48("2302", "2303", "2304", "2305"), text.length > 200)) ? stryMutAct_9fa48("2306") ? `` : (stryCov_9fa48("2306"), `${stryMutAct_9fa48("2307") ? text : (stryCov_9fa48("2307"), text.slice(0, 200))}…`) : text;
  }
}

/** Order of names that does not depend on where they stood in the evidence. */
export function byText(a: string, b: string): number {
  if (stryMutAct_9fa48("2308")) {
    {}
  } else {
    stryCov_9fa48("2308");
    return (stryMutAct_9fa48("2312") ? a >= b : stryMutAct_9fa48("2311") ? a <= b : stryMutAct_9fa48("2310") ? false : stryMutAct_9fa48("2309") ? true : (stryCov_9fa48("2309", "2310", "2311", "2312"), a < b)) ? stryMutAct_9fa48("2313") ? +1 : (stryCov_9fa48("2313"), -1) : (stryMutAct_9fa48("2317") ? a <= b : stryMutAct_9fa48("2316") ? a >= b : stryMutAct_9fa48("2315") ? false : stryMutAct_9fa48("2314") ? true : (stryCov_9fa48("2314", "2315", "2316", "2317"), a > b)) ? 1 : 0;
  }
}