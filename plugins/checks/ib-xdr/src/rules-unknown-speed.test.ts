import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { answer, judge, port, rail, second } from "../test/ports.ts";

describe("ib-xdr by its rules", () => {
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

    it.each(["SDR", "DDR", "QDR", "FDR10", "FDR", "EDR", "HDR", "NDR", "NDR_4X", "100G", "400G_4X"])(
      "X3 mlxlink's %s is a known speed",
      (speed) => {
        expect(
          answer(
            judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
              "mlxlink-mlx5_1": link({ ...good, Speed: speed }),
            }),
          ),
        ).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
        expect(
          answer(
            judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
              "mlxlink-mlx5_1": link({ ...good, Speed: speed.replace(/^(?=[A-Z])/, "IB-") }),
            }),
          ),
        ).toEqual(["fail", "speed-wrong port mlx5_1/1"]);
      },
    );

    it.each([
      [{ Speed: "XIB-DR" }, "XIB-DR, 4x"],
      [{ Speed: "IB-GDR" }, "IB-GDR, 4x"],
      [{ Speed: "xIB-XDR" }, "xIB-XDR, 4x"],
      [{ Speed: "XDR_4Xx" }, "XDR_4Xx, 4x"],
      [{ Speed: "1600G" }, "1600G, 4x"],
      [{ Speed: "x800G" }, "x800G, 4x"],
      [{ Speed: "800G_" }, "800G_, 4x"],
      [{ Speed: undefined }, "no speed, 4x"],
      [{ Width: undefined }, "IB-XDR, no width"],
      [{ Speed: "IB-XDR_2X" }, "IB-XDR_2X, 4x"],
      [{ Width: "x4x" }, "IB-XDR, x4x"],
      [{ Width: "4xx" }, "IB-XDR, 4xx"],
    ])("X3 mlxlink's %j is no speed and width that anybody knows", (part, shown) => {
      const judgement = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
        "mlxlink-mlx5_1": link({ ...good, ...part }),
      });
      expect(answer(judgement)).toEqual(["inconclusive", "speed-unknown port mlx5_1/1"]);
      expect(judgement.findings[0]).toMatchObject({
        message: `The kernel does not know the speed of mlx5_1/1, and mlxlink shows ${shown}.`,
        observed: "10 Gb/sec (4X SDR)",
        evidence: [
          { probe: "ib-sysfs", line: 6 },
          { probe: "mlxlink-mlx5_1", path: "/result/output/Operational Info" },
        ],
      });
    });

    it("X3 what mlxlink shows of a wrong link, and why it cannot be used, is told", () => {
      const { findings } = judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
        "mlxlink-mlx5_1": link({ ...good, Speed: "N/A", Width: "12x" }),
      });
      expect(findings[0]).toMatchObject({ code: "speed-wrong", observed: "N/A, 12x (mlxlink)" });
      expect(
        judge(second({ rate: "10 Gb/sec (4X SDR)" }), undefined, {
          "mlxlink-mlx5_1": link({ ...good, Speed: "IB-NDR", Width: "" }),
        }).findings[0],
      ).toMatchObject({ observed: "IB-NDR, no width (mlxlink)" });
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
        observed: "IB-NDR, 4x (mlxlink)",
        evidence: [
          { probe: "mlxlink-mlx5_1", path: "/result/output/Operational Info" },
          { probe: "ib-sysfs", line: 6 },
        ],
      });
    });
  });
});
