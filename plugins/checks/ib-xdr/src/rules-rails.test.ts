import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { answer, judge, port, type PortText, rail, second, two } from "../test/ports.ts";
import check from "./index.ts";

const WIDE = ["hardware", "fabric", "platform", "configuration", "unknown"];

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
    const judgement = judge(port("mlx5_0") + port("mlx5_1", {}, 2));
    expect(answer(judgement)).toEqual(["fail", "rail-missing port mlx5_1/1"]);
    expect(judgement.findings[0]?.message).toBe("The device mlx5_1 is there and its port 1 is gone.");
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
});
