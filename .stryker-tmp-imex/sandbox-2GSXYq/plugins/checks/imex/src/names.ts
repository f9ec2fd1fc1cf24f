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
import { nodeScope, unusableFinding, type Evidence, type EvidencePointer, type FindingOf } from "@slipway/plugin-sdk";
import { entryKey, parseAddress } from "./address.ts";
import type { Code } from "./codes.ts";
import { nodesFileFormat, resolutionFormat, type Answer, type NodesFile } from "./parse-names.ts";
import { byText } from "./text.ts";
export type Found = FindingOf<Code>;

/** A member as `imex.members` writes it. */
export interface Member {
  readonly name: string;
  /** Given as an address, so that nothing is resolved. */
  readonly isAddress: boolean;
  /** Its addresses, canonical; empty while they are not known. The sentinel is none. */
  readonly addresses: readonly string[];
  /** The resolver's line for it, where there is one. */
  readonly resolved: readonly EvidencePointer[];
}
export const scopeOf = stryMutAct_9fa48("1283") ? () => undefined : (stryCov_9fa48("1283"), (() => {
  const scopeOf = (name: string): Found["scope"] => stryMutAct_9fa48("1284") ? {} : (stryCov_9fa48("1284"), {
    kind: stryMutAct_9fa48("1285") ? "" : (stryCov_9fa48("1285"), "node"),
    id: name
  });
  return scopeOf;
})());

/** The distinct members of an expectation, with what the resolver knows of them. */
export function membersOf(names: readonly string[], answers: ReadonlyMap<string, Answer>): Member[] {
  if (stryMutAct_9fa48("1286")) {
    {}
  } else {
    stryCov_9fa48("1286");
    const distinct = stryMutAct_9fa48("1287") ? names : (stryCov_9fa48("1287"), names.filter(stryMutAct_9fa48("1288") ? () => undefined : (stryCov_9fa48("1288"), (name, index) => stryMutAct_9fa48("1291") ? names.findIndex(other => entryKey(other) === entryKey(name)) !== index : stryMutAct_9fa48("1290") ? false : stryMutAct_9fa48("1289") ? true : (stryCov_9fa48("1289", "1290", "1291"), names.findIndex(stryMutAct_9fa48("1292") ? () => undefined : (stryCov_9fa48("1292"), other => stryMutAct_9fa48("1295") ? entryKey(other) !== entryKey(name) : stryMutAct_9fa48("1294") ? false : stryMutAct_9fa48("1293") ? true : (stryCov_9fa48("1293", "1294", "1295"), entryKey(other) === entryKey(name)))) === index))));
    return distinct.map(name => {
      if (stryMutAct_9fa48("1296")) {
        {}
      } else {
        stryCov_9fa48("1296");
        const own = parseAddress(name);
        if (stryMutAct_9fa48("1299") ? own === undefined : stryMutAct_9fa48("1298") ? false : stryMutAct_9fa48("1297") ? true : (stryCov_9fa48("1297", "1298", "1299"), own !== undefined)) return stryMutAct_9fa48("1300") ? {} : (stryCov_9fa48("1300"), {
          name,
          isAddress: stryMutAct_9fa48("1301") ? false : (stryCov_9fa48("1301"), true),
          addresses: stryMutAct_9fa48("1302") ? [] : (stryCov_9fa48("1302"), [own.canonical]),
          resolved: stryMutAct_9fa48("1303") ? ["Stryker was here"] : (stryCov_9fa48("1303"), [])
        });
        const answer = answers.get(name);
        const addresses = (stryMutAct_9fa48("1306") ? answer?.kind !== "addresses" : stryMutAct_9fa48("1305") ? false : stryMutAct_9fa48("1304") ? true : (stryCov_9fa48("1304", "1305", "1306"), (stryMutAct_9fa48("1307") ? answer.kind : (stryCov_9fa48("1307"), answer?.kind)) === (stryMutAct_9fa48("1308") ? "" : (stryCov_9fa48("1308"), "addresses")))) ? stryMutAct_9fa48("1309") ? answer.addresses : (stryCov_9fa48("1309"), answer.addresses.filter(stryMutAct_9fa48("1310") ? () => undefined : (stryCov_9fa48("1310"), address => stryMutAct_9fa48("1311") ? address.sentinel : (stryCov_9fa48("1311"), !address.sentinel)))) : stryMutAct_9fa48("1312") ? ["Stryker was here"] : (stryCov_9fa48("1312"), []);
        return stryMutAct_9fa48("1313") ? {} : (stryCov_9fa48("1313"), {
          name,
          isAddress: stryMutAct_9fa48("1314") ? true : (stryCov_9fa48("1314"), false),
          addresses: addresses.map(stryMutAct_9fa48("1315") ? () => undefined : (stryCov_9fa48("1315"), ({
            canonical
          }) => canonical)),
          resolved: (stryMutAct_9fa48("1318") ? answer !== undefined : stryMutAct_9fa48("1317") ? false : stryMutAct_9fa48("1316") ? true : (stryCov_9fa48("1316", "1317", "1318"), answer === undefined)) ? stryMutAct_9fa48("1319") ? ["Stryker was here"] : (stryCov_9fa48("1319"), []) : stryMutAct_9fa48("1320") ? [] : (stryCov_9fa48("1320"), [stryMutAct_9fa48("1321") ? {} : (stryCov_9fa48("1321"), {
            probe: stryMutAct_9fa48("1322") ? "" : (stryCov_9fa48("1322"), "imex-resolve"),
            line: answer.line
          })])
        });
      }
    });
  }
}

/** Rules I3 and I4: every member's name leads to one machine of its own, and the nodes file names the members. */
export function judgeNames(evidence: Evidence, names: readonly string[], surplusAllowed: boolean): {
  members: Member[];
  findings: Found[];
} {
  if (stryMutAct_9fa48("1323")) {
    {}
  } else {
    stryCov_9fa48("1323");
    const resolution = evidence.read(stryMutAct_9fa48("1324") ? "" : (stryCov_9fa48("1324"), "imex-resolve"), resolutionFormat);
    const members = membersOf(names, resolution.usable ? resolution.value : new Map<string, Answer>());
    const {
      findings,
      lacks
    } = judgeNodesFile(evidence, members, surplusAllowed, resolution.usable ? resolution.value : new Map<string, Answer>());
    const named = stryMutAct_9fa48("1325") ? members : (stryCov_9fa48("1325"), members.filter(stryMutAct_9fa48("1326") ? () => undefined : (stryCov_9fa48("1326"), member => stryMutAct_9fa48("1327") ? member.isAddress : (stryCov_9fa48("1327"), !member.isAddress))));
    if (stryMutAct_9fa48("1329") ? false : stryMutAct_9fa48("1328") ? true : (stryCov_9fa48("1328", "1329"), resolution.usable)) {
      if (stryMutAct_9fa48("1330")) {
        {}
      } else {
        stryCov_9fa48("1330");
        for (const member of named) {
          if (stryMutAct_9fa48("1331")) {
            {}
          } else {
            stryCov_9fa48("1331");
            const answer = resolution.value.get(member.name);
            if (stryMutAct_9fa48("1334") ? answer !== undefined && !lacks(member.name) : stryMutAct_9fa48("1333") ? false : stryMutAct_9fa48("1332") ? true : (stryCov_9fa48("1332", "1333", "1334"), (stryMutAct_9fa48("1336") ? answer === undefined : stryMutAct_9fa48("1335") ? false : (stryCov_9fa48("1335", "1336"), answer !== undefined)) || (stryMutAct_9fa48("1337") ? lacks(member.name) : (stryCov_9fa48("1337"), !lacks(member.name))))) if (stryMutAct_9fa48("1338")) {
              ;
            } else {
              stryCov_9fa48("1338");
              findings.push(...judgeAnswer(member, answer));
            }
          }
        }
      }
    } else if (stryMutAct_9fa48("1342") ? named.length <= 0 : stryMutAct_9fa48("1341") ? named.length >= 0 : stryMutAct_9fa48("1340") ? false : stryMutAct_9fa48("1339") ? true : (stryCov_9fa48("1339", "1340", "1341", "1342"), named.length > 0)) if (stryMutAct_9fa48("1343")) {
      ;
    } else {
      stryCov_9fa48("1343");
      findings.push(unusableFinding(resolution, nodeScope(evidence)));
    }
    return stryMutAct_9fa48("1344") ? {} : (stryCov_9fa48("1344"), {
      members,
      findings: stryMutAct_9fa48("1345") ? [] : (stryCov_9fa48("1345"), [...findings, ...sharedAddresses(members)])
    });
  }
}
function judgeAnswer({
  name,
  resolved
}: Member, answer: Answer | undefined): Found[] {
  if (stryMutAct_9fa48("1346")) {
    {}
  } else {
    stryCov_9fa48("1346");
    const scope = scopeOf(name);
    const evidence = stryMutAct_9fa48("1347") ? [] : (stryCov_9fa48("1347"), [...resolved]);
    const expected = stryMutAct_9fa48("1348") ? "" : (stryCov_9fa48("1348"), "exactly one IPv4 address outside 127.0.0.0/8");
    if (stryMutAct_9fa48("1351") ? answer === undefined && answer.kind === "unreadable" : stryMutAct_9fa48("1350") ? false : stryMutAct_9fa48("1349") ? true : (stryCov_9fa48("1349", "1350", "1351"), (stryMutAct_9fa48("1353") ? answer !== undefined : stryMutAct_9fa48("1352") ? false : (stryCov_9fa48("1352", "1353"), answer === undefined)) || (stryMutAct_9fa48("1355") ? answer.kind !== "unreadable" : stryMutAct_9fa48("1354") ? false : (stryCov_9fa48("1354", "1355"), answer.kind === (stryMutAct_9fa48("1356") ? "" : (stryCov_9fa48("1356"), "unreadable")))))) {
      if (stryMutAct_9fa48("1357")) {
        {}
      } else {
        stryCov_9fa48("1357");
        const message = (stryMutAct_9fa48("1360") ? answer !== undefined : stryMutAct_9fa48("1359") ? false : stryMutAct_9fa48("1358") ? true : (stryCov_9fa48("1358", "1359", "1360"), answer === undefined)) ? stryMutAct_9fa48("1361") ? `` : (stryCov_9fa48("1361"), `The resolver has no line for the member ${name}.`) : stryMutAct_9fa48("1362") ? `` : (stryCov_9fa48("1362"), `What the resolver says of the member ${name} cannot be read.`);
        return stryMutAct_9fa48("1363") ? [] : (stryCov_9fa48("1363"), [stryMutAct_9fa48("1364") ? {} : (stryCov_9fa48("1364"), {
          code: stryMutAct_9fa48("1365") ? "" : (stryCov_9fa48("1365"), "member-resolution-unknown"),
          verdict: stryMutAct_9fa48("1366") ? "" : (stryCov_9fa48("1366"), "inconclusive"),
          cause: stryMutAct_9fa48("1367") ? "" : (stryCov_9fa48("1367"), "tool"),
          scope,
          message,
          expected,
          ...((stryMutAct_9fa48("1370") ? answer !== undefined : stryMutAct_9fa48("1369") ? false : stryMutAct_9fa48("1368") ? true : (stryCov_9fa48("1368", "1369", "1370"), answer === undefined)) ? {} : stryMutAct_9fa48("1371") ? {} : (stryCov_9fa48("1371"), {
            observed: answer.shown
          })),
          evidence
        })]);
      }
    }
    const unresolved = stryMutAct_9fa48("1372") ? () => undefined : (stryCov_9fa48("1372"), (() => {
      const unresolved = (message: string): Found[] => stryMutAct_9fa48("1373") ? [] : (stryCov_9fa48("1373"), [stryMutAct_9fa48("1374") ? {} : (stryCov_9fa48("1374"), {
        code: stryMutAct_9fa48("1375") ? "" : (stryCov_9fa48("1375"), "member-unresolved"),
        verdict: stryMutAct_9fa48("1376") ? "" : (stryCov_9fa48("1376"), "fail"),
        cause: stryMutAct_9fa48("1377") ? "" : (stryCov_9fa48("1377"), "configuration"),
        scope,
        message,
        expected,
        observed: answer.shown,
        evidence
      })]);
      return unresolved;
    })());
    if (stryMutAct_9fa48("1380") ? answer.kind !== "error" : stryMutAct_9fa48("1379") ? false : stryMutAct_9fa48("1378") ? true : (stryCov_9fa48("1378", "1379", "1380"), answer.kind === (stryMutAct_9fa48("1381") ? "" : (stryCov_9fa48("1381"), "error")))) return unresolved(stryMutAct_9fa48("1382") ? `` : (stryCov_9fa48("1382"), `The name of the member ${name} does not resolve on this node.`));
    const four = stryMutAct_9fa48("1383") ? answer.addresses : (stryCov_9fa48("1383"), answer.addresses.filter(stryMutAct_9fa48("1384") ? () => undefined : (stryCov_9fa48("1384"), ({
      family
    }) => stryMutAct_9fa48("1387") ? family !== 4 : stryMutAct_9fa48("1386") ? false : stryMutAct_9fa48("1385") ? true : (stryCov_9fa48("1385", "1386", "1387"), family === 4))));
    const six = stryMutAct_9fa48("1388") ? answer.addresses.length + four.length : (stryCov_9fa48("1388"), answer.addresses.length - four.length);
    if (stryMutAct_9fa48("1391") ? four.length === 1 && six <= 1 || four[0]?.sentinel === false : stryMutAct_9fa48("1390") ? false : stryMutAct_9fa48("1389") ? true : (stryCov_9fa48("1389", "1390", "1391"), (stryMutAct_9fa48("1393") ? four.length === 1 || six <= 1 : stryMutAct_9fa48("1392") ? true : (stryCov_9fa48("1392", "1393"), (stryMutAct_9fa48("1395") ? four.length !== 1 : stryMutAct_9fa48("1394") ? true : (stryCov_9fa48("1394", "1395"), four.length === 1)) && (stryMutAct_9fa48("1398") ? six > 1 : stryMutAct_9fa48("1397") ? six < 1 : stryMutAct_9fa48("1396") ? true : (stryCov_9fa48("1396", "1397", "1398"), six <= 1)))) && (stryMutAct_9fa48("1400") ? four[0]?.sentinel !== false : stryMutAct_9fa48("1399") ? true : (stryCov_9fa48("1399", "1400"), (stryMutAct_9fa48("1401") ? four[0].sentinel : (stryCov_9fa48("1401"), four[0]?.sentinel)) === (stryMutAct_9fa48("1402") ? true : (stryCov_9fa48("1402"), false)))))) return stryMutAct_9fa48("1403") ? ["Stryker was here"] : (stryCov_9fa48("1403"), []);
    if (stryMutAct_9fa48("1406") ? four.every(({
      sentinel
    }) => sentinel) : stryMutAct_9fa48("1405") ? false : stryMutAct_9fa48("1404") ? true : (stryCov_9fa48("1404", "1405", "1406"), four.some(stryMutAct_9fa48("1407") ? () => undefined : (stryCov_9fa48("1407"), ({
      sentinel
    }) => sentinel)))) return unresolved(stryMutAct_9fa48("1408") ? `` : (stryCov_9fa48("1408"), `The name of the member ${name} resolves to a loopback address, the sentinel of an unused slot.`));
    return unresolved(stryMutAct_9fa48("1409") ? `` : (stryCov_9fa48("1409"), `The name of the member ${name} resolves to ${String(four.length)} IPv4 and ${String(six)} IPv6 addresses.`));
  }
}
function sharedAddresses(members: readonly Member[]): Found[] {
  if (stryMutAct_9fa48("1410")) {
    {}
  } else {
    stryCov_9fa48("1410");
    const owners = Map.groupBy(members.flatMap(stryMutAct_9fa48("1411") ? () => undefined : (stryCov_9fa48("1411"), member => member.addresses.map(stryMutAct_9fa48("1412") ? () => undefined : (stryCov_9fa48("1412"), address => stryMutAct_9fa48("1413") ? {} : (stryCov_9fa48("1413"), {
      ...member,
      address
    }))))), stryMutAct_9fa48("1414") ? () => undefined : (stryCov_9fa48("1414"), ({
      address
    }) => address));
    return stryMutAct_9fa48("1415") ? [...owners].flatMap(([address, sharing]) => sharing.map(({
      name,
      resolved
    }): Found => {
      const others = sharing.map(other => other.name).filter(other => other !== name).join(", ");
      return {
        code: "member-address-shared",
        verdict: "fail",
        cause: "configuration",
        scope: scopeOf(name),
        message: `The member ${name} has the same address as ${others}.`,
        expected: "an address of its own",
        observed: address,
        evidence: [...resolved]
      };
    })) : (stryCov_9fa48("1415"), (stryMutAct_9fa48("1416") ? [] : (stryCov_9fa48("1416"), [...owners])).filter(stryMutAct_9fa48("1417") ? () => undefined : (stryCov_9fa48("1417"), ([, sharing]) => stryMutAct_9fa48("1421") ? sharing.length <= 1 : stryMutAct_9fa48("1420") ? sharing.length >= 1 : stryMutAct_9fa48("1419") ? false : stryMutAct_9fa48("1418") ? true : (stryCov_9fa48("1418", "1419", "1420", "1421"), sharing.length > 1))).flatMap(stryMutAct_9fa48("1422") ? () => undefined : (stryCov_9fa48("1422"), ([address, sharing]) => sharing.map(({
      name,
      resolved
    }): Found => {
      if (stryMutAct_9fa48("1423")) {
        {}
      } else {
        stryCov_9fa48("1423");
        const others = stryMutAct_9fa48("1424") ? sharing.map(other => other.name).join(", ") : (stryCov_9fa48("1424"), sharing.map(stryMutAct_9fa48("1425") ? () => undefined : (stryCov_9fa48("1425"), other => other.name)).filter(stryMutAct_9fa48("1426") ? () => undefined : (stryCov_9fa48("1426"), other => stryMutAct_9fa48("1429") ? other === name : stryMutAct_9fa48("1428") ? false : stryMutAct_9fa48("1427") ? true : (stryCov_9fa48("1427", "1428", "1429"), other !== name))).join(stryMutAct_9fa48("1430") ? "" : (stryCov_9fa48("1430"), ", ")));
        return stryMutAct_9fa48("1431") ? {} : (stryCov_9fa48("1431"), {
          code: stryMutAct_9fa48("1432") ? "" : (stryCov_9fa48("1432"), "member-address-shared"),
          verdict: stryMutAct_9fa48("1433") ? "" : (stryCov_9fa48("1433"), "fail"),
          cause: stryMutAct_9fa48("1434") ? "" : (stryCov_9fa48("1434"), "configuration"),
          scope: scopeOf(name),
          message: stryMutAct_9fa48("1435") ? `` : (stryCov_9fa48("1435"), `The member ${name} has the same address as ${others}.`),
          expected: stryMutAct_9fa48("1436") ? "" : (stryCov_9fa48("1436"), "an address of its own"),
          observed: address,
          evidence: stryMutAct_9fa48("1437") ? [] : (stryCov_9fa48("1437"), [...resolved])
        });
      }
    }))));
  }
}

/** Rule I4; `lacks` tells whether the file fails for a member, which explains a resolver that has no line for it. */
function judgeNodesFile(evidence: Evidence, members: readonly Member[], surplusAllowed: boolean, answers: ReadonlyMap<string, Answer>): {
  findings: Found[];
  lacks: (member: string) => boolean;
} {
  if (stryMutAct_9fa48("1438")) {
    {}
  } else {
    stryCov_9fa48("1438");
    const file = evidence.read(stryMutAct_9fa48("1439") ? "" : (stryCov_9fa48("1439"), "imex-nodes"), nodesFileFormat);
    if (stryMutAct_9fa48("1442") ? false : stryMutAct_9fa48("1441") ? true : stryMutAct_9fa48("1440") ? file.usable : (stryCov_9fa48("1440", "1441", "1442"), !file.usable)) return stryMutAct_9fa48("1443") ? {} : (stryCov_9fa48("1443"), {
      findings: stryMutAct_9fa48("1444") ? [] : (stryCov_9fa48("1444"), [unusableFinding(file, nodeScope(evidence))]),
      lacks: stryMutAct_9fa48("1445") ? () => undefined : (stryCov_9fa48("1445"), () => stryMutAct_9fa48("1446") ? true : (stryCov_9fa48("1446"), false))
    });
    if (stryMutAct_9fa48("1449") ? false : stryMutAct_9fa48("1448") ? true : stryMutAct_9fa48("1447") ? file.value.present : (stryCov_9fa48("1447", "1448", "1449"), !file.value.present)) {
      if (stryMutAct_9fa48("1450")) {
        {}
      } else {
        stryCov_9fa48("1450");
        const message = stryMutAct_9fa48("1451") ? "" : (stryCov_9fa48("1451"), "There is no IMEX nodes file on this node.");
        return stryMutAct_9fa48("1452") ? {} : (stryCov_9fa48("1452"), {
          findings: stryMutAct_9fa48("1453") ? [] : (stryCov_9fa48("1453"), [stryMutAct_9fa48("1454") ? {} : (stryCov_9fa48("1454"), {
            code: stryMutAct_9fa48("1455") ? "" : (stryCov_9fa48("1455"), "nodes-file-missing"),
            verdict: stryMutAct_9fa48("1456") ? "" : (stryCov_9fa48("1456"), "fail"),
            cause: stryMutAct_9fa48("1457") ? "" : (stryCov_9fa48("1457"), "configuration"),
            scope: nodeScope(evidence),
            message,
            expected: members.map(stryMutAct_9fa48("1458") ? () => undefined : (stryCov_9fa48("1458"), ({
              name
            }) => name)).join(stryMutAct_9fa48("1459") ? "" : (stryCov_9fa48("1459"), ", ")),
            evidence: stryMutAct_9fa48("1460") ? [] : (stryCov_9fa48("1460"), [file.value.evidence])
          })]),
          lacks: stryMutAct_9fa48("1461") ? () => undefined : (stryCov_9fa48("1461"), () => stryMutAct_9fa48("1462") ? false : (stryCov_9fa48("1462"), true))
        });
      }
    }
    const listed = new Map(file.value.entries.map(stryMutAct_9fa48("1463") ? () => undefined : (stryCov_9fa48("1463"), entry => stryMutAct_9fa48("1464") ? [] : (stryCov_9fa48("1464"), [entryKey(entry.text), entry]))));
    const wanted = new Set(members.map(stryMutAct_9fa48("1465") ? () => undefined : (stryCov_9fa48("1465"), ({
      name
    }) => entryKey(name))));
    const missing = stryMutAct_9fa48("1466") ? members.map(({
      name
    }): Found => ({
      code: "nodes-entry-missing",
      verdict: "fail",
      cause: "configuration",
      scope: scopeOf(name),
      message: `The nodes file of this node lacks the member ${name}.`,
      expected: name,
      evidence: [{
        probe: "imex-nodes"
      }]
    })) : (stryCov_9fa48("1466"), members.filter(stryMutAct_9fa48("1467") ? () => undefined : (stryCov_9fa48("1467"), ({
      name
    }) => stryMutAct_9fa48("1468") ? listed.has(entryKey(name)) : (stryCov_9fa48("1468"), !listed.has(entryKey(name))))).map(stryMutAct_9fa48("1469") ? () => undefined : (stryCov_9fa48("1469"), ({
      name
    }): Found => stryMutAct_9fa48("1470") ? {} : (stryCov_9fa48("1470"), {
      code: stryMutAct_9fa48("1471") ? "" : (stryCov_9fa48("1471"), "nodes-entry-missing"),
      verdict: stryMutAct_9fa48("1472") ? "" : (stryCov_9fa48("1472"), "fail"),
      cause: stryMutAct_9fa48("1473") ? "" : (stryCov_9fa48("1473"), "configuration"),
      scope: scopeOf(name),
      message: stryMutAct_9fa48("1474") ? `` : (stryCov_9fa48("1474"), `The nodes file of this node lacks the member ${name}.`),
      expected: name,
      evidence: stryMutAct_9fa48("1475") ? [] : (stryCov_9fa48("1475"), [stryMutAct_9fa48("1476") ? {} : (stryCov_9fa48("1476"), {
        probe: stryMutAct_9fa48("1477") ? "" : (stryCov_9fa48("1477"), "imex-nodes")
      })])
    }))));
    const surplus = stryMutAct_9fa48("1478") ? [...listed].map(([, {
      text,
      line
    }]): Found => ({
      code: "nodes-entry-surplus",
      verdict: "fail",
      cause: "configuration",
      scope: scopeOf(text),
      message: `The nodes file of this node names ${text}, which is no member.`,
      observed: text,
      evidence: [{
        probe: "imex-nodes",
        line
      }]
    })) : (stryCov_9fa48("1478"), (stryMutAct_9fa48("1479") ? [] : (stryCov_9fa48("1479"), [...listed])).filter(stryMutAct_9fa48("1480") ? () => undefined : (stryCov_9fa48("1480"), ([key]) => stryMutAct_9fa48("1483") ? !surplusAllowed || !wanted.has(key) : stryMutAct_9fa48("1482") ? false : stryMutAct_9fa48("1481") ? true : (stryCov_9fa48("1481", "1482", "1483"), (stryMutAct_9fa48("1484") ? surplusAllowed : (stryCov_9fa48("1484"), !surplusAllowed)) && (stryMutAct_9fa48("1485") ? wanted.has(key) : (stryCov_9fa48("1485"), !wanted.has(key)))))).map(stryMutAct_9fa48("1486") ? () => undefined : (stryCov_9fa48("1486"), ([, {
      text,
      line
    }]): Found => stryMutAct_9fa48("1487") ? {} : (stryCov_9fa48("1487"), {
      code: stryMutAct_9fa48("1488") ? "" : (stryCov_9fa48("1488"), "nodes-entry-surplus"),
      verdict: stryMutAct_9fa48("1489") ? "" : (stryCov_9fa48("1489"), "fail"),
      cause: stryMutAct_9fa48("1490") ? "" : (stryCov_9fa48("1490"), "configuration"),
      scope: scopeOf(text),
      message: stryMutAct_9fa48("1491") ? `` : (stryCov_9fa48("1491"), `The nodes file of this node names ${text}, which is no member.`),
      observed: text,
      evidence: stryMutAct_9fa48("1492") ? [] : (stryCov_9fa48("1492"), [stryMutAct_9fa48("1493") ? {} : (stryCov_9fa48("1493"), {
        probe: stryMutAct_9fa48("1494") ? "" : (stryCov_9fa48("1494"), "imex-nodes"),
        line
      })])
    }))));
    const cut = (stryMutAct_9fa48("1497") ? surplusAllowed || !isWhole(file.value, answers) : stryMutAct_9fa48("1496") ? false : stryMutAct_9fa48("1495") ? true : (stryCov_9fa48("1495", "1496", "1497"), surplusAllowed && (stryMutAct_9fa48("1498") ? isWhole(file.value, answers) : (stryCov_9fa48("1498"), !isWhole(file.value, answers))))) ? stryMutAct_9fa48("1499") ? [] : (stryCov_9fa48("1499"), [cutFile(nodeScope(evidence), stryMutAct_9fa48("1500") ? file.value.entries.at(-1).line : (stryCov_9fa48("1500"), file.value.entries.at(stryMutAct_9fa48("1501") ? +1 : (stryCov_9fa48("1501"), -1))?.line))]) : stryMutAct_9fa48("1502") ? ["Stryker was here"] : (stryCov_9fa48("1502"), []);
    return stryMutAct_9fa48("1503") ? {} : (stryCov_9fa48("1503"), {
      findings: stryMutAct_9fa48("1504") ? [] : (stryCov_9fa48("1504"), [...cut, ...missing, ...(stryMutAct_9fa48("1505") ? surplus : (stryCov_9fa48("1505"), surplus.sort(stryMutAct_9fa48("1506") ? () => undefined : (stryCov_9fa48("1506"), (a, b) => byText(a.scope.id, b.scope.id)))))]),
      lacks: stryMutAct_9fa48("1507") ? () => undefined : (stryCov_9fa48("1507"), member => stryMutAct_9fa48("1508") ? missing.every(({
        scope
      }) => scope.id === member) : (stryCov_9fa48("1508"), missing.some(stryMutAct_9fa48("1509") ? () => undefined : (stryCov_9fa48("1509"), ({
        scope
      }) => stryMutAct_9fa48("1512") ? scope.id !== member : stryMutAct_9fa48("1511") ? false : stryMutAct_9fa48("1510") ? true : (stryCov_9fa48("1510", "1511", "1512"), scope.id === member)))))
    });
  }
}

/**
 * Where further entries are allowed, nothing else would show that the end of the file was cut off:
 * without its last newline it is whole when the resolver was asked for the same names.
 */
function isWhole({
  entries,
  text
}: Extract<NodesFile, {
  present: true;
}>, answers: ReadonlyMap<string, Answer>): boolean {
  if (stryMutAct_9fa48("1513")) {
    {}
  } else {
    stryCov_9fa48("1513");
    if (stryMutAct_9fa48("1516") ? text === "" && text.endsWith("\n") : stryMutAct_9fa48("1515") ? false : stryMutAct_9fa48("1514") ? true : (stryCov_9fa48("1514", "1515", "1516"), (stryMutAct_9fa48("1518") ? text !== "" : stryMutAct_9fa48("1517") ? false : (stryCov_9fa48("1517", "1518"), text === (stryMutAct_9fa48("1519") ? "Stryker was here!" : (stryCov_9fa48("1519"), "")))) || (stryMutAct_9fa48("1520") ? text.startsWith("\n") : (stryCov_9fa48("1520"), text.endsWith(stryMutAct_9fa48("1521") ? "" : (stryCov_9fa48("1521"), "\n")))))) return stryMutAct_9fa48("1522") ? false : (stryCov_9fa48("1522"), true);
    const names = new Set(entries.map(stryMutAct_9fa48("1523") ? () => undefined : (stryCov_9fa48("1523"), entry => entry.text)));
    return stryMutAct_9fa48("1526") ? names.size === answers.size || [...names].every(name => answers.has(name)) : stryMutAct_9fa48("1525") ? false : stryMutAct_9fa48("1524") ? true : (stryCov_9fa48("1524", "1525", "1526"), (stryMutAct_9fa48("1528") ? names.size !== answers.size : stryMutAct_9fa48("1527") ? true : (stryCov_9fa48("1527", "1528"), names.size === answers.size)) && (stryMutAct_9fa48("1529") ? [...names].some(name => answers.has(name)) : (stryCov_9fa48("1529"), (stryMutAct_9fa48("1530") ? [] : (stryCov_9fa48("1530"), [...names])).every(stryMutAct_9fa48("1531") ? () => undefined : (stryCov_9fa48("1531"), name => answers.has(name))))));
  }
}
function cutFile(scope: Found["scope"], line: number | undefined): Found {
  if (stryMutAct_9fa48("1532")) {
    {}
  } else {
    stryCov_9fa48("1532");
    return stryMutAct_9fa48("1533") ? {} : (stryCov_9fa48("1533"), {
      code: stryMutAct_9fa48("1534") ? "" : (stryCov_9fa48("1534"), "evidence-unusable"),
      verdict: stryMutAct_9fa48("1535") ? "" : (stryCov_9fa48("1535"), "inconclusive"),
      cause: stryMutAct_9fa48("1536") ? "" : (stryCov_9fa48("1536"), "tool"),
      scope,
      message: stryMutAct_9fa48("1537") ? "" : (stryCov_9fa48("1537"), "The probe imex-nodes cannot be used: the file does not end with a newline and its entries are not the names that the resolver was asked for, so it may have been cut."),
      evidence: stryMutAct_9fa48("1538") ? [] : (stryCov_9fa48("1538"), [stryMutAct_9fa48("1539") ? {} : (stryCov_9fa48("1539"), {
        probe: stryMutAct_9fa48("1540") ? "" : (stryCov_9fa48("1540"), "imex-nodes"),
        ...((stryMutAct_9fa48("1543") ? line !== undefined : stryMutAct_9fa48("1542") ? false : stryMutAct_9fa48("1541") ? true : (stryCov_9fa48("1541", "1542", "1543"), line === undefined)) ? {} : stryMutAct_9fa48("1544") ? {} : (stryCov_9fa48("1544"), {
          line
        }))
      })])
    });
  }
}