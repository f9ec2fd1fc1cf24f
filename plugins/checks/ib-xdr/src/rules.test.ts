import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const WIDE = ["hardware", "fabric", "platform", "configuration", "unknown"];
const rail = { device: "mlx5_[0-1]", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" };

interface PortText {
  rate?: string;
  state?: string;
  phys?: string;
  layer?: string;
  pkeys?: readonly string[];
}

function port(
  device: string,
  {
    rate = "800 Gb/sec (4X XDR)",
    state = "4: ACTIVE",
    phys = "5: LinkUp",
    layer = "InfiniBand",
    pkeys = ["0x8001"],
  }: PortText = {},
  number = 1,
): string {
  const path = `/sys/class/infiniband/${device}/ports/${String(number)}/`;
  return [
    `rate:${rate}`,
    `state:${state}`,
    `phys_state:${phys}`,
    `link_layer:${layer}`,
    ...pkeys.map((key, index) => `pkeys/${String(index)}:${key}`),
  ]
    .map((line) => `${path}${line}\n`)
    .join("");
}

function judge(
  sysfs: string | ProbeSketch,
  ib: object = { rails: [rail], pkey: "0x8001" },
  others: Record<string, ProbeSketch> = {},
): CheckJudgement {
  const sketch = typeof sysfs === "string" ? { stdout: sysfs } : sysfs;
  return runCheck(check, evidenceOf({ probes: { "ib-sysfs": sketch, ...others } }), { ib });
}

/** Verdict, then each finding as `code scope`. */
function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`)];
}

const two = port("mlx5_0") + port("mlx5_1");
const second = (text: PortText): string => port("mlx5_0") + port("mlx5_1", text);

describe("ib-xdr by its rules", () => {
  it("X1 expands [a-b] and [a,b] and takes any other name exactly", () => {
    expect(answer(judge(two))).toEqual(["pass"]);
    expect(answer(judge(two, { rails: [{ ...rail, device: "mlx5_[0,1]" }] }))).toEqual(["pass"]);
    expect(
      answer(
        judge(two, {
          rails: [
            { ...rail, device: "mlx5_0" },
            { ...rail, device: "mlx5_1" },
          ],
        }),
      ),
    ).toEqual(["pass"]);
    expect(answer(judge(port("mlx5_0"), { rails: [{ ...rail, device: "mlx5_0" }] }))).toEqual(["pass"]);
  });

  it("X1 a device that is gone while another expected one is there fails, whatever stands in its place", () => {
    const judgement = judge(port("mlx5_0") + port("rocep1s0", { layer: "Ethernet" }));
    expect(answer(judgement)).toEqual(["fail", "rail-missing port mlx5_1/1"]);
    expect(["hardware", "platform", "configuration"]).toContain(judgement.findings[0]?.cause);
    expect(judgement.findings[0]).toMatchObject({ expected: "mlx5_1/1", observed: "absent", evidence: [] });
  });

  it("X1 an expected port of a device that is there is gone as well", () => {
    expect(answer(judge(port("mlx5_0") + port("mlx5_1", {}, 2)))).toEqual(["fail", "rail-missing port mlx5_1/1"]);
  });

  it("X1 when none of the expected devices is there, the names do not fit this machine", () => {
    const judgement = judge(port("ibp3s0") + port("ibp2s0"));
    expect(answer(judgement)).toEqual(["inconclusive", "devices-unknown node node-1"]);
    expect(judgement.findings[0]).toMatchObject({
      expected: "mlx5_0, mlx5_1",
      observed: "ibp2s0, ibp3s0",
      cause: "configuration",
      evidence: [],
    });
  });

  it("X1 a rail that is present and wrong fails whatever else is missing", () => {
    expect(answer(judge(port("mlx5_0", { rate: "400 Gb/sec (4X NDR)" })))).toEqual([
      "fail",
      "speed-wrong port mlx5_0/1",
      "rail-missing port mlx5_1/1",
    ]);
  });

  it("X1 a rail that is wrong fails although its state is missing; a port that is not up, or in an unknown state, has no rate", () => {
    const without = (text: PortText, file: string): string =>
      second(text).replace(new RegExp(`.*mlx5_1.*/${file}:.*\n`), "");
    expect(answer(judge(without({ rate: "400 Gb/sec (4X NDR)" }, "state")))).toEqual([
      "fail",
      "rail-unreadable port mlx5_1/1",
      "speed-wrong port mlx5_1/1",
    ]);
    expect(answer(judge(without({ rate: "400 Gb/sec (4X NDR)" }, "phys_state")))).toEqual([
      "fail",
      "rail-unreadable port mlx5_1/1",
      "speed-wrong port mlx5_1/1",
    ]);
    expect(
      answer(
        judge(without({ rate: "10 Gb/sec (4X SDR)" }, "state"), undefined, { "mlxlink-mlx5_1": { stdout: "{}" } }),
      ),
    ).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(answer(judge(second({ state: "9: WARP", rate: "40 Gb/sec (4X QDR)" })))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
  });

  it("X2 without ib-sysfs the node is inconclusive; ibstat and ibdev2netdev never stand in", () => {
    const judgement = runCheck(
      check,
      evidenceOf({
        probes: { ibstat: { stdout: "CA 'mlx5_0'\n" }, ibdev2netdev: { stdout: "mlx5_0 port 1 ==> ib0 (Up)\n" } },
      }),
      { ib: { rails: [rail] } },
    );
    expect(answer(judgement)).toEqual(["inconclusive", "evidence-missing node node-1"]);
    expect(answer(judge(two, undefined, { ibdev2netdev: { stdout: "mlx5_0 port 1 ==> ib0 (Down)\n" } }))).toEqual([
      "pass",
    ]);
  });

  it("X2 ports that are no rails are never judged", () => {
    expect(
      answer(judge(two + port("mlx5_bond_0", { state: "1: DOWN", phys: "3: Disabled", layer: "Ethernet" }))),
    ).toEqual(["pass"]);
  });

  describe("X3 a speed that the kernel does not know", () => {
    const link = (operational: object, extra: object = {}): ProbeSketch => ({
      stdout: JSON.stringify({
        status: { code: 0 },
        result: { output: { "Operational Info": operational } },
        ...extra,
      }),
    });
    const good = { State: "Active", Speed: "IB-XDR", Width: "4x" };
    const cases: [string, ProbeSketch | undefined, string[]][] = [
      ["no mlxlink", undefined, ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["the expected speed and width", link(good), ["pass"]],
      [
        "without the prefix, width in capitals, state in small letters",
        link({ State: "active", Speed: "XDR", Width: "4X" }),
        ["pass"],
      ],
      ["without a status", link(good, { status: undefined }), ["pass"]],
      ["another known speed", link({ ...good, Speed: "IB-NDR" }), ["fail", "speed-wrong port mlx5_1/1"]],
      [
        "another known speed, width N/A",
        link({ ...good, Speed: "IB-NDR", Width: "N/A" }),
        ["fail", "speed-wrong port mlx5_1/1"],
      ],
      ["another width", link({ ...good, Width: "2x" }), ["fail", "speed-wrong port mlx5_1/1"]],
      ["N/A", link({ ...good, Speed: "N/A", Width: "N/A" }), ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["a speed nobody knows", link({ ...good, Speed: "IB-ZDR" }), ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["no width", link({ State: "Active", Speed: "IB-XDR" }), ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["another state", link({ ...good, State: "Polling" }), ["inconclusive", "speed-unknown port mlx5_1/1"]],
      [
        "another state and another speed",
        link({ State: "Polling", Speed: "IB-NDR", Width: "4x" }),
        ["inconclusive", "speed-unknown port mlx5_1/1"],
      ],
      [
        "a status code",
        link(good, { status: { code: 1, message: "failed" } }),
        ["inconclusive", "speed-unknown port mlx5_1/1"],
      ],
      ["a non-zero exit", { ...link(good), exitCode: 1 }, ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["no such tool", { startError: "not-found" }, ["inconclusive", "speed-unknown port mlx5_1/1"]],
      ["cut JSON", { stdout: '{"result": {"output"' }, ["inconclusive", "speed-unknown port mlx5_1/1"]],
    ];
    it.each(cases)("X3 mlxlink: %s", (_, mlxlink, expected) => {
      expect(
        answer(
          judge(
            second({ rate: "10 Gb/sec (4X SDR)" }),
            undefined,
            mlxlink === undefined ? {} : { "mlxlink-mlx5_1": mlxlink },
          ),
        ),
      ).toEqual(expected);
    });

    it.each(["5 Gb/sec (2X SDR)", "2.5 Gb/sec (1X SDR)", "10 Gb/sec (4X)"])("X3 %s is unknown as well", (rate) => {
      expect(answer(judge(second({ rate })))).toEqual(["inconclusive", "speed-unknown port mlx5_1/1"]);
      expect(judge(second({ rate })).findings[0]).toMatchObject({ expected: "800 Gb/sec (4X XDR)", observed: rate });
      expect(answer(judge(second({ rate }), undefined, { "mlxlink-mlx5_1": link(good) }))).toEqual(["pass"]);
    });

    it.each(["SDR", "DDR", "QDR", "FDR10", "FDR", "EDR", "HDR", "NDR", "GDR"])(
      "X3 mlxlink's %s is a known speed",
      (speed) => {
        expect(
          answer(
            judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
              "mlxlink-mlx5_1": link({ ...good, Speed: `IB-${speed}` }),
            }),
          ),
        ).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
      },
    );

    it.each([{ Speed: "XIB-DR" }, { Width: "x4x" }, { Width: "4xx" }])(
      "X3 mlxlink's %j is no speed or width anybody knows",
      (part) => {
        const judgement = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
          "mlxlink-mlx5_1": link({ ...good, ...part }),
        });
        expect(answer(judgement)).toEqual(["inconclusive", "speed-unknown port mlx5_1/1"]);
        expect(judgement.findings[0]).toMatchObject({
          message: "Neither the kernel nor mlxlink knows the speed of mlx5_1/1.",
          observed: "10 Gb/sec (4X SDR)",
          evidence: [
            { probe: "ib-sysfs", line: 6 },
            { probe: "mlxlink-mlx5_1", path: "/result/output/Operational Info" },
          ],
        });
      },
    );

    it("X3 what mlxlink shows of a wrong link, and why it cannot be used, is told", () => {
      const { findings } = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
        "mlxlink-mlx5_1": link({ ...good, Speed: "N/A", Width: "12x" }),
      });
      expect(findings[0]).toMatchObject({ code: "speed-wrong", observed: "? 12x (mlxlink)" });
      expect(
        judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
          "mlxlink-mlx5_1": link({ ...good, Speed: "IB-NDR", Width: "" }),
        }).findings[0],
      ).toMatchObject({ observed: "NDR ?x (mlxlink)" });
      const refused = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
        "mlxlink-mlx5_1": link(good, { status: { code: 3 } }),
      }).findings[0];
      expect(refused?.message).toContain("mlxlink answers status 3");
      expect(refused?.evidence).toContainEqual({ probe: "mlxlink-mlx5_1", path: "/status/code" });
    });

    it("X3 SDR at another rate, and SDR where SDR is expected, are what they say", () => {
      expect(answer(judge(second({ rate: "20 Gb/sec (4X SDR)" })))).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
      expect(
        answer(
          judge(port("mlx5_0", { rate: "10 Gb/sec (4X SDR)" }), {
            rails: [{ ...rail, device: "mlx5_0", rateGbps: 10, label: "SDR" }],
          }),
        ),
      ).toEqual(["pass"]);
    });

    it("X3 link layer and partition are still judged", () => {
      const judgement = judge(second({ rate: "10 Gb/sec (4X SDR)", layer: "Ethernet", pkeys: ["0x0001"] }), undefined, {
        "mlxlink-mlx5_1": link(good),
      });
      expect(answer(judgement)).toEqual(["fail", "link-layer-wrong port mlx5_1/1", "pkey-missing port mlx5_1/1"]);
    });

    it("X3 a wrong speed points to mlxlink and to the kernel's line", () => {
      const { findings } = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
        "mlxlink-mlx5_1": link({ ...good, Speed: "IB-NDR" }),
      });
      expect(findings[0]).toMatchObject({
        expected: "800 Gb/sec (4X XDR)",
        observed: "NDR 4x (mlxlink)",
        evidence: [
          { probe: "mlxlink-mlx5_1", path: "/result/output/Operational Info" },
          { probe: "ib-sysfs", line: 6 },
        ],
      });
    });
  });

  const wrong: [string, PortText, string, string, string, number][] = [
    ["another rate", { rate: "400 Gb/sec (4X XDR)" }, "speed-wrong", "800 Gb/sec (4X XDR)", "400 Gb/sec (4X XDR)", 6],
    ["another width", { rate: "800 Gb/sec (2X XDR)" }, "speed-wrong", "800 Gb/sec (4X XDR)", "800 Gb/sec (2X XDR)", 6],
    ["another label", { rate: "800 Gb/sec (4X NDR)" }, "speed-wrong", "800 Gb/sec (4X XDR)", "800 Gb/sec (4X NDR)", 6],
    ["INIT", { state: "2: INIT" }, "rail-not-up", "4: ACTIVE", "2: INIT", 7],
    ["ARMED", { state: "3: ARMED" }, "rail-not-up", "4: ACTIVE", "3: ARMED", 7],
    ["DOWN", { state: "1: DOWN", rate: "nonsense" }, "rail-not-up", "4: ACTIVE", "1: DOWN", 7],
    ["no state change", { state: "0: NOP" }, "rail-not-up", "4: ACTIVE", "0: NOP", 7],
    ["deferred", { state: "5: ACTIVE_DEFER" }, "rail-not-up", "4: ACTIVE", "5: ACTIVE_DEFER", 7],
    ["Polling", { phys: "2: Polling" }, "rail-not-up", "5: LinkUp", "2: Polling", 8],
    ["Sleep", { phys: "1: Sleep" }, "rail-not-up", "5: LinkUp", "1: Sleep", 8],
    ["Disabled", { phys: "3: Disabled" }, "rail-not-up", "5: LinkUp", "3: Disabled", 8],
    [
      "training",
      { phys: "4: PortConfigurationTraining" },
      "rail-not-up",
      "5: LinkUp",
      "4: PortConfigurationTraining",
      8,
    ],
    ["recovery", { phys: "6: LinkErrorRecovery" }, "rail-not-up", "5: LinkUp", "6: LinkErrorRecovery", 8],
    ["test", { phys: "7: Phy Test" }, "rail-not-up", "5: LinkUp", "7: Phy Test", 8],
    ["Ethernet", { layer: "Ethernet" }, "link-layer-wrong", "InfiniBand", "Ethernet", 9],
  ];
  it.each(wrong)("X4 a rail with %s fails", (_, text, code, expected, observed, line) => {
    const { verdict, findings } = judge(second(text));
    expect(verdict).toBe("fail");
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code,
      scope: { kind: "port", id: "mlx5_1/1" },
      expected,
      observed,
      evidence: [{ probe: "ib-sysfs", line }],
    });
    expect(WIDE).toContain(findings[0]?.cause);
  });

  it("X4 a rate without a label fails by its number or width, and is unknown otherwise", () => {
    expect(answer(judge(second({ rate: "400 Gb/sec (4X)" })))).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
    expect(answer(judge(second({ rate: "800 Gb/sec (2X)" })))).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
    expect(answer(judge(second({ rate: "800 Gb/sec (4X)" })))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
  });

  it("X4 the partition key must be there exactly, anywhere in the table", () => {
    const many = [...Array.from({ length: 127 }, (_, index) => `0x${(0x9000 + index).toString(16)}`), "0x8021"];
    const ib = { rails: [rail], pkey: "0x8021" };
    expect(answer(judge(port("mlx5_0", { pkeys: many }) + port("mlx5_1", { pkeys: many }), ib))).toEqual(["pass"]);
    const judgement = judge(
      port("mlx5_0", { pkeys: many }) + port("mlx5_1", { pkeys: ["0x7fff", "0x0021", "0x0000"] }),
      ib,
    );
    expect(answer(judgement)).toEqual(["fail", "pkey-missing port mlx5_1/1"]);
    expect(judgement.findings[0]).toMatchObject({ expected: "0x8021", observed: "0x7fff, 0x0021" });
    expect(["configuration", "fabric", "platform"]).toContain(judgement.findings[0]?.cause);
    expect(answer(judge(two, { rails: [rail] }))).toEqual(["pass"]);
    expect(answer(judge(second({ pkeys: ["0x1234"] }), { rails: [rail] }))).toEqual(["pass"]);
  });

  it("X4 keys that are absent or cannot be read leave the partition unknown", () => {
    expect(answer(judge(second({ pkeys: [] })))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(answer(judge(second({ pkeys: ["0x7fff", "junk"] })))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge(second({ pkeys: ["junk", "0x8001"] })))).toEqual(["pass"]);
  });

  it("X4 numbers of several digits and parts of one are read whole", () => {
    const wide = { ...rail, device: "mlx5_0", port: 12, width: 12, rateGbps: 800.25 };
    expect(answer(judge(port("mlx5_0", { rate: "800.25 Gb/sec (12X XDR)" }, 12), { rails: [wide] }))).toEqual(["pass"]);
    for (const rate of ["x800 Gb/sec (4X XDR)", "800 Gb/sec (4X XDR) x"])
      expect(answer(judge(second({ rate })))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
  });

  it("X4 a key with more around it is none", () => {
    for (const key of ["0x8001x", "x0x8001", "0x80010"]) {
      const judgement = judge(second({ pkeys: ["0x7fff", key] }));
      expect(answer(judgement)).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
      expect(judgement.findings[0]).toMatchObject({
        message: "The partition keys of mlx5_1/1 cannot be read.",
        expected: "0x8001",
        cause: "tool",
        evidence: [{ probe: "ib-sysfs", line: 10 }],
      });
    }
  });

  it.each(["x/sys/class/infiniband/mlx5_0/fw_ver:40", "x/sys/class/infiniband/mlx5_0/ports/1/state:1: DOWN"])(
    "G3 %s is no line of sysfs",
    (line) => {
      expect(answer(judge(`${two}${line}\n`))).toEqual(["inconclusive", "evidence-unusable node node-1"]);
    },
  );

  it("X5 an ibstat that ended badly is inconclusive, unless a rail fails", () => {
    expect(answer(judge(two, undefined, { ibstat: { stdout: "CA 'mlx5_0'\n", exitCode: 255 } }))).toEqual([
      "inconclusive",
      "ibstat-failed node node-1",
    ]);
    expect(answer(judge(two, undefined, { ibstat: { signal: "SIGABRT", exitCode: null } }))).toEqual([
      "inconclusive",
      "ibstat-failed node node-1",
    ]);
    expect(judge(second({ state: "1: DOWN" }), undefined, { ibstat: { stdout: "", exitCode: 255 } }).verdict).toBe(
      "fail",
    );
    expect(answer(judge(two, undefined, { ibstat: { startError: "not-found" } }))).toEqual(["pass"]);
    expect(answer(judge(two, undefined, { ibstat: { stdout: "" } }))).toEqual(["pass"]);
  });

  it("X6 counters are not judged", () => {
    expect(
      answer(
        judge(
          `${two}/sys/class/infiniband/mlx5_0/ports/1/counters/link_downed:99\n/sys/class/infiniband/mlx5_0/fw_ver:40.47.1026\n\n`,
        ),
      ),
    ).toEqual(["pass"]);
  });

  it("G3 a value that is absent, damaged or contradictory leaves the rail unknown; a line of another shape spoils all", () => {
    expect(answer(judge(two.replace(/.*mlx5_1.*state:4.*\n/, "")))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge({ stdout: second({ rate: "800 Gb/sec (4X \uFFFDDR)" }), stdoutDamaged: true }))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(
      answer(judge({ stdout: `${two}/sys/class/infiniband/mlx5_0/ports/1/counters/x:\uFFFD\n`, stdoutDamaged: true })),
    ).toEqual(["pass"]);
    expect(answer(judge(`${two}/sys/class/infiniband/mlx5_1/ports/1/state:1: DOWN\n`))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge(`/sys/class/infiniband/mlx5_1/ports/1/state:1: DOWN\n${two}`))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge(`${second({ state: "1: DOWN" })}cat: error\n`))).toEqual([
      "inconclusive",
      "evidence-unusable node node-1",
    ]);
    expect(judge(`${two}cat: error\n`).findings[0]?.evidence).toEqual([{ probe: "ib-sysfs", line: 11 }]);
    expect(answer(judge(second({ state: "1: DOWN" }).slice(0, -3)))).toEqual([
      "inconclusive",
      "evidence-unusable node node-1",
    ]);
  });

  it("G5 a state word nobody knows is inconclusive for its port; known words are read without regard to case", () => {
    expect(answer(judge(second({ state: "9: WARP" })))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(answer(judge(second({ phys: "5: LinkUp " })))).toEqual(["pass"]);
    expect(answer(judge(second({ state: "4: active", phys: "5: LINKUP", layer: "INFINIBAND" })))).toEqual(["pass"]);
    const { findings } = judge(second({ rate: "fast" }));
    expect(findings[0]).toMatchObject({
      code: "rail-unreadable",
      observed: "fast",
      cause: "tool",
      evidence: [{ probe: "ib-sysfs", line: 6 }],
    });
  });

  it("G11 without rails nothing can be judged", () => {
    expect(answer(judge(two, {}))).toEqual(["inconclusive", "expectation-missing node node-1"]);
    expect(answer(judge(two, { rails: [{ device: 5 }] }))).toEqual(["inconclusive", "expectation-invalid node node-1"]);
    expect(answer(judge(two, { rails: [rail], pkey: null }))).toEqual(["pass"]);
  });
});
