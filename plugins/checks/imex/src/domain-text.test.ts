import { evidenceOf } from "@slipway/testkit";
import type { EvidencePointer } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import type { Domain } from "./domain.ts";
import { domainFormat } from "./parse-domain.ts";

const TABLE = `Connectivity Table Legend:
N - Never Connected
C - Connected - Ready for operation

3/25/2026 10:42:08.082
Nodes:
Node #0   - 10.9.0.1         - READY                - Version: 580.95.09       - Hostname: x1
Node #1   * 10.9.0.2 *       - READY                - Version: 580.95.09       - Hostname: x2
Node #10  - fd00::3          - UNAVAILABLE          - Version:                 - Hostname: N/A

 Nodes From\\To  0   1   10
       0        C   N   !V!
       1        C   C   !M!
      10        I   R   Q

Domain State: DEGRADED
`;

const read = (stdout: string, stdoutDamaged = false) =>
  evidenceOf({ probes: { "imex-domain": { stdout, stdoutDamaged } } }).read("imex-domain", domainFormat);
function domainOf(text: string, damaged = false): Domain {
  const reading = read(text, damaged);
  if (!reading.usable) throw new Error(reading.reason);
  if (reading.value.kind !== "answer") throw new Error(reading.value.kind);
  return reading.value.value;
}
const refusal = (text: string): [string, readonly EvidencePointer[]] => {
  const reading = read(text);
  return reading.usable ? ["usable", []] : [reading.reason, reading.evidence];
};
const row = (domain: Domain, index: string): Record<string, string> =>
  Object.fromEntries(
    [...(domain.nodes.find((node) => node.index === index)?.connections ?? [])].map(([peer, { state, shown }]) => [
      peer,
      `${state} ${shown}`,
    ]),
  );

describe("the text of nvidia-imex-ctl -N", () => {
  it("is read whole: nodes, stars, empty versions, letters, state", () => {
    const domain = domainOf(TABLE);
    expect(domain).toMatchObject({ status: "degraded", shown: "DEGRADED" });
    expect(domain.nodes.map(({ connections: _, ...node }) => node)).toEqual([
      {
        index: "0",
        state: "ready",
        shown: "READY",
        host: "10.9.0.1",
        address: "10.9.0.1",
        hostName: "x1",
        version: "580.95.09",
        local: false,
      },
      {
        index: "1",
        state: "ready",
        shown: "READY",
        host: "10.9.0.2",
        address: "10.9.0.2",
        hostName: "x2",
        version: "580.95.09",
        local: true,
      },
      {
        index: "10",
        state: "unavailable",
        shown: "UNAVAILABLE",
        host: "fd00::3",
        address: "fd00:0:0:0:0:0:0:3",
        hostName: undefined,
        version: undefined,
        local: false,
      },
    ]);
    expect(row(domain, "0")).toEqual({ 0: "connected C", 1: "broken N", 10: "broken !V!" });
    expect(row(domain, "1")).toEqual({ 0: "connected C", 1: "connected C", 10: "broken !M!" });
    expect(row(domain, "10")).toEqual({ 0: "broken I", 1: "broken R", 10: "unknown Q" });
    const [first, , last] = domain.nodes;
    if (first === undefined || last === undefined) throw new Error("nodes are missing");
    expect(domain.at.status).toEqual({ probe: "imex-domain", line: 16 });
    expect([domain.at.field(first, "host"), domain.at.field(last, "version"), domain.at.connection(last, "0")]).toEqual(
      [7, 9, 14].map((line) => ({ probe: "imex-domain", line })),
    );
  });

  it.each([
    ["c", "connected"],
    ["I", "broken"],
    ["n", "broken"],
    ["R", "broken"],
    ["D", "broken"],
    ["A", "broken"],
    ["!v!", "broken"],
    ["!M!", "broken"],
    ["CONNECTED", "unknown"],
    ["V", "unknown"],
  ])("the letter %s means %s", (letter, state) => {
    expect(row(domainOf(TABLE.replace("N   !V!", `${letter}   !V!`)), "0")["1"]).toBe(`${state} ${letter}`);
  });

  it("570.00 prints neither version nor host name; blank lines, CR and extra sections do not matter", () => {
    const text = TABLE.replaceAll(/ +- Version:.*$/gm, "")
      .replace("\n\n Nodes From", "\n Nodes From")
      .replace("\n\nDomain", "\nDomain")
      .replaceAll("\n", "\r\n");
    const domain = domainOf(`${text}Quorum: 3\r\n`);
    expect(
      domain.nodes.map(({ host, hostName, version, state, connections }) => [
        host,
        hostName,
        version,
        state,
        connections.size,
      ]),
    ).toEqual([
      ["10.9.0.1", undefined, undefined, "ready", 3],
      ["10.9.0.2", undefined, undefined, "ready", 3],
      ["fd00::3", undefined, undefined, "unavailable", 3],
    ]);
  });

  it("G3 a known domain state that ends the text is whole without its newline", () => {
    for (const state of ["UP", "DEGRADED", "down"])
      expect(domainOf(TABLE.replace("DEGRADED\n", state)).shown).toBe(state);
    expect(domainOf(TABLE.replace("DEGRADED\n", "UP\r")).status).toBe("up");
  });

  it("blank lines in the table do not matter", () => {
    expect(row(domainOf(TABLE.replace("   10\n", "   10\n\n").replace("       1  ", " \n       1  ")), "1")).toEqual({
      0: "connected C",
      1: "connected C",
      10: "broken !M!",
    });
  });

  it("rows carry their own number", () => {
    const lines = TABLE.split("\n");
    [lines[6], lines[8], lines[11], lines[13]] = [lines[8] ?? "", lines[6] ?? "", lines[13] ?? "", lines[11] ?? ""];
    const domain = domainOf(lines.join("\n"));
    expect(domain.nodes.map(({ index }) => index)).toEqual(["0", "1", "10"]);
    expect(row(domain, "10")).toEqual({ 0: "broken I", 1: "broken R", 10: "unknown Q" });
    expect(
      domain.nodes.map((node) => [domain.at.field(node, "status").line, domain.at.connection(node, "0").line]),
    ).toEqual([
      [9, 14],
      [8, 13],
      [7, 12],
    ]);
  });

  it("a table or a row that is not there lists no pairs", () => {
    const without = domainOf(TABLE.replace(/ Nodes From[^]*?\n\n/, ""));
    expect(without.nodes.map(({ connections }) => connections.size)).toEqual([0, 0, 0]);
    expect(without.at.connection(without.nodes[0] ?? fail(), "1").line).toBe(
      domainOf(TABLE.replace(/ Nodes From[^]*?\n\n/, "")).at.status.line,
    );
    const shorter = domainOf(TABLE.replace("       1        C   C   !M!\n", ""));
    expect(shorter.nodes.map(({ connections }) => connections.size)).toEqual([3, 0, 3]);
    expect(shorter.at.connection(shorter.nodes[1] ?? fail(), "0").line).toBe(11);
    expect(
      domainOf(TABLE.replace("       1        C", "      x1        C")).nodes.map(
        ({ connections }) => connections.size,
      ),
    ).toEqual([3, 0, 0]);
  });

  it("an empty domain is a whole one", () => {
    expect(domainOf("Nodes:\n\nDomain State: DOWN\n")).toMatchObject({ nodes: [], status: "down" });
    expect(domainOf(" Nodes: \n Node #0 - a - READY\n  Domain State:   up  \n")).toMatchObject({
      nodes: [{ index: "0", host: "a", address: undefined }],
      status: "up",
      shown: "up",
    });
  });

  it.each<[string, string, number | undefined]>([
    ["no domain state", TABLE.replace("Domain State: DEGRADED\n", ""), 15],
    ["no nodes", "Domain State: UP\n", 1],
    ["no heading above the nodes", TABLE.replace("Nodes:\n", ""), 15],
    ["a node that is listed twice, once with a zero before it", TABLE.replace("Node #10 ", "Node #01 "), 9],
    ["a second whole answer", `${TABLE}${TABLE}`, 32],
    ["a cut in the last line", TABLE.slice(0, -2), 16],
    ["a cut behind the domain state", `${TABLE}Quorum: 3`, 17],
    ["a node without a number", TABLE.replace("Node #1 ", "Node #x "), 8],
    ["a node whose number runs into a word", TABLE.replace("Node #1 ", "Node #1a "), 8],
    ["a node without a state", TABLE.replace(/- READY +- Version: 580.95.09 +- Hostname: x1/, ""), 7],
    ["a local node without a state", TABLE.replace(/- READY +- Version: 580.95.09 +- Hostname: x2/, ""), 8],
    ["an address without its dash", TABLE.replace("- 10.9.0.1", "10.9.0.1"), 7],
    ["a domain state that is printed twice", `${TABLE}Domain State: UP\n`, 17],
    ["a node that is listed twice", TABLE.replace("Node #10 ", "Node #0  "), 9],
    ["a row with a cell too few", TABLE.replace("N   !V!", "N"), 12],
    ["a row with a cell too many", TABLE.replace("N   !V!", "N   !V! C"), 12],
    ["a row that is there twice", TABLE.replace("       1        C   C", "       0        C   C"), 13],
    ["nothing", "", undefined],
  ])("%s: unusable as a whole", (_, text, line) => {
    const [reason, evidence] = refusal(text);
    expect(reason).toMatch(
      /node list or no domain state|newline|no number|no address|listed twice|cells|there twice|printed twice/,
    );
    expect(evidence).toEqual([{ probe: "imex-domain", ...(line === undefined ? {} : { line }) }]);
  });

  it("I11 what stands before the list of nodes is skipped, whatever it looks like", () => {
    const noise = [
      "WARNING: failed to open IMEX log file  errno = No such file or directory",
      "INFO: using stderr for IMEX logging",
      "Node #0   - 10.9.9.9         - UNAVAILABLE          - Version: 1",
      "Node #7 starts",
      " Nodes From\\To  0",
      "       0        N",
      "Domain State: DOWN",
      "Failed to read node configuration file",
      "\uFFFD",
      "",
    ].join("\n");
    const { nodes, status } = domainOf(noise + TABLE, true);
    expect(nodes.map(({ index, host }) => [index, host])).toEqual([
      ["0", "10.9.0.1"],
      ["1", "10.9.0.2"],
      ["10", "fd00::3"],
    ]);
    expect(status).toBe("degraded");
    const [alike] = domainOf(TABLE.replace(/^[^]*?Nodes:/, "Nodes:")).nodes;
    expect(alike).toEqual(nodes[0]);
    expect(domainOf((noise + TABLE).replaceAll("\n", "\r\n"), true).nodes).toEqual(nodes);
  });

  it("I11 a number with a zero before it is the same node, in the list and in the table", () => {
    const padded = TABLE.replace("Node #1 ", "Node #01 ")
      .replace("0   1   10", "00  01  10")
      .replace("       1 ", "      01 ");
    expect(row(domainOf(padded), "1")).toEqual(row(domainOf(TABLE), "1"));
    expect(domainOf(padded).nodes.map(({ index }) => index)).toEqual(["0", "1", "10"]);
  });

  it("damaged bytes spoil the node or the cell they stand in", () => {
    const spoil = (from: string, to: string) => domainOf(TABLE.replace(from, to), true);
    expect(spoil("READY ", "REA\uFFFDY ").nodes[0]).toMatchObject({
      state: "unknown",
      spoiled: "status",
      host: "10.9.0.1",
    });
    expect(spoil("580.95.09", "580.\uFFFD5.09").nodes[0]).toMatchObject({
      state: "ready",
      spoiled: "version",
      version: undefined,
    });
    expect(spoil("x1", "x\uFFFD").nodes[0]).toMatchObject({
      spoiled: "hostName",
      hostName: undefined,
      version: "580.95.09",
    });
    expect(spoil("10.9.0.1", "10.9.\uFFFD.1").nodes[0]).toMatchObject({
      spoiled: "host",
      host: undefined,
      address: undefined,
      hostName: "x1",
    });
    expect(spoil("x1", "x1").nodes.map(({ spoiled }) => spoiled)).toEqual([undefined, undefined, undefined]);
    expect(row(spoil("N   !V!", "\uFFFD   !V!"), "0")).toEqual({
      0: "connected C",
      1: "unknown \uFFFD",
      10: "broken !V!",
    });
    expect(spoil("Legend", "\uFFFDegend").nodes[0]?.state).toBe("ready");
    expect(spoil("Hostname: x1", "Hostname: x1   - Cap: \uFFFD").nodes[0]?.state).toBe("ready");
    expect(spoil("DEGRADED", "DEGR\uFFFD").status).toBe("unknown");
  });

  it("G3 a damaged line among the nodes may be a node, so that the list is not whole", () => {
    const damaged = { stdout: TABLE.replace("Node #1 ", "N\uFFFDde #1 "), stdoutDamaged: true };
    const reading = evidenceOf({ probes: { "imex-domain": damaged } }).read("imex-domain", domainFormat);
    expect(reading).toMatchObject({ usable: false, evidence: [{ probe: "imex-domain", line: 8 }] });
    expect(
      domainOf(TABLE.replace("       1   ", "   \uFFFD   1   "), true).nodes.map((node) => node.connections.size),
    ).toEqual([3, 0, 0]);
  });
});

function fail(): never {
  throw new Error("the domain has no such node");
}
