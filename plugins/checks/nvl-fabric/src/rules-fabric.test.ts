import { runCheck, type Expectations, type Finding } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { at, CLUSTER, type Facts, gpu, judge, NODE, NVLINK, one, xml, ZERO } from "../test/fabric-xml.ts";
import check from "./index.ts";

describe("F1 a node without NVLink", () => {
  it.each<[string, Expectations]>([
    ["nothing else expected", { nvlink: { links: 0 } }],
    ["everything expected", { gpus: { count: 4 }, nvlink: { ...NVLINK, links: 0 } }],
    ["a GPU expectation that is invalid", { gpus: { count: -1 }, nvlink: { links: 0 } }],
    ["a speed of 0", { nvlink: { links: 0, gbps: 0 } }],
    ["other keys that are invalid", { nvlink: { links: 0, gbps: "fast", health: 1, unused: [-1], fabric: null } }],
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

it.each([{ links: "0" }, { links: -1 }, { gbps: 0 }, {}, null, [0]])("F1 does not hold of nvlink: %j", (nvlink) => {
  expect(runCheck(check, evidenceOf({ probes: {} }), { gpus: { count: 4 }, nvlink }).verdict).toBe("inconclusive");
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

describe("F2 a SKU that has no fabric state", () => {
  const NO_FABRIC = { links: 1, gbps: 50, fabric: false };

  it("F2 with fabric: false nothing of the fabric is read, whatever is printed, and no key of it is needed", () => {
    for (const fabric of [
      { state: "N/A" },
      { state: null },
      { status: "Failure", cliqueId: "N/A", summary: "Unhealthy" },
    ])
      for (const nvlink of [NO_FABRIC, { ...NVLINK, ...NO_FABRIC }]) expect(one(fabric, nvlink).verdict).toBe("pass");
    expect(judge([{ cliqueId: "9" }, {}, {}, {}], { ...NVLINK, ...NO_FABRIC }).verdict).toBe("pass");
  });

  it("F7 with fabric: false every GPU still has to be listed", () => {
    expect(judge([{}, {}, {}], NO_FABRIC).findings).toMatchObject([{ code: "gpu-not-listed", scope: NODE }]);
    expect(judge({ startError: "not-found" }, NO_FABRIC).verdict).toBe("inconclusive");
  });

  it("F2 with fabric: true the state is read", () => {
    expect(one({ state: "N/A" }, { ...NVLINK, fabric: true }).verdict).toBe("inconclusive");
  });
});

describe("G3 bytes that are no UTF-8 in the fabric", () => {
  it.each<[Facts, string]>([
    [{ state: "Complet\uFFFDd" }, "fabric-not-completed"],
    [{ status: "Succ\uFFFDss" }, "fabric-unreadable"],
    [{ status: "Fail\uFFFDre" }, "fabric-unreadable"],
    [{ clusterUuid: `${CLUSTER.slice(0, -1)}\uFFFD` }, "fabric-unreadable"],
    [{ cliqueId: "\uFFFD7" }, "fabric-unreadable"],
    [{ cliqueId: "N/\uFFFD" }, "fabric-unreadable"],
    [{ summary: "Unhealt\uFFFDy" }, "fabric-unreadable"],
  ])("G3 %j is inconclusive for that GPU", (fact, code) => {
    const { verdict, findings } = one(fact);
    expect([verdict, ...findings.map((finding) => finding.code)]).toEqual(["inconclusive", code]);
    const [observed] = Object.values(fact as Readonly<Record<string, string>>);
    expect(findings[0]).toMatchObject({ scope: gpu(2), observed });
  });

  it("G3 in a name, or in a health field that never decides, they spoil nothing", () => {
    expect(one({ name: "\uFFFD", details: "<bandwidth>\uFFFD</bandwidth>" }).verdict).toBe("pass");
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

  it.each(["N/A", "Not Supported", "not supported", "[N/A]", "", null])(
    "F4 a summary that is %j is inconclusive",
    (summary) => {
      expect(one({ summary })).toMatchObject({
        verdict: "inconclusive",
        findings: [
          {
            code: "fabric-unreadable",
            scope: gpu(2),
            message: "GPU 2 shows no fabric health summary that can be read.",
            expected: "Healthy",
            observed: summary === null || summary === "" ? "absent" : summary,
            evidence: summary === null ? [{ path: "/nvidia_smi_log/gpu/2/fabric/health" }] : at(30, "health/summary"),
          },
        ],
      });
    },
  );

  it("F4 is not read when health is false, and other health fields never decide", () => {
    expect(one({ summary: "Unhealthy" }, { ...NVLINK, health: false }).verdict).toBe("pass");
    expect(
      one({ details: "<bandwidth>Degraded</bandwidth><incorrect_configuration>True</incorrect_configuration>" })
        .verdict,
    ).toBe("pass");
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
    expect(one({ name: "GPU is lost", state: "Unknown Error" }).findings).toMatchObject([
      {
        code: "gpu-not-listed",
        scope: gpu(2),
        message: "GPU 2 is lost, so its fabric is not proven.",
        observed: "product_name GPU is lost, serial S2, uuid absent",
      },
    ]);
  });
});

describe("G11 what nvl-fabric needs", () => {
  it("declares the probes that it reads, none of which may be missing", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional])).toEqual([
      ["nvidia-smi", undefined],
      ["nvlink", undefined],
    ]);
  });

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
    expect(check.needs({ nvlink: { links: 4, fabric: false } })).toEqual(["gpus.count", "nvlink.links", "nvlink.gbps"]);
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
