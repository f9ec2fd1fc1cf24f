import { describe, expect, it } from "vitest";
import { at, CLUSTER, type Facts, gpu, judge, NODE, NVLINK, one, ZERO } from "../test/fabric-xml.ts";

const OTHER = "9b04e6d7-12ac-48f5-8e3b-66c0d1f7a980";

describe("F3 status, cluster and clique", () => {
  it.each(["Failure", "Insufficient Resources", "Unknown Error", "N/A"])(
    "F3 the status %j is a fail, the GPU named",
    (status) => {
      const { verdict, findings } = one({ status });
      expect(verdict).toBe("fail");
      expect(findings).toMatchObject([
        {
          code: "fabric-status-failed",
          verdict: "fail",
          cause: "fabric",
          scope: gpu(2),
          message: "GPU 2 is not registered with the fabric.",
          expected: "Success",
          observed: status,
          evidence: at(27, "status"),
        },
      ]);
    },
  );

  it.each(["", null])("F3 a status that is %j is inconclusive", (status) => {
    expect(one({ status }).findings).toMatchObject([
      {
        code: "fabric-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        scope: gpu(2),
        message: "GPU 2 shows no fabric status that can be read.",
        expected: "Success",
        observed: "absent",
        evidence: status === null ? [{ path: "/nvidia_smi_log/gpu/2/fabric" }] : at(27, "status"),
      },
    ]);
  });

  it("F3 a zero clusterUuid is a fail where a clique is required", () => {
    expect(one({ clusterUuid: ZERO })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "cluster-missing",
          cause: "fabric",
          scope: gpu(2),
          message: "GPU 2 is in no NVLink cluster.",
          expected: "the UUID of a cluster",
          observed: ZERO,
          evidence: at(29, "clusterUuid"),
        },
      ],
    });
  });

  it.each(["N/A", "n/a"])("F3 the clique %s is a fail where a clique is required", (cliqueId) => {
    expect(one({ cliqueId })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "clique-missing",
          cause: "fabric",
          scope: gpu(2),
          message: "GPU 2 is in no clique.",
          expected: "the number of a clique",
          observed: cliqueId,
          evidence: at(28, "cliqueId"),
        },
      ],
    });
  });

  it.each<[Facts, string, string]>([
    [{ clusterUuid: "N/A" }, "clusterUuid", "N/A"],
    [{ clusterUuid: null }, "clusterUuid", "absent"],
    [{ clusterUuid: `${CLUSTER}x` }, "clusterUuid", `${CLUSTER}x`],
    [{ clusterUuid: `x${CLUSTER}` }, "clusterUuid", `x${CLUSTER}`],
    [{ cliqueId: null }, "cliqueId", "absent"],
    [{ cliqueId: "7a" }, "cliqueId", "7a"],
    [{ cliqueId: "-1" }, "cliqueId", "-1"],
  ])("F3 %j cannot be read, which is inconclusive", (change, what, observed) => {
    const { verdict, findings } = one(change);
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "fabric-unreadable",
        cause: "tool",
        scope: gpu(2),
        message: `GPU 2 shows no fabric ${what} that can be read.`,
        observed,
      },
    ]);
  });

  it("F3 without cliqueRequired neither is read", () => {
    for (const change of [
      { clusterUuid: ZERO },
      { cliqueId: "N/A" },
      { cliqueId: null, clusterUuid: null },
      { cliqueId: "9" },
    ])
      expect(one(change, { ...NVLINK, cliqueRequired: false }).verdict).toBe("pass");
  });

  it("F3 clique 0 of a real cluster is a clique", () => {
    for (const cliqueId of ["0", "32766"]) expect(judge([0, 1, 2, 3].map(() => ({ cliqueId }))).verdict).toBe("pass");
  });
});

describe("F6 one clique", () => {
  it.each<[string, Facts, string]>([
    ["clique", { cliqueId: "9" }, `cluster ${CLUSTER}, clique 9`],
    ["cluster", { clusterUuid: OTHER }, `cluster ${OTHER}, clique 7`],
  ])("F6 names the GPU of another %s", (_, change, observed) => {
    expect(one(change)).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "clique-differs",
          verdict: "fail",
          cause: "fabric",
          scope: gpu(2),
          message: "GPU 2 is in another clique than most GPUs of the node.",
          expected: `cluster ${CLUSTER}, clique 7`,
          observed,
          evidence: at(28, "cliqueId"),
        },
      ],
    });
  });

  it("F6 names every GPU outside the largest group", () => {
    expect(judge([{ cliqueId: "1" }, {}, { cliqueId: "2" }, {}]).findings.map(({ scope }) => scope)).toEqual([
      gpu(0),
      gpu(2),
    ]);
  });

  it.each<[string, readonly Facts[]]>([
    ["two and two", [{ cliqueId: "9" }, {}, { cliqueId: "9" }, {}]],
    ["four cliques", [{ cliqueId: "1" }, { cliqueId: "2" }, { cliqueId: "3" }, {}]],
  ])("F6 on a tie (%s) the node is named", (_, gpus) => {
    const { verdict, findings } = judge(gpus);
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "clique-differs",
        verdict: "fail",
        cause: "fabric",
        scope: NODE,
        message: "The GPUs of the node are in different cliques, none of which holds most of them.",
        expected: "one cluster and clique",
      },
    ]);
    expect(findings[0]?.observed?.split("; ")).toHaveLength(4);
    expect(findings[0]?.observed).toContain(`GPU 3: cluster ${CLUSTER}, clique 7`);
    expect(findings[0]?.evidence).toHaveLength(4);
  });

  it("F6 a GPU that F3 names is not compared", () => {
    expect(
      judge([{ clusterUuid: ZERO }, { clusterUuid: ZERO }, {}, {}]).findings.map(({ code, scope }) => [code, scope.id]),
    ).toEqual([
      ["cluster-missing", "0"],
      ["cluster-missing", "1"],
    ]);
    expect(one({ cliqueId: "N/A" }).findings.map(({ code }) => code)).toEqual(["clique-missing"]);
  });

  it("F6 a lost GPU, and one that is not Completed, is not compared", () => {
    for (const change of [{ name: "ERR!" }, { state: "In Progress" }]) {
      const { verdict, findings } = one({ ...change, cliqueId: "9" });
      expect([verdict, ...findings.map(({ code }) => code)]).not.toContain("clique-differs");
      expect(verdict).toBe("inconclusive");
    }
  });

  it("F6 is not asked without cliqueRequired", () => {
    expect(judge([{ cliqueId: "9" }, {}, {}, {}], { ...NVLINK, cliqueRequired: false }).verdict).toBe("pass");
  });
});
