import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probes } from "./probes/catalog.ts";
import { expandDevices } from "./rails.ts";

describe("expanding a rail's device", () => {
  it.each([
    ["mlx5_0", ["mlx5_0"]],
    ["mlx5_[0-3]", ["mlx5_0", "mlx5_1", "mlx5_2", "mlx5_3"]],
    ["mlx5_[0,3,5]", ["mlx5_0", "mlx5_3", "mlx5_5"]],
    ["mlx5_[0-1,4]", ["mlx5_0", "mlx5_1", "mlx5_4"]],
    ["ib[08-11]", ["ib08", "ib09", "ib10", "ib11"]],
    ["ib[a,b]s0", ["ibas0", "ibbs0"]],
    ["r[0-1]p[0-1]", ["r0p0", "r0p1", "r1p0", "r1p1"]],
    ["odd[]name", ["odd[]name"]],
    ["odd[0,]", ["odd[0,]"]],
    ["open[0-3", ["open[0-3"]],
    ["ib[2-2]", ["ib2"]],
  ])("X1 %s", (pattern, names) => {
    expect(expandDevices(pattern)).toEqual(names);
  });

  it("stays bounded whatever is asked for", () => {
    expect(expandDevices("m[0-999999]").length).toBeLessThanOrEqual(1024);
    expect(expandDevices("[0-99][0-99][0-99]").length).toBeLessThanOrEqual(1024);
    fc.assert(fc.property(fc.string(), (pattern) => expandDevices(pattern).length <= 1024));
  });

  it("asks mlxlink of each rail, and of no name that is none", () => {
    const ids = (device: string): string[] =>
      probes.mlxlink
        .commands({
          ib: { rails: [{ device, port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" }] },
        })
        .map(({ id }) => id);
    expect(ids("mlx5_[0-1]")).toEqual(["mlxlink-mlx5_0", "mlxlink-mlx5_1"]);
    expect(ids("../x")).toEqual([]);
    expect(probes.mlxlink.commands({ ib: "nonsense" })).toEqual([]);
  });
});
