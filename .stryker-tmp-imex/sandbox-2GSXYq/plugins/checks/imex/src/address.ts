/** An IP address, read from its text. */function stryNS_9fa48() {
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
export interface Address {
  readonly family: 4 | 6;
  /** One spelling for each address. */
  readonly canonical: string;
  /** In 127.0.0.0/8: the sentinel of slots that nobody fills (rule I3). */
  readonly sentinel: boolean;
}

/** Reads an IPv4 or IPv6 address; undefined for a name. */
export function parseAddress(text: string): Address | undefined {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    const octets = parseOctets(text);
    if (stryMutAct_9fa48("3") ? octets === undefined : stryMutAct_9fa48("2") ? false : stryMutAct_9fa48("1") ? true : (stryCov_9fa48("1", "2", "3"), octets !== undefined)) return stryMutAct_9fa48("4") ? {} : (stryCov_9fa48("4"), {
      family: 4,
      canonical: octets.join(stryMutAct_9fa48("5") ? "" : (stryCov_9fa48("5"), ".")),
      sentinel: stryMutAct_9fa48("8") ? octets[0] !== 127 : stryMutAct_9fa48("7") ? false : stryMutAct_9fa48("6") ? true : (stryCov_9fa48("6", "7", "8"), octets[0] === 127)
    });
    const [address = stryMutAct_9fa48("9") ? "Stryker was here!" : (stryCov_9fa48("9"), ""), zone, more] = (stryMutAct_9fa48("13") ? text.length <= 100 : stryMutAct_9fa48("12") ? text.length >= 100 : stryMutAct_9fa48("11") ? false : stryMutAct_9fa48("10") ? true : (stryCov_9fa48("10", "11", "12", "13"), text.length > 100)) ? stryMutAct_9fa48("14") ? ["Stryker was here"] : (stryCov_9fa48("14"), []) : text.split(stryMutAct_9fa48("15") ? "" : (stryCov_9fa48("15"), "%"));
    const groups = (stryMutAct_9fa48("18") ? more === undefined || zone !== "" : stryMutAct_9fa48("17") ? false : stryMutAct_9fa48("16") ? true : (stryCov_9fa48("16", "17", "18"), (stryMutAct_9fa48("20") ? more !== undefined : stryMutAct_9fa48("19") ? true : (stryCov_9fa48("19", "20"), more === undefined)) && (stryMutAct_9fa48("22") ? zone === "" : stryMutAct_9fa48("21") ? true : (stryCov_9fa48("21", "22"), zone !== (stryMutAct_9fa48("23") ? "Stryker was here!" : (stryCov_9fa48("23"), "")))))) ? parseGroups(address) : undefined;
    if (stryMutAct_9fa48("26") ? groups !== undefined : stryMutAct_9fa48("25") ? false : stryMutAct_9fa48("24") ? true : (stryCov_9fa48("24", "25", "26"), groups === undefined)) return undefined;
    const canonical = groups.map(stryMutAct_9fa48("27") ? () => undefined : (stryCov_9fa48("27"), group => group.toString(16))).join(stryMutAct_9fa48("28") ? "" : (stryCov_9fa48("28"), ":"));
    return stryMutAct_9fa48("29") ? {} : (stryCov_9fa48("29"), {
      family: 6,
      canonical: (stryMutAct_9fa48("32") ? zone !== undefined : stryMutAct_9fa48("31") ? false : stryMutAct_9fa48("30") ? true : (stryCov_9fa48("30", "31", "32"), zone === undefined)) ? canonical : stryMutAct_9fa48("33") ? `` : (stryCov_9fa48("33"), `${canonical}%${zone}`),
      sentinel: stryMutAct_9fa48("34") ? true : (stryCov_9fa48("34"), false)
    });
  }
}
function parseOctets(text: string): number[] | undefined {
  if (stryMutAct_9fa48("35")) {
    {}
  } else {
    stryCov_9fa48("35");
    if (stryMutAct_9fa48("39") ? text.length <= 15 : stryMutAct_9fa48("38") ? text.length >= 15 : stryMutAct_9fa48("37") ? false : stryMutAct_9fa48("36") ? true : (stryCov_9fa48("36", "37", "38", "39"), text.length > 15)) return undefined;
    const parts = text.split(stryMutAct_9fa48("40") ? "" : (stryCov_9fa48("40"), "."));
    if (stryMutAct_9fa48("43") ? parts.length !== 4 && !parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255) : stryMutAct_9fa48("42") ? false : stryMutAct_9fa48("41") ? true : (stryCov_9fa48("41", "42", "43"), (stryMutAct_9fa48("45") ? parts.length === 4 : stryMutAct_9fa48("44") ? false : (stryCov_9fa48("44", "45"), parts.length !== 4)) || (stryMutAct_9fa48("46") ? parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255) : (stryCov_9fa48("46"), !(stryMutAct_9fa48("47") ? parts.some(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255) : (stryCov_9fa48("47"), parts.every(stryMutAct_9fa48("48") ? () => undefined : (stryCov_9fa48("48"), part => stryMutAct_9fa48("51") ? /^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) <= 255 : stryMutAct_9fa48("50") ? false : stryMutAct_9fa48("49") ? true : (stryCov_9fa48("49", "50", "51"), (stryMutAct_9fa48("56") ? /^(?:0|[1-9]\D{0,2})$/ : stryMutAct_9fa48("55") ? /^(?:0|[1-9]\d)$/ : stryMutAct_9fa48("54") ? /^(?:0|[^1-9]\d{0,2})$/ : stryMutAct_9fa48("53") ? /^(?:0|[1-9]\d{0,2})/ : stryMutAct_9fa48("52") ? /(?:0|[1-9]\d{0,2})$/ : (stryCov_9fa48("52", "53", "54", "55", "56"), /^(?:0|[1-9]\d{0,2})$/)).test(part) && (stryMutAct_9fa48("59") ? Number(part) > 255 : stryMutAct_9fa48("58") ? Number(part) < 255 : stryMutAct_9fa48("57") ? true : (stryCov_9fa48("57", "58", "59"), Number(part) <= 255))))))))))) return undefined;
    return parts.map(Number);
  }
}

/** The eight groups of an IPv6 address; `::` stands once for one or more groups of zero. */
function parseGroups(text: string): number[] | undefined {
  if (stryMutAct_9fa48("60")) {
    {}
  } else {
    stryCov_9fa48("60");
    const halves = text.split(stryMutAct_9fa48("61") ? "" : (stryCov_9fa48("61"), "::")).map(stryMutAct_9fa48("62") ? () => undefined : (stryCov_9fa48("62"), half => (stryMutAct_9fa48("65") ? half !== "" : stryMutAct_9fa48("64") ? false : stryMutAct_9fa48("63") ? true : (stryCov_9fa48("63", "64", "65"), half === (stryMutAct_9fa48("66") ? "Stryker was here!" : (stryCov_9fa48("66"), "")))) ? stryMutAct_9fa48("67") ? ["Stryker was here"] : (stryCov_9fa48("67"), []) : half.split(stryMutAct_9fa48("68") ? "" : (stryCov_9fa48("68"), ":"))));
    if (stryMutAct_9fa48("72") ? halves.length <= 2 : stryMutAct_9fa48("71") ? halves.length >= 2 : stryMutAct_9fa48("70") ? false : stryMutAct_9fa48("69") ? true : (stryCov_9fa48("69", "70", "71", "72"), halves.length > 2)) return undefined;
    const [head = stryMutAct_9fa48("73") ? ["Stryker was here"] : (stryCov_9fa48("73"), []), tail] = halves;
    const last = (stryMutAct_9fa48("74") ? tail && head : (stryCov_9fa48("74"), tail ?? head)).at(stryMutAct_9fa48("75") ? +1 : (stryCov_9fa48("75"), -1));
    const octets = (stryMutAct_9fa48("78") ? last?.includes(".") !== true : stryMutAct_9fa48("77") ? false : stryMutAct_9fa48("76") ? true : (stryCov_9fa48("76", "77", "78"), (stryMutAct_9fa48("79") ? last.includes(".") : (stryCov_9fa48("79"), last?.includes(stryMutAct_9fa48("80") ? "" : (stryCov_9fa48("80"), ".")))) === (stryMutAct_9fa48("81") ? false : (stryCov_9fa48("81"), true)))) ? parseOctets(last) : undefined;
    if (stryMutAct_9fa48("84") ? octets === undefined : stryMutAct_9fa48("83") ? false : stryMutAct_9fa48("82") ? true : (stryCov_9fa48("82", "83", "84"), octets !== undefined)) {
      if (stryMutAct_9fa48("85")) {
        {}
      } else {
        stryCov_9fa48("85");
        const [a = 0, b = 0, c = 0, d = 0] = octets;
        (stryMutAct_9fa48("87") ? tail && head : (stryCov_9fa48("87"), tail ?? head)).splice(stryMutAct_9fa48("88") ? +1 : (stryCov_9fa48("88"), -1), 1, (stryMutAct_9fa48("89") ? a * 256 - b : (stryCov_9fa48("89"), (stryMutAct_9fa48("90") ? a / 256 : (stryCov_9fa48("90"), a * 256)) + b)).toString(16), (stryMutAct_9fa48("91") ? c * 256 - d : (stryCov_9fa48("91"), (stryMutAct_9fa48("92") ? c / 256 : (stryCov_9fa48("92"), c * 256)) + d)).toString(16));
      }
    }
    const given = stryMutAct_9fa48("93") ? [] : (stryCov_9fa48("93"), [...head, ...(stryMutAct_9fa48("94") ? tail && [] : (stryCov_9fa48("94"), tail ?? (stryMutAct_9fa48("95") ? ["Stryker was here"] : (stryCov_9fa48("95"), []))))]);
    if (stryMutAct_9fa48("98") ? false : stryMutAct_9fa48("97") ? true : stryMutAct_9fa48("96") ? given.every(group => /^[\da-f]{1,4}$/i.test(group)) : (stryCov_9fa48("96", "97", "98"), !(stryMutAct_9fa48("99") ? given.some(group => /^[\da-f]{1,4}$/i.test(group)) : (stryCov_9fa48("99"), given.every(stryMutAct_9fa48("100") ? () => undefined : (stryCov_9fa48("100"), group => (stryMutAct_9fa48("105") ? /^[\Da-f]{1,4}$/i : stryMutAct_9fa48("104") ? /^[^\da-f]{1,4}$/i : stryMutAct_9fa48("103") ? /^[\da-f]$/i : stryMutAct_9fa48("102") ? /^[\da-f]{1,4}/i : stryMutAct_9fa48("101") ? /[\da-f]{1,4}$/i : (stryCov_9fa48("101", "102", "103", "104", "105"), /^[\da-f]{1,4}$/i)).test(group))))))) return undefined;
    const zeros = stryMutAct_9fa48("106") ? 8 + given.length : (stryCov_9fa48("106"), 8 - given.length);
    if (stryMutAct_9fa48("108") ? false : stryMutAct_9fa48("107") ? true : (stryCov_9fa48("107", "108"), (stryMutAct_9fa48("111") ? tail !== undefined : stryMutAct_9fa48("110") ? false : stryMutAct_9fa48("109") ? true : (stryCov_9fa48("109", "110", "111"), tail === undefined)) ? stryMutAct_9fa48("114") ? zeros === 0 : stryMutAct_9fa48("113") ? false : stryMutAct_9fa48("112") ? true : (stryCov_9fa48("112", "113", "114"), zeros !== 0) : stryMutAct_9fa48("118") ? zeros >= 1 : stryMutAct_9fa48("117") ? zeros <= 1 : stryMutAct_9fa48("116") ? false : stryMutAct_9fa48("115") ? true : (stryCov_9fa48("115", "116", "117", "118"), zeros < 1))) return undefined;
    return (stryMutAct_9fa48("119") ? [] : (stryCov_9fa48("119"), [...head, ...Array.from(stryMutAct_9fa48("120") ? {} : (stryCov_9fa48("120"), {
      length: zeros
    }), stryMutAct_9fa48("121") ? () => undefined : (stryCov_9fa48("121"), () => stryMutAct_9fa48("122") ? "" : (stryCov_9fa48("122"), "0"))), ...(stryMutAct_9fa48("123") ? tail && [] : (stryCov_9fa48("123"), tail ?? (stryMutAct_9fa48("124") ? ["Stryker was here"] : (stryCov_9fa48("124"), []))))])).map(stryMutAct_9fa48("125") ? () => undefined : (stryCov_9fa48("125"), group => Number.parseInt(group, 16)));
  }
}

/** What two spellings of one entry share: the canonical address, or the name as it stands. */
export function entryKey(text: string): string {
  if (stryMutAct_9fa48("126")) {
    {}
  } else {
    stryCov_9fa48("126");
    return stryMutAct_9fa48("127") ? parseAddress(text)?.canonical && text : (stryCov_9fa48("127"), (stryMutAct_9fa48("128") ? parseAddress(text).canonical : (stryCov_9fa48("128"), parseAddress(text)?.canonical)) ?? text);
  }
}