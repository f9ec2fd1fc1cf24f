import type { Finding } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const A = "aaaaaaaa-7f30-4b1e-9c64-0a5b8e37f102";
const B = "bbbbbbbb-7f30-4b1e-9c64-0a5b8e37f102";
const ZERO = "00000000-0000-0000-0000-000000000000";
const NVLINK = { links: 18, gbps: 50, cliqueRequired: true, health: true };

interface Member {
  readonly name: string;
  /** Cluster of each of its two GPUs; a pair sets the fabric state as well, null takes it out. */
  readonly clusters?: readonly (string | null)[];
  readonly state?: string;
  readonly smi?: ProbeSketch;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly product?: string;
}

const member = ({
  name,
  clusters = [A, A],
  state = "Completed",
  product = "NVIDIA GB300",
  smi,
  expected = { gpus: { count: 2 }, nvlink: NVLINK },
}: Member) => {
  const gpus = clusters.map((uuid, index) => {
    const cluster = uuid === null ? "" : `<clusterUuid>${uuid}</clusterUuid>`;
    const fabric = `<fabric><state>${state}</state><cliqueId>${name}</cliqueId>${cluster}</fabric>`;
    return `<gpu>\n<product_name>${product}</product_name><uuid>GPU-${String(index)}</uuid>${fabric}\n</gpu>\n`;
  });
  const stdout = `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${gpus.join("")}</nvidia_smi_log>\n`;
  return { evidence: evidenceOf({ probes: { "nvidia-smi": smi ?? { stdout } }, node: { name } }), expected };
};
const judge = (members: readonly Member[]): readonly Finding[] => check.judgeRack?.(members.map(member)) ?? [];
const named = (members: readonly Member[]): string[] =>
  judge(members).map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);

describe("the nodes of one rack are in one NVLink cluster", () => {
  it("says nothing when they are, whatever the cliques and the case of the UUID", () => {
    expect(judge([{ name: "t1" }, { name: "t2", clusters: [A, A.toUpperCase()] }, { name: "t3" }])).toEqual([]);
    expect(judge([])).toEqual([]);
  });

  it("names the minority node", () => {
    expect(judge([{ name: "t1" }, { name: "t3", clusters: [B, B] }, { name: "t2" }])).toEqual([
      {
        code: "rack-cluster-differs",
        verdict: "fail",
        cause: "fabric",
        scope: { kind: "node", id: "t3" },
        message: "The node is in another NVLink cluster than most nodes of its rack.",
        expected: A,
        observed: B,
        evidence: [{ probe: "nvidia-smi", line: 4, path: "/nvidia_smi_log/gpu/0/fabric/clusterUuid" }],
      },
    ]);
  });

  it("names all on a tie, sorted", () => {
    const findings = judge([{ name: "t2", clusters: [B, B] }, { name: "t1" }]);
    expect(findings.map(({ scope, verdict, observed }) => [scope.id, verdict, observed])).toEqual([
      ["t1", "fail", A],
      ["t2", "fail", B],
    ]);
    expect(findings[0]).toMatchObject({
      message: "The nodes of the rack are in different NVLink clusters, none of which holds most of them.",
      expected: "one cluster",
    });
  });

  it("a node in no cluster differs from those that are in one", () => {
    expect(named([{ name: "t1" }, { name: "t2", clusters: [ZERO, ZERO] }, { name: "t3" }])).toEqual([
      "rack-cluster-differs node t2",
    ]);
  });

  it.each<[string, Omit<Member, "name">, string]>([
    [
      "the probe cannot be used",
      { smi: { startError: "not-found" } },
      "the probe nvidia-smi cannot be used: it could not start: not-found",
    ],
    ["the GPUs are not Completed", { state: "In Progress" }, "0 of 2 GPUs show one"],
    ["a GPU shows no cluster", { clusters: [A, null] }, "1 of 2 GPUs show one"],
    ["a GPU shows N/A", { clusters: [A, "N/A"] }, "1 of 2 GPUs show one"],
    ["a GPU is not listed", { clusters: [A] }, "1 of 2 GPUs show one"],
    [
      "no GPU is listed and no count is expected",
      {
        smi: { stdout: "<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>\n" },
        expected: { nvlink: NVLINK },
      },
      "0 of 1 GPUs show one",
    ],
    ["a GPU more than expected shows none", { clusters: [A, A, null] }, "2 of 3 GPUs show one"],
    ["its GPUs are lost", { product: "ERR!" }, "0 of 2 GPUs show one"],
    ["its GPUs are in different clusters", { clusters: [A, B] }, "its GPUs are in different clusters"],
  ])("a member is inconclusive when %s", (_, change, gap) => {
    expect(judge([{ name: "t1" }, { name: "t2", ...change }, { name: "t3" }])).toMatchObject([
      {
        code: "rack-member-unreadable",
        verdict: "inconclusive",
        cause: "unknown",
        scope: { kind: "node", id: "t2" },
        message: `The node's NVLink cluster is not proven: ${gap}.`,
      },
    ]);
  });

  it("a member that is read in part still differs", () => {
    expect(named([{ name: "t1" }, { name: "t2", clusters: [B, null] }, { name: "t3" }])).toEqual([
      "rack-cluster-differs node t2",
      "rack-member-unreadable node t2",
    ]);
  });

  it("only members that must be in a clique are compared", () => {
    for (const nvlink of [
      undefined,
      { ...NVLINK, cliqueRequired: false },
      { ...NVLINK, links: 0 },
      { ...NVLINK, fabric: false },
      { links: 18 },
    ]) {
      expect(
        judge([
          { name: "t1" },
          {
            name: "t2",
            clusters: [B, B],
            expected: { gpus: { count: 2 }, ...(nvlink === undefined ? {} : { nvlink }) },
          },
        ]),
      ).toEqual([]);
    }
  });

  it("the order of the members does not matter", () => {
    const rack: Member[] = [
      { name: "t1" },
      { name: "t2", clusters: [B, B] },
      { name: "t3" },
      { name: "t4", state: "N/A" },
      { name: "t5", clusters: [B, B] },
      { name: "t6" },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rack, { minLength: rack.length }), (members) => {
        expect(judge(members)).toEqual(judge(rack));
      }),
      { numRuns: 20 },
    );
  });

  it("declares its codes as every finding of a rack gives them", () => {
    const findings = judge([{ name: "t1" }, { name: "t2", clusters: [B, B] }, { name: "t3", state: "x" }]);
    expect(findings.map(({ code }) => code)).toEqual([
      "rack-cluster-differs",
      "rack-cluster-differs",
      "rack-member-unreadable",
    ]);
    for (const { code, verdict, cause } of findings)
      expect(check.codes[code]).toMatchObject({ verdict, causes: [cause] });
  });
});
