import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { answer, judge, port, type PortText, rail } from "../test/ports.ts";

const ethernet = { ...rail, rateGbps: 400, label: "NDR", linkLayer: "Ethernet" };
const whole: PortText = { rate: "400 Gb/sec (4X NDR)", layer: "Ethernet", pkeys: [] };
const placeholder = { ...whole, rate: "40 Gb/sec (4X QDR)" };

const link = (operational: object = {}, extra: object = {}): ProbeSketch => ({
  stdout: JSON.stringify({
    status: { code: 0 },
    result: { output: { "Operational Info": { State: "Active", Speed: "400G", Width: "4x", ...operational } } },
    ...extra,
  }),
});

/** The answer of two Ethernet rails, of which the second shows this to the kernel and this to mlxlink. */
const judged = (kernel: PortText, mlxlink?: ProbeSketch, expected: object = ethernet) =>
  judge(
    port("mlx5_0", whole) + port("mlx5_1", kernel),
    {
      rails: [
        { ...ethernet, device: "mlx5_0" },
        { ...expected, device: "mlx5_1" },
      ],
    },
    mlxlink === undefined ? {} : { "mlxlink-mlx5_1": mlxlink },
  );

const UNKNOWN = ["inconclusive", "speed-unknown port mlx5_1/1"];
const WRONG = ["fail", "speed-wrong port mlx5_1/1"];

describe("ib-xdr by its rules", () => {
  it.each(["400G", "400G_4X", "400g_4x", "IB-NDR", "NDR", "NDR_4X"])(
    "X3 an Ethernet rail whose mlxlink shows %s is right, whatever the kernel's rate",
    (Speed) => {
      for (const kernel of [placeholder, whole, { ...whole, rate: "10 Gb/sec (4X SDR)" }, { ...whole, rate: "\uFFFD" }])
        expect(answer(judged(kernel, link({ Speed })))).toEqual(["pass"]);
    },
  );

  it.each(["10G", "25G", "40G", "50G", "100G", "200G", "800G"])(
    "X3 an Ethernet rail at mlxlink's %s fails",
    (Speed) => {
      const judgement = judged(whole, link({ Speed }));
      expect(answer(judgement)).toEqual(WRONG);
      expect(judgement.findings[0]).toMatchObject({
        expected: "400 Gb/sec (4X NDR)",
        observed: `${Speed}, 4x (mlxlink)`,
        evidence: [
          { probe: "mlxlink-mlx5_1", path: "/result/output/Operational Info" },
          { probe: "ib-sysfs", line: 5 },
        ],
      });
      expect(answer(judged(whole, link({ Speed }), { ...ethernet, rateGbps: Number.parseInt(Speed, 10) }))).toEqual([
        "pass",
      ]);
    },
  );

  it("X3 the lanes of an Ethernet rail are mlxlink's, by its width or by the ending of its speed", () => {
    expect(answer(judged(whole, link({ Width: "2x" })))).toEqual(WRONG);
    expect(answer(judged(whole, link({ Speed: "400G_2X", Width: "N/A" })))).toEqual(WRONG);
    expect(answer(judged(whole, link({ Speed: "400G_4X", Width: "N/A" })))).toEqual(["pass"]);
    expect(answer(judged(whole, link({ Width: "N/A" })))).toEqual(UNKNOWN);
    expect(answer(judged(whole, link({ Speed: "400G_2X", Width: "4x" })))).toEqual(UNKNOWN);
    expect(answer(judged(whole, link({ Speed: "200G_2X", Width: "4x" })))).toEqual(WRONG);
    expect(
      answer(judged(placeholder, link({ Speed: "200G_2X", Width: "2x" }), { ...ethernet, rateGbps: 200, width: 2 })),
    ).toEqual(["pass"]);
  });

  it.each([
    ["another state", link({ State: "Polling" }), "mlxlink shows the link in state Polling"],
    ["a status", link({}, { status: { code: 2 } }), "mlxlink answers status 2"],
    ["no speed", link({ Speed: undefined }), "mlxlink shows no speed, 4x"],
    ["the speed N/A", link({ Speed: "N/A", Width: "N/A" }), "mlxlink shows N/A, N/A"],
    ["a speed of no list beside another width", link({ Speed: "1600G", Width: "8x" }), "mlxlink shows 1600G, 8x"],
    ["a document that was cut", { stdout: '{"result": {' }, "it is not a whole JSON document"],
    ["no end within its time", { ...link(), timedOut: true, exitCode: null }, "it ran into its time limit"],
  ])("X3 mlxlink with %s leaves an Ethernet rail unknown; the kernel's rate does not stand in", (_, mlxlink, why) => {
    const judgement = judged(whole, mlxlink);
    expect(answer(judgement)).toEqual(UNKNOWN);
    expect(judgement.findings[0]?.message).toContain(
      `The kernel's rate of the Ethernet port mlx5_1/1 is a placeholder, and`,
    );
    expect(judgement.findings[0]?.message).toContain(why);
    expect(judgement.findings[0]).toMatchObject({ expected: "400 Gb/sec (4X NDR)", observed: "400 Gb/sec (4X NDR)" });
  });

  it.each([
    ["no mlxlink", undefined],
    ["an mlxlink that is not installed", { startError: "not-found" }],
    ["an mlxlink that ended with 1", { ...link({ Speed: "100G" }), exitCode: 1 }],
  ])("X3 with %s the kernel's rate of an Ethernet rail decides", (_, mlxlink) => {
    expect(answer(judged(whole, mlxlink))).toEqual(["pass"]);
    expect(answer(judged(placeholder, mlxlink))).toEqual(WRONG);
    expect(answer(judged({ ...whole, rate: "10 Gb/sec (4X SDR)" }, mlxlink))).toEqual(UNKNOWN);
  });

  it("X3 which rails are Ethernet is the expectation's to say, and an InfiniBand rail keeps the kernel's rate", () => {
    const infiniband = { ...ethernet, linkLayer: "InfiniBand" };
    expect(answer(judged({ ...whole, layer: "InfiniBand" }, link({ Speed: "100G" }), infiniband))).toEqual(["pass"]);
    expect(answer(judged({ ...placeholder, layer: "InfiniBand" }, link(), infiniband))).toEqual(WRONG);
    expect(answer(judged({ ...placeholder, layer: "InfiniBand" }, link()))).toEqual([
      "fail",
      "link-layer-wrong port mlx5_1/1",
    ]);
    expect(answer(judged(placeholder, link(), { ...ethernet, linkLayer: "ETHERNET" }))).toEqual(["pass"]);
  });

  it("X2 an Ethernet rail without a rate file is unknown although mlxlink is right, and fails where it is wrong", () => {
    const withoutRate = (mlxlink: ProbeSketch) =>
      answer(
        judge(
          port("mlx5_1", whole).replace(/.*rate:.*\n/, ""),
          { rails: [{ ...ethernet, device: "mlx5_1" }] },
          { "mlxlink-mlx5_1": mlxlink },
        ),
      );
    expect(withoutRate(link())).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(withoutRate(link({ Speed: "100G" }))).toEqual([
      "fail",
      "rail-unreadable port mlx5_1/1",
      "speed-wrong port mlx5_1/1",
    ]);
  });

  it("X4 an Ethernet rail that is not up fails by the kernel's states alone", () => {
    expect(answer(judged({ ...whole, phys: "2: Polling" }, link({ State: "Polling", Speed: "N/A" })))).toEqual([
      "fail",
      "rail-not-up port mlx5_1/1",
    ]);
  });
});
