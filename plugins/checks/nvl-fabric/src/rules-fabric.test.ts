import { runCheck, type CheckJudgement, type Expectations, type Finding } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const CLUSTER = "5d21c8ae-7f30-4b1e-9c64-0a5b8e37f102";
const OTHER = "9b04e6d7-12ac-48f5-8e3b-66c0d1f7a980";
const ZERO = "00000000-0000-0000-0000-000000000000";

/** What one GPU prints of its fabric; null takes the field out. */
interface Facts {
  readonly name?: string;
  readonly state?: string | null;
  readonly status?: string | null;
  readonly cliqueId?: string | null;
  readonly clusterUuid?: string | null;
  readonly summary?: string | null;
  readonly details?: string;
}

/** Ten lines for each GPU, after two: its state stands in the fourth, then status, clique, cluster and summary. */
function xml(gpus: readonly Facts[]): string {
  const field = (name: string, text: string | null): string => (text === null ? "\n" : `<${name}>${text}</${name}>\n`);
  const elements = gpus.map(
    (
      {
        name = "NVIDIA GB300",
        state = "Completed",
        status = "Success",
        cliqueId = "7",
        clusterUuid = CLUSTER,
        summary = "Healthy",
        details = "",
      },
      index,
    ) =>
      [
        `<gpu>\n<product_name>${name}</product_name><serial>S${String(index)}</serial>\n<fabric>\n`,
        field("state", state),
        field("status", status),
        field("cliqueId", cliqueId),
        field("clusterUuid", clusterUuid),
        `<health>${field("summary", summary)}`,
        `${details}</health>\n</fabric></gpu>\n`,
      ].join(""),
  );
  return `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${elements.join("")}</nvidia_smi_log>\n`;
}

const NVLINK = { links: 1, gbps: 50, cliqueRequired: true, health: true };
const LINKS = [0, 1, 2, 3]
  .map((index) => `GPU ${String(index)}: NVIDIA GB300 (UUID: GPU-${String(index)})\n\t Link 0: 50 GB/s\n`)
  .join("");

function judge(
  gpus: readonly Facts[] | ProbeSketch,
  nvlink: object = NVLINK,
  expect: Expectations = { gpus: { count: 4 }, nvlink },
): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Facts[]) } : (gpus as ProbeSketch);
  return runCheck(
    check,
    evidenceOf({ probes: { "nvidia-smi": sketch, nvlink: { stdout: LINKS } }, node: { name: "t07" } }),
    expect,
  );
}
const one = (change: Facts, nvlink: object = NVLINK): CheckJudgement => judge([{}, {}, change, {}], nvlink);

const NODE = { kind: "node", id: "t07" };
const gpu = (index: number): object => ({ kind: "gpu", id: String(index), serial: `S${String(index)}` });
/** Pointer to a field of GPU 2. */
const at = (line: number, field: string): object[] => [
  { probe: "nvidia-smi", line, path: `/nvidia_smi_log/gpu/2/fabric/${field}` },
];
const CAUSES = ["hardware", "fabric", "platform", "configuration", "unknown"];

describe("F1 a node without NVLink", () => {
  it.each<[string, Expectations]>([
    ["nothing else expected", { nvlink: { links: 0 } }],
    ["everything expected", { gpus: { count: 4 }, nvlink: { ...NVLINK, links: 0 } }],
    ["a GPU expectation that is invalid", { gpus: { count: -1 }, nvlink: { links: 0 } }],
  ])("F1 is not-applicable with %s, whatever the probes hold", (_, expect_) => {
    for (const probes of [
      {},
      { "nvidia-smi": { stdout: xml([{ status: "Failure" }]) }, nvlink: { stdout: "GPU 0:\n Link 0: <inactive>\n" } },
    ]) {
      expect(runCheck(check, evidenceOf({ probes }), expect_)).toEqual({
        check: "nvl-fabric",
        version: check.version,
        verdict: "not-applicable",
        reason: "The node's GPUs have no NVLink.",
        findings: [],
      });
    }
  });
});

describe("F2 the fabric state comes first", () => {
  it("passes when every GPU is Completed, Success, Healthy and in one clique", () => {
    expect(judge([{}, {}, {}, {}])).toEqual({
      check: "nvl-fabric",
      version: check.version,
      verdict: "pass",
      findings: [],
    });
    expect(
      one({ state: "COMPLETED", status: "success", summary: "healthy", clusterUuid: CLUSTER.toUpperCase() }).verdict,
    ).toBe("pass");
  });

  it.each(["In Progress", "Not Started", "N/A", "Suspended", "", null])(
    "F2 the state %j is inconclusive for that GPU, and nothing else of it is judged",
    (state) => {
      expect(one({ state, status: "Failure", clusterUuid: ZERO, cliqueId: "N/A", summary: "Unhealthy" })).toMatchObject(
        {
          verdict: "inconclusive",
          findings: [
            {
              code: "fabric-not-completed",
              verdict: "inconclusive",
              cause: "unknown",
              scope: gpu(2),
              message: "GPU 2 has not completed its registration with the fabric, so its fabric is not judged.",
              expected: "Completed",
              observed: state === null || state === "" ? "absent" : state,
              evidence: state === null ? [{ path: "/nvidia_smi_log/gpu/2/fabric" }] : at(26, "state"),
            },
          ],
        },
      );
    },
  );

  it("F2 a GPU without a fabric section is inconclusive, at its element", () => {
    const stdout = xml([{}, {}, {}, {}]).replace(/<fabric>[^]*?<\/fabric>/, "");
    expect(judge({ stdout }).findings).toMatchObject([
      { code: "fabric-not-completed", scope: gpu(0), evidence: [{ path: "/nvidia_smi_log/gpu/0" }] },
    ]);
  });

  it("F2 a GPU that is not Completed is not counted by F6", () => {
    expect(judge([{}, { state: "In Progress", cliqueId: "9" }, {}, {}]).findings.map(({ code }) => code)).toEqual([
      "fabric-not-completed",
    ]);
  });

  it("G1 a fault of another GPU is not hidden by one that is not Completed", () => {
    expect(judge([{ state: "N/A" }, { status: "Failure" }, {}, {}]).verdict).toBe("fail");
  });

  it("G5 a field that is printed twice with two values is not read", () => {
    const twice = (second: string): string =>
      judge({ stdout: xml([{}, {}, {}, {}]).replace("<state>Completed</state>", `<state>Completed</state>${second}`) })
        .verdict;
    expect(twice("<state>In Progress</state>")).toBe("inconclusive");
    expect(twice("<state>Completed</state>")).toBe("pass");
    expect(judge({ stdout: xml([{}, {}, {}, {}]).replace("<status>Success", "<status><x/>Success") }).verdict).toBe(
      "inconclusive",
    );
  });
});

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
          scope: gpu(2),
          message: "GPU 2 is not registered with the fabric.",
          expected: "Success",
          observed: status,
          evidence: at(27, "status"),
        },
      ]);
      expect(CAUSES).toContain(findings[0]?.cause);
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

describe("F4 health", () => {
  it.each(["Unhealthy", "Limited Capacity", "Unknown"])(
    "F4 the summary %j is a fail; the other health fields are shown",
    (summary) => {
      expect(
        one({ summary, details: "<bandwidth>Degraded</bandwidth><route_unhealthy>True</route_unhealthy>" }),
      ).toMatchObject({
        verdict: "fail",
        findings: [
          {
            code: "fabric-unhealthy",
            verdict: "fail",
            cause: "fabric",
            scope: gpu(2),
            message: "GPU 2 is not healthy in the fabric.",
            expected: "Healthy",
            observed: `${summary}, bandwidth Degraded, route_unhealthy True`,
            evidence: at(30, "health/summary"),
          },
        ],
      });
    },
  );

  it.each(["N/A", "", null])("F4 a summary that is %j is inconclusive", (summary) => {
    expect(one({ summary })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "fabric-unreadable",
          scope: gpu(2),
          message: "GPU 2 shows no fabric health summary that can be read.",
          expected: "Healthy",
          observed: summary === "N/A" ? "N/A" : "absent",
          evidence: summary === null ? [{ path: "/nvidia_smi_log/gpu/2/fabric/health" }] : at(30, "health/summary"),
        },
      ],
    });
  });

  it("F4 is not read when health is false, and other health fields never decide", () => {
    expect(one({ summary: "Unhealthy" }, { ...NVLINK, health: false }).verdict).toBe("pass");
    expect(
      one({ details: "<bandwidth>Degraded</bandwidth><incorrect_configuration>True</incorrect_configuration>" })
        .verdict,
    ).toBe("pass");
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

  it("F6 is not asked without cliqueRequired", () => {
    expect(judge([{ cliqueId: "9" }, {}, {}, {}], { ...NVLINK, cliqueRequired: false }).verdict).toBe("pass");
  });
});

describe("F7 fewer GPUs than the node has", () => {
  it("F7 is inconclusive, the node named where nothing tells which", () => {
    expect(judge([{}, {}, {}])).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "gpu-not-listed",
          verdict: "inconclusive",
          cause: "unknown",
          scope: NODE,
          message: "Some GPUs of the node are not listed, so their fabric is not proven.",
          expected: "4 GPUs",
          observed: "3 listed",
        },
      ],
    });
  });

  it("F7 names the GPU by the serials, and a lost one by its position", () => {
    const expect_ = { gpus: { count: 4, serials: ["S9", "S0", "S1", "S2"] }, nvlink: NVLINK };
    expect(judge([{}, {}, {}], NVLINK, expect_).findings).toMatchObject([
      { code: "gpu-not-listed", scope: { kind: "gpu", id: "0" }, expected: "serial S9" },
    ]);
    expect(one({ name: "GPU is lost" }).findings).toMatchObject([
      {
        code: "gpu-not-listed",
        scope: gpu(2),
        message: "GPU 2 is lost, so its fabric is not proven.",
        observed: "lost",
      },
      { code: "gpu-not-listed", scope: NODE },
    ]);
  });
});

describe("G11 what nvl-fabric needs", () => {
  it("G11 names each key of nvlink that is missing", () => {
    expect(judge([{ status: "Failure" }, {}, {}, {}], NVLINK, { gpus: { count: 4 } })).toMatchObject({
      verdict: "inconclusive",
      findings: ["links", "gbps", "cliqueRequired", "health"].map((key) => ({
        code: "expectation-missing",
        expected: `nvlink.${key}`,
      })),
    });
    expect(check.needs({})).toEqual([
      "gpus.count",
      "nvlink.links",
      "nvlink.gbps",
      "nvlink.cliqueRequired",
      "nvlink.health",
    ]);
    expect(check.needs({ nvlink: { links: 0 } })).toEqual([]);
  });

  it("G11 judges what it can beside a key that is missing", () => {
    const missing = (findings: readonly Finding[]): unknown =>
      findings.filter(({ code }) => code === "expectation-missing").map(({ expected }) => expected);
    const { links, ...others } = NVLINK;
    expect(judge([{ status: "Failure" }, {}, {}, {}], others).verdict).toBe("inconclusive");
    const noCount = judge([{ status: "Failure" }], NVLINK, { nvlink: NVLINK });
    expect([noCount.verdict, missing(noCount.findings)]).toEqual(["fail", ["gpus.count"]]);
    const linksOnly = judge([{ summary: "Unhealthy", cliqueId: "N/A" }, {}, {}, {}], { links });
    expect([linksOnly.verdict, missing(linksOnly.findings)]).toEqual([
      "inconclusive",
      ["nvlink.gbps", "nvlink.cliqueRequired", "nvlink.health"],
    ]);
  });
});
