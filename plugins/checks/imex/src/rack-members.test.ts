import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { type Bundle, judge, MEMBERS, named, rack, RESOLVE } from "../test/rack-case.ts";

describe("the rack's members", () => {
  it("without a bundle are inconclusive and named", () => {
    expect(judge(rack().slice(0, 3))).toEqual([
      {
        code: "rack-member-missing",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "t3" },
        message: "The member t3 of the IMEX domain has no bundle in this rack.",
        expected: "t3",
        observed: "no bundle",
        evidence: [],
      },
    ]);
    expect(named(rack({ t1: { nodes: "x\n" } }).slice(0, 3))).toEqual([
      "rack-member-missing node t3",
      "rack-nodes-file-differs node t1",
    ]);
  });

  it("are known by name, by the name up to the first dot, or by the resolver's address", () => {
    const called = (name: string, more: Partial<Bundle> = {}): string[] =>
      named([...rack().slice(0, 3), { name, ...more }]);
    expect(called("T3")).toEqual([]);
    expect(called("t3.az.internal")).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t10.0.0.4\n` })).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}HOST-77.az\t127.0.0.2 10.0.0.4\n` })).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t10.0.0.9\n` })).toEqual(["rack-member-missing node t3"]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t! no\n` })).toEqual(["rack-member-missing node t3"]);
    expect(called("t3x")).toEqual(["rack-member-missing node t3"]);
    expect(called(".t3")).toEqual(["rack-member-missing node t3"]);
  });

  it("a member is named as the expectation writes it; a node that is no member by its own name", () => {
    expect(named([...rack().slice(0, 3), { name: "t3.az.internal", nodes: "x\n" }])).toEqual([
      "rack-nodes-file-differs node t3",
    ]);
    expect(named([...rack(), { name: "stray", nodes: "x\n" }])).toEqual(["rack-nodes-file-differs node stray"]);
    expect(named([...rack().slice(0, 3), { name: "T3" }, { name: "t3", nodes: "x\n" }])).toEqual([
      "rack-nodes-file-differs node t3",
    ]);
  });

  it("given as addresses are known by the domain's own node, never by their first octet", () => {
    const members = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];
    const imex = { model: "host", members };
    expect(named(rack({}, { imex, resolve: "" }))).toEqual([]);
    expect(named(rack({ t1: { nodes: "x\n" } }, { imex, resolve: "" }))).toEqual([
      "rack-nodes-file-differs node 10.0.0.2",
    ]);
    expect(named(members.map((_, index) => ({ name: `10.7.7.${String(index)}`, imex, resolve: "" })))).toEqual(
      members.map((member) => `rack-member-missing node ${member}`),
    );
    const text = (own: number): ProbeSketch => {
      const nodes = members.map((address, index) => {
        const host = index === own ? `* ${address} *` : `- ${address}`;
        return `Node #${String(index)} ${host} - READY\n`;
      });
      return { stdout: `Nodes:\n${nodes.join("")}Domain State: UP\n` };
    };
    expect(named(MEMBERS.map((name, own) => ({ name, imex, resolve: "", domain: text(own) })))).toEqual([]);
  });

  it("two members whose names are alike up to the first dot are told apart by the whole name", () => {
    const members = ["t0.west", "t0.east"];
    const imex = { model: "host", members };
    expect(
      named([
        { name: "t0.east", imex, nodes: "x\n" },
        { name: "t0.west", imex },
      ]),
    ).toEqual(["rack-nodes-file-differs node t0.east", "rack-nodes-file-differs node t0.west"]);
    expect(named([{ name: "t0.east", imex }])).toEqual(["rack-member-missing node t0.west"]);
    expect(named([{ name: "t0.east", imex: { model: "host", members: ["t0", "t0.east"] } }])).toEqual([
      "rack-member-missing node t0",
    ]);
  });

  it("only nodes where IMEX should run ask for them", () => {
    for (const imex of [
      null,
      {},
      { members: MEMBERS },
      { model: "host" },
      { model: "host", members: [] },
      { model: "per-domain", members: MEMBERS, domainActive: false },
      { model: "per-domain", members: MEMBERS },
    ])
      expect(judge(rack({ t1: { nodes: "x\n" } }, { imex }).slice(0, 2))).toEqual([]);
    for (const imex of [
      { model: "per-domain", members: MEMBERS, domainActive: true },
      { model: "dns-slots", members: MEMBERS },
    ])
      expect(named(rack({ t1: { nodes: "x\n" } }, { imex }))).toEqual(["rack-nodes-file-differs node t1"]);
    // A node without expectations of its own is still somebody's member.
    expect(named(rack({ t1: { nodes: "x\n", imex: {} } }))).toEqual(["rack-nodes-file-differs node t1"]);
  });

  it("two domains of one rack are compared apart, and a node that two lists share is named once", () => {
    const left = { imex: { model: "host", members: ["t0", "t1"] }, nodes: "t0\nt1\n" };
    const right = { imex: { model: "host", members: ["t3", "t2"] }, nodes: "t2\nt3\n" };
    expect(
      judge([
        ...MEMBERS.slice(0, 2).map((name) => ({ name, ...left })),
        ...MEMBERS.slice(2).map((name) => ({ name, ...right })),
      ]),
    ).toEqual([]);
    const reordered = { imex: { model: "host", members: ["t3", "t2", "t1", "t0", "t0"] } };
    expect(named(rack({ t0: reordered }).slice(0, 3))).toEqual(["rack-member-missing node t3"]);
    const wider = { imex: { model: "host", members: [...MEMBERS, "t9"] } };
    expect(named(rack({ t0: wider }).slice(0, 3))).toEqual([
      "rack-member-missing node t3",
      "rack-member-missing node t9",
    ]);
  });
});
