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
import { atLine, lines, Unreadable, type Line, type ProbeOutput } from "@slipway/plugin-sdk";
import { daemonState } from "./control.ts";
import { byIndex, domainStatus, hostOf, shownVersion, type Connection, type Domain, type DomainNode, type LinkState } from "./domain.ts";
import { lower, shownValue, trimBlanks } from "./text.ts";
type Row = ReadonlyMap<string, Connection>;
const LETTERS: ReadonlyMap<string, LinkState> = new Map(stryMutAct_9fa48("1545") ? [] : (stryCov_9fa48("1545"), [stryMutAct_9fa48("1546") ? [] : (stryCov_9fa48("1546"), [stryMutAct_9fa48("1547") ? "" : (stryCov_9fa48("1547"), "c"), stryMutAct_9fa48("1548") ? "" : (stryCov_9fa48("1548"), "connected")]), stryMutAct_9fa48("1549") ? [] : (stryCov_9fa48("1549"), [stryMutAct_9fa48("1550") ? "" : (stryCov_9fa48("1550"), "i"), stryMutAct_9fa48("1551") ? "" : (stryCov_9fa48("1551"), "broken")]), stryMutAct_9fa48("1552") ? [] : (stryCov_9fa48("1552"), [stryMutAct_9fa48("1553") ? "" : (stryCov_9fa48("1553"), "n"), stryMutAct_9fa48("1554") ? "" : (stryCov_9fa48("1554"), "broken")]), stryMutAct_9fa48("1555") ? [] : (stryCov_9fa48("1555"), [stryMutAct_9fa48("1556") ? "" : (stryCov_9fa48("1556"), "r"), stryMutAct_9fa48("1557") ? "" : (stryCov_9fa48("1557"), "broken")]), stryMutAct_9fa48("1558") ? [] : (stryCov_9fa48("1558"), [stryMutAct_9fa48("1559") ? "" : (stryCov_9fa48("1559"), "d"), stryMutAct_9fa48("1560") ? "" : (stryCov_9fa48("1560"), "broken")]), stryMutAct_9fa48("1561") ? [] : (stryCov_9fa48("1561"), [stryMutAct_9fa48("1562") ? "" : (stryCov_9fa48("1562"), "a"), stryMutAct_9fa48("1563") ? "" : (stryCov_9fa48("1563"), "broken")]), stryMutAct_9fa48("1564") ? [] : (stryCov_9fa48("1564"), [stryMutAct_9fa48("1565") ? "" : (stryCov_9fa48("1565"), "!v!"), stryMutAct_9fa48("1566") ? "" : (stryCov_9fa48("1566"), "broken")]), stryMutAct_9fa48("1567") ? [] : (stryCov_9fa48("1567"), [stryMutAct_9fa48("1568") ? "" : (stryCov_9fa48("1568"), "!m!"), stryMutAct_9fa48("1569") ? "" : (stryCov_9fa48("1569"), "broken")])]));
const NODE = stryMutAct_9fa48("1570") ? "" : (stryCov_9fa48("1570"), "Node #");
const STATUS = stryMutAct_9fa48("1571") ? "" : (stryCov_9fa48("1571"), "Domain State:");
const MATRIX = stryMutAct_9fa48("1572") ? "" : (stryCov_9fa48("1572"), "Nodes From\\To");

/**
 * The text of `nvidia-imex-ctl -N`: legend, node lines, matrix, and last the domain's state. Text
 * without that last line was cut (rule G3). A cell or field with damaged bytes is a value that
 * nobody knows.
 */
export function domainFromText(output: ProbeOutput): Domain {
  if (stryMutAct_9fa48("1573")) {
    {}
  } else {
    stryCov_9fa48("1573");
    const all = lines(output);
    const status = all.find(stryMutAct_9fa48("1574") ? () => undefined : (stryCov_9fa48("1574"), line => stryMutAct_9fa48("1576") ? line.text.trimEnd().startsWith(STATUS) : stryMutAct_9fa48("1575") ? line.text.trimStart().endsWith(STATUS) : (stryCov_9fa48("1575", "1576"), line.text.trimStart().startsWith(STATUS))));
    const nodes = stryMutAct_9fa48("1577") ? all.map(line => ({
      line,
      node: parseNode(line)
    })) : (stryCov_9fa48("1577"), all.filter(stryMutAct_9fa48("1578") ? () => undefined : (stryCov_9fa48("1578"), line => stryMutAct_9fa48("1580") ? line.text.trimEnd().startsWith(NODE) : stryMutAct_9fa48("1579") ? line.text.trimStart().endsWith(NODE) : (stryCov_9fa48("1579", "1580"), line.text.trimStart().startsWith(NODE)))).map(stryMutAct_9fa48("1581") ? () => undefined : (stryCov_9fa48("1581"), line => stryMutAct_9fa48("1582") ? {} : (stryCov_9fa48("1582"), {
      line,
      node: parseNode(line)
    }))));
    const known = stryMutAct_9fa48("1585") ? nodes.length > 0 && all.some(line => trimBlanks(line.text) === "Nodes:") : stryMutAct_9fa48("1584") ? false : stryMutAct_9fa48("1583") ? true : (stryCov_9fa48("1583", "1584", "1585"), (stryMutAct_9fa48("1588") ? nodes.length <= 0 : stryMutAct_9fa48("1587") ? nodes.length >= 0 : stryMutAct_9fa48("1586") ? false : (stryCov_9fa48("1586", "1587", "1588"), nodes.length > 0)) || (stryMutAct_9fa48("1589") ? all.every(line => trimBlanks(line.text) === "Nodes:") : (stryCov_9fa48("1589"), all.some(stryMutAct_9fa48("1590") ? () => undefined : (stryCov_9fa48("1590"), line => stryMutAct_9fa48("1593") ? trimBlanks(line.text) !== "Nodes:" : stryMutAct_9fa48("1592") ? false : stryMutAct_9fa48("1591") ? true : (stryCov_9fa48("1591", "1592", "1593"), trimBlanks(line.text) === (stryMutAct_9fa48("1594") ? "" : (stryCov_9fa48("1594"), "Nodes:"))))))));
    if (stryMutAct_9fa48("1597") ? status === undefined && !known : stryMutAct_9fa48("1596") ? false : stryMutAct_9fa48("1595") ? true : (stryCov_9fa48("1595", "1596", "1597"), (stryMutAct_9fa48("1599") ? status !== undefined : stryMutAct_9fa48("1598") ? false : (stryCov_9fa48("1598", "1599"), status === undefined)) || (stryMutAct_9fa48("1600") ? known : (stryCov_9fa48("1600"), !known)))) throw new Unreadable(stryMutAct_9fa48("1602") ? "" : (stryCov_9fa48("1602"), "it is no whole answer about an IMEX domain: it has no node list or no domain state"), (stryMutAct_9fa48("1605") ? all.length !== 0 : stryMutAct_9fa48("1604") ? false : stryMutAct_9fa48("1603") ? true : (stryCov_9fa48("1603", "1604", "1605"), all.length === 0)) ? {} : stryMutAct_9fa48("1606") ? {} : (stryCov_9fa48("1606"), {
      line: all.length
    }));
    const matrix = parseMatrix(all);
    const nodeLines = new Map<string, number>();
    for (const {
      line,
      node
    } of nodes) {
      if (stryMutAct_9fa48("1607")) {
        {}
      } else {
        stryCov_9fa48("1607");
        if (stryMutAct_9fa48("1609") ? false : stryMutAct_9fa48("1608") ? true : (stryCov_9fa48("1608", "1609"), nodeLines.has(node.index))) throw new Unreadable(stryMutAct_9fa48("1611") ? `` : (stryCov_9fa48("1611"), `node #${node.index} is listed twice`), stryMutAct_9fa48("1612") ? {} : (stryCov_9fa48("1612"), {
          line: line.number
        }));
        if (stryMutAct_9fa48("1613")) {
          ;
        } else {
          stryCov_9fa48("1613");
          nodeLines.set(node.index, line.number);
        }
      }
    }
    const shown = trimBlanks(stryMutAct_9fa48("1614") ? status.text : (stryCov_9fa48("1614"), status.text.slice(stryMutAct_9fa48("1615") ? status.text.indexOf(STATUS) - STATUS.length : (stryCov_9fa48("1615"), status.text.indexOf(STATUS) + STATUS.length))));
    return stryMutAct_9fa48("1616") ? {} : (stryCov_9fa48("1616"), {
      nodes: stryMutAct_9fa48("1617") ? nodes.map(({
        node
      }) => ({
        ...node,
        connections: matrix.rows.get(node.index) ?? new Map<string, Connection>()
      })) : (stryCov_9fa48("1617"), nodes.map(stryMutAct_9fa48("1618") ? () => undefined : (stryCov_9fa48("1618"), ({
        node
      }) => stryMutAct_9fa48("1619") ? {} : (stryCov_9fa48("1619"), {
        ...node,
        connections: stryMutAct_9fa48("1620") ? matrix.rows.get(node.index) && new Map<string, Connection>() : (stryCov_9fa48("1620"), matrix.rows.get(node.index) ?? new Map<string, Connection>())
      }))).sort(byIndex)),
      status: domainStatus(shown),
      shown,
      at: stryMutAct_9fa48("1621") ? {} : (stryCov_9fa48("1621"), {
        status: atLine(output, status.number),
        field: stryMutAct_9fa48("1622") ? () => undefined : (stryCov_9fa48("1622"), node => atLine(output, stryMutAct_9fa48("1623") ? nodeLines.get(node.index) && status.number : (stryCov_9fa48("1623"), nodeLines.get(node.index) ?? status.number))),
        connection: stryMutAct_9fa48("1624") ? () => undefined : (stryCov_9fa48("1624"), node => atLine(output, stryMutAct_9fa48("1625") ? (matrix.lines.get(node.index) ?? matrix.header) && status.number : (stryCov_9fa48("1625"), (stryMutAct_9fa48("1626") ? matrix.lines.get(node.index) && matrix.header : (stryCov_9fa48("1626"), matrix.lines.get(node.index) ?? matrix.header)) ?? status.number)))
      })
    });
  }
}
const isDamaged = stryMutAct_9fa48("1627") ? () => undefined : (stryCov_9fa48("1627"), (() => {
  const isDamaged = (text: string | undefined): boolean => stryMutAct_9fa48("1630") ? text?.includes("\uFFFD") !== true : stryMutAct_9fa48("1629") ? false : stryMutAct_9fa48("1628") ? true : (stryCov_9fa48("1628", "1629", "1630"), (stryMutAct_9fa48("1631") ? text.includes("\uFFFD") : (stryCov_9fa48("1631"), text?.includes(stryMutAct_9fa48("1632") ? "" : (stryCov_9fa48("1632"), "\uFFFD")))) === (stryMutAct_9fa48("1633") ? false : (stryCov_9fa48("1633"), true)));
  return isDamaged;
})());

/** `Node #4   * ip *   - READY   - Version: 580.95.09   - Hostname: x`; version and host name may be missing. */
function parseNode(line: Line): Omit<DomainNode, "connections"> {
  if (stryMutAct_9fa48("1634")) {
    {}
  } else {
    stryCov_9fa48("1634");
    const rest = stryMutAct_9fa48("1635") ? line.text : (stryCov_9fa48("1635"), line.text.slice(stryMutAct_9fa48("1636") ? line.text.indexOf(NODE) - NODE.length : (stryCov_9fa48("1636"), line.text.indexOf(NODE) + NODE.length)));
    const index = stryMutAct_9fa48("1637") ? /^\d{1,9}(?=\s)/.exec(rest)[0] : (stryCov_9fa48("1637"), (stryMutAct_9fa48("1642") ? /^\d{1,9}(?=\S)/ : stryMutAct_9fa48("1641") ? /^\d{1,9}(?!\s)/ : stryMutAct_9fa48("1640") ? /^\D{1,9}(?=\s)/ : stryMutAct_9fa48("1639") ? /^\d(?=\s)/ : stryMutAct_9fa48("1638") ? /\d{1,9}(?=\s)/ : (stryCov_9fa48("1638", "1639", "1640", "1641", "1642"), /^\d{1,9}(?=\s)/)).exec(rest)?.[0]);
    if (stryMutAct_9fa48("1645") ? index !== undefined : stryMutAct_9fa48("1644") ? false : stryMutAct_9fa48("1643") ? true : (stryCov_9fa48("1643", "1644", "1645"), index === undefined)) throw new Unreadable(stryMutAct_9fa48("1647") ? "" : (stryCov_9fa48("1647"), "a node line has no number"), stryMutAct_9fa48("1648") ? {} : (stryCov_9fa48("1648"), {
      line: line.number
    }));
    // The local node has `* address *` where the others have `- address`.
    const [before = stryMutAct_9fa48("1649") ? "Stryker was here!" : (stryCov_9fa48("1649"), ""), ...fields] = stryMutAct_9fa48("1650") ? rest.split(" - ").map(trimBlanks) : (stryCov_9fa48("1650"), rest.slice(index.length).split(stryMutAct_9fa48("1651") ? "" : (stryCov_9fa48("1651"), " - ")).map(trimBlanks));
    const local = stryMutAct_9fa48("1652") ? before.endsWith("*") : (stryCov_9fa48("1652"), before.startsWith(stryMutAct_9fa48("1653") ? "" : (stryCov_9fa48("1653"), "*")));
    const [address, state, ...labelled] = local ? stryMutAct_9fa48("1654") ? [] : (stryCov_9fa48("1654"), [before, ...fields]) : fields;
    if (stryMutAct_9fa48("1657") ? (address === undefined || state === undefined) && before !== "" && !local : stryMutAct_9fa48("1656") ? false : stryMutAct_9fa48("1655") ? true : (stryCov_9fa48("1655", "1656", "1657"), (stryMutAct_9fa48("1659") ? address === undefined && state === undefined : stryMutAct_9fa48("1658") ? false : (stryCov_9fa48("1658", "1659"), (stryMutAct_9fa48("1661") ? address !== undefined : stryMutAct_9fa48("1660") ? false : (stryCov_9fa48("1660", "1661"), address === undefined)) || (stryMutAct_9fa48("1663") ? state !== undefined : stryMutAct_9fa48("1662") ? false : (stryCov_9fa48("1662", "1663"), state === undefined)))) || (stryMutAct_9fa48("1665") ? before !== "" || !local : stryMutAct_9fa48("1664") ? false : (stryCov_9fa48("1664", "1665"), (stryMutAct_9fa48("1667") ? before === "" : stryMutAct_9fa48("1666") ? true : (stryCov_9fa48("1666", "1667"), before !== (stryMutAct_9fa48("1668") ? "Stryker was here!" : (stryCov_9fa48("1668"), "")))) && (stryMutAct_9fa48("1669") ? local : (stryCov_9fa48("1669"), !local)))))) throw new Unreadable(stryMutAct_9fa48("1671") ? "" : (stryCov_9fa48("1671"), "a node line has no address or no state"), stryMutAct_9fa48("1672") ? {} : (stryCov_9fa48("1672"), {
      line: line.number
    }));
    const value = stryMutAct_9fa48("1673") ? () => undefined : (stryCov_9fa48("1673"), (() => {
      const value = (label: string): string | undefined => stryMutAct_9fa48("1675") ? labelled.find(field => field.startsWith(label)).slice(label.length) : stryMutAct_9fa48("1674") ? labelled.find(field => field.startsWith(label)) : (stryCov_9fa48("1674", "1675"), labelled.find(stryMutAct_9fa48("1676") ? () => undefined : (stryCov_9fa48("1676"), field => stryMutAct_9fa48("1677") ? field.endsWith(label) : (stryCov_9fa48("1677"), field.startsWith(label))))?.slice(label.length));
      return value;
    })());
    const [host, version, hostName] = stryMutAct_9fa48("1678") ? [] : (stryCov_9fa48("1678"), [trimBlanks(address.replaceAll(stryMutAct_9fa48("1679") ? "" : (stryCov_9fa48("1679"), "*"), stryMutAct_9fa48("1680") ? "Stryker was here!" : (stryCov_9fa48("1680"), ""))), value(stryMutAct_9fa48("1681") ? "" : (stryCov_9fa48("1681"), "Version:")), value(stryMutAct_9fa48("1682") ? "" : (stryCov_9fa48("1682"), "Hostname:"))]);
    const spoiled = stryMutAct_9fa48("1685") ? line.damaged || [state, host, version, hostName].some(isDamaged) : stryMutAct_9fa48("1684") ? false : stryMutAct_9fa48("1683") ? true : (stryCov_9fa48("1683", "1684", "1685"), line.damaged && (stryMutAct_9fa48("1686") ? [state, host, version, hostName].every(isDamaged) : (stryCov_9fa48("1686"), (stryMutAct_9fa48("1687") ? [] : (stryCov_9fa48("1687"), [state, host, version, hostName])).some(isDamaged))));
    return stryMutAct_9fa48("1688") ? {} : (stryCov_9fa48("1688"), {
      index,
      state: spoiled ? stryMutAct_9fa48("1689") ? "" : (stryCov_9fa48("1689"), "unknown") : daemonState(state),
      shown: state,
      ...hostOf(isDamaged(host) ? undefined : host),
      hostName: isDamaged(hostName) ? undefined : shownValue(hostName),
      version: isDamaged(version) ? undefined : shownVersion(version),
      local
    });
  }
}

/** The connectivity table: a header of column numbers, then a row for each node, by its own number. */
function parseMatrix(all: readonly Line[]): {
  header: number | undefined;
  rows: ReadonlyMap<string, Row>;
  lines: ReadonlyMap<string, number>;
} {
  if (stryMutAct_9fa48("1690")) {
    {}
  } else {
    stryCov_9fa48("1690");
    const rows = new Map<string, Row>();
    const rowLines = new Map<string, number>();
    const start = all.findIndex(stryMutAct_9fa48("1691") ? () => undefined : (stryCov_9fa48("1691"), line => stryMutAct_9fa48("1693") ? line.text.trimEnd().startsWith(MATRIX) : stryMutAct_9fa48("1692") ? line.text.trimStart().endsWith(MATRIX) : (stryCov_9fa48("1692", "1693"), line.text.trimStart().startsWith(MATRIX))));
    const header = all[start];
    if (stryMutAct_9fa48("1696") ? header !== undefined : stryMutAct_9fa48("1695") ? false : stryMutAct_9fa48("1694") ? true : (stryCov_9fa48("1694", "1695", "1696"), header === undefined)) return stryMutAct_9fa48("1697") ? {} : (stryCov_9fa48("1697"), {
      header: undefined,
      rows,
      lines: rowLines
    });
    const columns = words(stryMutAct_9fa48("1698") ? header.text : (stryCov_9fa48("1698"), header.text.slice(stryMutAct_9fa48("1699") ? header.text.indexOf(MATRIX) - MATRIX.length : (stryCov_9fa48("1699"), header.text.indexOf(MATRIX) + MATRIX.length))));
    for (const line of stryMutAct_9fa48("1700") ? all : (stryCov_9fa48("1700"), all.slice(stryMutAct_9fa48("1701") ? start - 1 : (stryCov_9fa48("1701"), start + 1)))) {
      if (stryMutAct_9fa48("1702")) {
        {}
      } else {
        stryCov_9fa48("1702");
        const [index = stryMutAct_9fa48("1703") ? "Stryker was here!" : (stryCov_9fa48("1703"), ""), ...cells] = words(line.text);
        if (stryMutAct_9fa48("1706") ? false : stryMutAct_9fa48("1705") ? true : stryMutAct_9fa48("1704") ? /^\d+$/.test(index) : (stryCov_9fa48("1704", "1705", "1706"), !(stryMutAct_9fa48("1710") ? /^\D+$/ : stryMutAct_9fa48("1709") ? /^\d$/ : stryMutAct_9fa48("1708") ? /^\d+/ : stryMutAct_9fa48("1707") ? /\d+$/ : (stryCov_9fa48("1707", "1708", "1709", "1710"), /^\d+$/)).test(index))) break;
        if (stryMutAct_9fa48("1713") ? cells.length === columns.length : stryMutAct_9fa48("1712") ? false : stryMutAct_9fa48("1711") ? true : (stryCov_9fa48("1711", "1712", "1713"), cells.length !== columns.length)) throw new Unreadable(stryMutAct_9fa48("1715") ? "" : (stryCov_9fa48("1715"), "a row of the table has not as many cells as the table has columns"), stryMutAct_9fa48("1716") ? {} : (stryCov_9fa48("1716"), {
          line: line.number
        }));
        if (stryMutAct_9fa48("1718") ? false : stryMutAct_9fa48("1717") ? true : (stryCov_9fa48("1717", "1718"), rows.has(index))) throw new Unreadable(stryMutAct_9fa48("1720") ? `` : (stryCov_9fa48("1720"), `row ${index} of the table is there twice`), stryMutAct_9fa48("1721") ? {} : (stryCov_9fa48("1721"), {
          line: line.number
        }));
        rows.set(index, new Map(cells.map(stryMutAct_9fa48("1723") ? () => undefined : (stryCov_9fa48("1723"), (cell, position) => stryMutAct_9fa48("1724") ? [] : (stryCov_9fa48("1724"), [stryMutAct_9fa48("1725") ? columns[position] && "" : (stryCov_9fa48("1725"), columns[position] ?? (stryMutAct_9fa48("1726") ? "Stryker was here!" : (stryCov_9fa48("1726"), ""))), stryMutAct_9fa48("1727") ? {} : (stryCov_9fa48("1727"), {
          state: stryMutAct_9fa48("1728") ? LETTERS.get(lower(cell)) && "unknown" : (stryCov_9fa48("1728"), LETTERS.get(lower(cell)) ?? (stryMutAct_9fa48("1729") ? "" : (stryCov_9fa48("1729"), "unknown"))),
          shown: cell
        })])))));
        if (stryMutAct_9fa48("1730")) {
          ;
        } else {
          stryCov_9fa48("1730");
          rowLines.set(index, line.number);
        }
      }
    }
    return stryMutAct_9fa48("1731") ? {} : (stryCov_9fa48("1731"), {
      header: header.number,
      rows,
      lines: rowLines
    });
  }
}
function words(text: string): string[] {
  if (stryMutAct_9fa48("1732")) {
    {}
  } else {
    stryCov_9fa48("1732");
    return stryMutAct_9fa48("1733") ? text.split(/\s+/) : (stryCov_9fa48("1733"), text.split(stryMutAct_9fa48("1735") ? /\S+/ : stryMutAct_9fa48("1734") ? /\s/ : (stryCov_9fa48("1734", "1735"), /\s+/)).filter(stryMutAct_9fa48("1736") ? () => undefined : (stryCov_9fa48("1736"), word => stryMutAct_9fa48("1739") ? word === "" : stryMutAct_9fa48("1738") ? false : stryMutAct_9fa48("1737") ? true : (stryCov_9fa48("1737", "1738", "1739"), word !== (stryMutAct_9fa48("1740") ? "Stryker was here!" : (stryCov_9fa48("1740"), ""))))));
  }
}