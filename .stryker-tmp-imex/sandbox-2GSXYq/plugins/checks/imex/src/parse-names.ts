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
import { intact, lines, Unreadable, type EvidencePointer, type Format } from "@slipway/plugin-sdk";
import { parseAddress, type Address } from "./address.ts";
import { excerpt, trimBlanks } from "./text.ts";

/** The nodes file: entries in their order, and the whole text; or proof that there is none. */
export type NodesFile = {
  readonly present: true;
  readonly entries: readonly {
    readonly text: string;
    readonly line: number;
  }[];
  readonly text: string;
  readonly damaged: boolean;
} | {
  readonly present: false;
  readonly evidence: EvidencePointer;
};

/** `cat` of the nodes file: one name or address a line, `#` comments. A person may have written it, so its last newline may be missing. */
export const nodesFileFormat: Format<NodesFile> = stryMutAct_9fa48("1802") ? {} : (stryCov_9fa48("1802"), {
  exit: stryMutAct_9fa48("1803") ? "" : (stryCov_9fa48("1803"), "any"),
  mayBeEmpty: stryMutAct_9fa48("1804") ? false : (stryCov_9fa48("1804"), true),
  parse(output) {
    if (stryMutAct_9fa48("1805")) {
      {}
    } else {
      stryCov_9fa48("1805");
      const {
        probe,
        record,
        stdout,
        stderr,
        damaged
      } = output;
      if (stryMutAct_9fa48("1808") ? record.exitCode === 0 : stryMutAct_9fa48("1807") ? false : stryMutAct_9fa48("1806") ? true : (stryCov_9fa48("1806", "1807", "1808"), record.exitCode !== 0)) {
        if (stryMutAct_9fa48("1809")) {
          {}
        } else {
          stryCov_9fa48("1809");
          const line = stderr.split(stryMutAct_9fa48("1810") ? "" : (stryCov_9fa48("1810"), "\n")).findIndex(stryMutAct_9fa48("1811") ? () => undefined : (stryCov_9fa48("1811"), text => stryMutAct_9fa48("1812") ? text.toUpperCase().includes("no such file or directory") : (stryCov_9fa48("1812"), text.toLowerCase().includes(stryMutAct_9fa48("1813") ? "" : (stryCov_9fa48("1813"), "no such file or directory")))));
          if (stryMutAct_9fa48("1816") ? line >= 0 || stdout === "" : stryMutAct_9fa48("1815") ? false : stryMutAct_9fa48("1814") ? true : (stryCov_9fa48("1814", "1815", "1816"), (stryMutAct_9fa48("1819") ? line < 0 : stryMutAct_9fa48("1818") ? line > 0 : stryMutAct_9fa48("1817") ? true : (stryCov_9fa48("1817", "1818", "1819"), line >= 0)) && (stryMutAct_9fa48("1821") ? stdout !== "" : stryMutAct_9fa48("1820") ? true : (stryCov_9fa48("1820", "1821"), stdout === (stryMutAct_9fa48("1822") ? "Stryker was here!" : (stryCov_9fa48("1822"), "")))))) return stryMutAct_9fa48("1823") ? {} : (stryCov_9fa48("1823"), {
            present: stryMutAct_9fa48("1824") ? true : (stryCov_9fa48("1824"), false),
            evidence: stryMutAct_9fa48("1825") ? {} : (stryCov_9fa48("1825"), {
              probe,
              stream: stryMutAct_9fa48("1826") ? "" : (stryCov_9fa48("1826"), "err"),
              line: stryMutAct_9fa48("1827") ? line - 1 : (stryCov_9fa48("1827"), line + 1)
            })
          });
          throw new Unreadable(stryMutAct_9fa48("1829") ? `` : (stryCov_9fa48("1829"), `it ended with exit code ${String(record.exitCode)}${(stryMutAct_9fa48("1832") ? stderr.trim() !== "" : stryMutAct_9fa48("1831") ? false : stryMutAct_9fa48("1830") ? true : (stryCov_9fa48("1830", "1831", "1832"), (stryMutAct_9fa48("1833") ? stderr : (stryCov_9fa48("1833"), stderr.trim())) === (stryMutAct_9fa48("1834") ? "Stryker was here!" : (stryCov_9fa48("1834"), "")))) ? stryMutAct_9fa48("1835") ? "Stryker was here!" : (stryCov_9fa48("1835"), "") : stryMutAct_9fa48("1836") ? `` : (stryCov_9fa48("1836"), ` (${excerpt(stryMutAct_9fa48("1837") ? stderr : (stryCov_9fa48("1837"), stderr.trim()))})`)}`));
        }
      }
      const entries = stryMutAct_9fa48("1838") ? lines(output, {
        lastNewline: "optional"
      }).map(line => ({
        line,
        text: trimBlanks(withoutComment(line.text))
      })).map(({
        line,
        text
      }) => ({
        text,
        line: text.includes("\uFFFD") ? intact(line).number : line.number
      })) : (stryCov_9fa48("1838"), lines(output, stryMutAct_9fa48("1839") ? {} : (stryCov_9fa48("1839"), {
        lastNewline: stryMutAct_9fa48("1840") ? "" : (stryCov_9fa48("1840"), "optional")
      })).map(stryMutAct_9fa48("1841") ? () => undefined : (stryCov_9fa48("1841"), line => stryMutAct_9fa48("1842") ? {} : (stryCov_9fa48("1842"), {
        line,
        text: trimBlanks(withoutComment(line.text))
      }))).filter(stryMutAct_9fa48("1843") ? () => undefined : (stryCov_9fa48("1843"), ({
        text
      }) => stryMutAct_9fa48("1846") ? text === "" : stryMutAct_9fa48("1845") ? false : stryMutAct_9fa48("1844") ? true : (stryCov_9fa48("1844", "1845", "1846"), text !== (stryMutAct_9fa48("1847") ? "Stryker was here!" : (stryCov_9fa48("1847"), ""))))).map(stryMutAct_9fa48("1848") ? () => undefined : (stryCov_9fa48("1848"), ({
        line,
        text
      }) => stryMutAct_9fa48("1849") ? {} : (stryCov_9fa48("1849"), {
        text,
        line: text.includes(stryMutAct_9fa48("1850") ? "" : (stryCov_9fa48("1850"), "\uFFFD")) ? intact(line).number : line.number
      }))));
      return stryMutAct_9fa48("1851") ? {} : (stryCov_9fa48("1851"), {
        present: stryMutAct_9fa48("1852") ? false : (stryCov_9fa48("1852"), true),
        entries,
        text: stdout,
        damaged
      });
    }
  }
});

/** A comment begins with `#` at the start of the line or after a blank. */
function withoutComment(text: string): string {
  if (stryMutAct_9fa48("1853")) {
    {}
  } else {
    stryCov_9fa48("1853");
    for (let mark = text.indexOf(stryMutAct_9fa48("1854") ? "" : (stryCov_9fa48("1854"), "#")); stryMutAct_9fa48("1857") ? mark < 0 : stryMutAct_9fa48("1856") ? mark > 0 : stryMutAct_9fa48("1855") ? false : (stryCov_9fa48("1855", "1856", "1857"), mark >= 0); mark = text.indexOf(stryMutAct_9fa48("1858") ? "" : (stryCov_9fa48("1858"), "#"), stryMutAct_9fa48("1859") ? mark - 1 : (stryCov_9fa48("1859"), mark + 1))) {
      if (stryMutAct_9fa48("1860")) {
        {}
      } else {
        stryCov_9fa48("1860");
        if (stryMutAct_9fa48("1863") ? mark === 0 && " \t".includes(text.charAt(mark - 1)) : stryMutAct_9fa48("1862") ? false : stryMutAct_9fa48("1861") ? true : (stryCov_9fa48("1861", "1862", "1863"), (stryMutAct_9fa48("1865") ? mark !== 0 : stryMutAct_9fa48("1864") ? false : (stryCov_9fa48("1864", "1865"), mark === 0)) || (stryMutAct_9fa48("1866") ? "" : (stryCov_9fa48("1866"), " \t")).includes(stryMutAct_9fa48("1867") ? text : (stryCov_9fa48("1867"), text.charAt(stryMutAct_9fa48("1868") ? mark + 1 : (stryCov_9fa48("1868"), mark - 1)))))) return stryMutAct_9fa48("1869") ? text : (stryCov_9fa48("1869"), text.slice(0, mark));
      }
    }
    return text;
  }
}

/** What the resolver says of one name. */
export type Answer = {
  readonly kind: "addresses";
  readonly addresses: readonly Address[];
  readonly shown: string;
  readonly line: number;
} | {
  readonly kind: "error";
  readonly shown: string;
  readonly line: number;
} | {
  readonly kind: "unreadable";
  readonly shown: string;
  readonly line: number;
};

/** `imex-resolve`: `name<TAB>address address…` or `name<TAB>! error`, one line a name of the nodes file. */
export const resolutionFormat: Format<ReadonlyMap<string, Answer>> = stryMutAct_9fa48("1870") ? {} : (stryCov_9fa48("1870"), {
  mayBeEmpty: stryMutAct_9fa48("1871") ? false : (stryCov_9fa48("1871"), true),
  parse(output) {
    if (stryMutAct_9fa48("1872")) {
      {}
    } else {
      stryCov_9fa48("1872");
      const answers = new Map<string, Answer>();
      for (const line of lines(output)) {
        if (stryMutAct_9fa48("1873")) {
          {}
        } else {
          stryCov_9fa48("1873");
          if (stryMutAct_9fa48("1876") ? trimBlanks(line.text) !== "" : stryMutAct_9fa48("1875") ? false : stryMutAct_9fa48("1874") ? true : (stryCov_9fa48("1874", "1875", "1876"), trimBlanks(line.text) === (stryMutAct_9fa48("1877") ? "Stryker was here!" : (stryCov_9fa48("1877"), "")))) continue;
          const tab = line.text.indexOf(stryMutAct_9fa48("1878") ? "" : (stryCov_9fa48("1878"), "\t"));
          if (stryMutAct_9fa48("1881") ? tab < 0 || line.damaged : stryMutAct_9fa48("1880") ? false : stryMutAct_9fa48("1879") ? true : (stryCov_9fa48("1879", "1880", "1881"), (stryMutAct_9fa48("1884") ? tab >= 0 : stryMutAct_9fa48("1883") ? tab <= 0 : stryMutAct_9fa48("1882") ? true : (stryCov_9fa48("1882", "1883", "1884"), tab < 0)) && line.damaged)) continue;
          if (stryMutAct_9fa48("1888") ? tab >= 0 : stryMutAct_9fa48("1887") ? tab <= 0 : stryMutAct_9fa48("1886") ? false : stryMutAct_9fa48("1885") ? true : (stryCov_9fa48("1885", "1886", "1887", "1888"), tab < 0)) throw new Unreadable(stryMutAct_9fa48("1890") ? "" : (stryCov_9fa48("1890"), "a line has no tab between a name and its addresses"), stryMutAct_9fa48("1891") ? {} : (stryCov_9fa48("1891"), {
            line: line.number
          }));
          const name = trimBlanks(stryMutAct_9fa48("1892") ? line.text : (stryCov_9fa48("1892"), line.text.slice(0, tab)));
          const answer = parseAnswer(trimBlanks(stryMutAct_9fa48("1893") ? line.text : (stryCov_9fa48("1893"), line.text.slice(stryMutAct_9fa48("1894") ? tab - 1 : (stryCov_9fa48("1894"), tab + 1)))), line.number);
          const earlier = answers.get(name);
          answers.set(name, (stryMutAct_9fa48("1898") ? earlier !== undefined : stryMutAct_9fa48("1897") ? false : stryMutAct_9fa48("1896") ? true : (stryCov_9fa48("1896", "1897", "1898"), earlier === undefined)) ? answer : joined(earlier, answer));
        }
      }
      return answers;
    }
  }
});
function parseAnswer(text: string, line: number): Answer {
  if (stryMutAct_9fa48("1899")) {
    {}
  } else {
    stryCov_9fa48("1899");
    const shown = excerpt(text);
    if (stryMutAct_9fa48("1901") ? false : stryMutAct_9fa48("1900") ? true : (stryCov_9fa48("1900", "1901"), text.includes(stryMutAct_9fa48("1902") ? "" : (stryCov_9fa48("1902"), "\uFFFD")))) return stryMutAct_9fa48("1903") ? {} : (stryCov_9fa48("1903"), {
      kind: stryMutAct_9fa48("1904") ? "" : (stryCov_9fa48("1904"), "unreadable"),
      shown,
      line
    });
    if (stryMutAct_9fa48("1907") ? text.endsWith("!") : stryMutAct_9fa48("1906") ? false : stryMutAct_9fa48("1905") ? true : (stryCov_9fa48("1905", "1906", "1907"), text.startsWith(stryMutAct_9fa48("1908") ? "" : (stryCov_9fa48("1908"), "!")))) return stryMutAct_9fa48("1909") ? {} : (stryCov_9fa48("1909"), {
      kind: stryMutAct_9fa48("1910") ? "" : (stryCov_9fa48("1910"), "error"),
      shown: excerpt(trimBlanks(stryMutAct_9fa48("1911") ? text : (stryCov_9fa48("1911"), text.slice(1)))),
      line
    });
    const read = text.split(stryMutAct_9fa48("1913") ? /\S+/ : stryMutAct_9fa48("1912") ? /\s/ : (stryCov_9fa48("1912", "1913"), /\s+/)).map(parseAddress);
    const addresses = stryMutAct_9fa48("1914") ? read : (stryCov_9fa48("1914"), read.filter(stryMutAct_9fa48("1915") ? () => undefined : (stryCov_9fa48("1915"), address => stryMutAct_9fa48("1918") ? address === undefined : stryMutAct_9fa48("1917") ? false : stryMutAct_9fa48("1916") ? true : (stryCov_9fa48("1916", "1917", "1918"), address !== undefined))));
    if (stryMutAct_9fa48("1922") ? addresses.length >= read.length : stryMutAct_9fa48("1921") ? addresses.length <= read.length : stryMutAct_9fa48("1920") ? false : stryMutAct_9fa48("1919") ? true : (stryCov_9fa48("1919", "1920", "1921", "1922"), addresses.length < read.length)) return stryMutAct_9fa48("1923") ? {} : (stryCov_9fa48("1923"), {
      kind: stryMutAct_9fa48("1924") ? "" : (stryCov_9fa48("1924"), "unreadable"),
      shown,
      line
    });
    return stryMutAct_9fa48("1925") ? {} : (stryCov_9fa48("1925"), {
      kind: stryMutAct_9fa48("1926") ? "" : (stryCov_9fa48("1926"), "addresses"),
      addresses: distinct(addresses),
      shown,
      line
    });
  }
}

/** A name that is asked for twice has all the addresses of both answers; answers of two kinds contradict each other. */
function joined(a: Answer, b: Answer): Answer {
  if (stryMutAct_9fa48("1927")) {
    {}
  } else {
    stryCov_9fa48("1927");
    if (stryMutAct_9fa48("1930") ? a.kind === "addresses" || b.kind === "addresses" : stryMutAct_9fa48("1929") ? false : stryMutAct_9fa48("1928") ? true : (stryCov_9fa48("1928", "1929", "1930"), (stryMutAct_9fa48("1932") ? a.kind !== "addresses" : stryMutAct_9fa48("1931") ? true : (stryCov_9fa48("1931", "1932"), a.kind === (stryMutAct_9fa48("1933") ? "" : (stryCov_9fa48("1933"), "addresses")))) && (stryMutAct_9fa48("1935") ? b.kind !== "addresses" : stryMutAct_9fa48("1934") ? true : (stryCov_9fa48("1934", "1935"), b.kind === (stryMutAct_9fa48("1936") ? "" : (stryCov_9fa48("1936"), "addresses")))))) return stryMutAct_9fa48("1937") ? {} : (stryCov_9fa48("1937"), {
      ...a,
      addresses: distinct(stryMutAct_9fa48("1938") ? [] : (stryCov_9fa48("1938"), [...a.addresses, ...b.addresses])),
      shown: (stryMutAct_9fa48("1941") ? a.shown !== b.shown : stryMutAct_9fa48("1940") ? false : stryMutAct_9fa48("1939") ? true : (stryCov_9fa48("1939", "1940", "1941"), a.shown === b.shown)) ? a.shown : stryMutAct_9fa48("1942") ? `` : (stryCov_9fa48("1942"), `${a.shown} ${b.shown}`)
    });
    return (stryMutAct_9fa48("1945") ? a.kind !== b.kind : stryMutAct_9fa48("1944") ? false : stryMutAct_9fa48("1943") ? true : (stryCov_9fa48("1943", "1944", "1945"), a.kind === b.kind)) ? a : stryMutAct_9fa48("1946") ? {} : (stryCov_9fa48("1946"), {
      kind: stryMutAct_9fa48("1947") ? "" : (stryCov_9fa48("1947"), "unreadable"),
      shown: stryMutAct_9fa48("1948") ? `` : (stryCov_9fa48("1948"), `${a.shown}; ${b.shown}`),
      line: b.line
    });
  }
}
function distinct(addresses: readonly Address[]): Address[] {
  if (stryMutAct_9fa48("1949")) {
    {}
  } else {
    stryCov_9fa48("1949");
    return stryMutAct_9fa48("1950") ? [] : (stryCov_9fa48("1950"), [...new Map(addresses.map(stryMutAct_9fa48("1951") ? () => undefined : (stryCov_9fa48("1951"), address => stryMutAct_9fa48("1952") ? [] : (stryCov_9fa48("1952"), [address.canonical, address])))).values()]);
  }
}