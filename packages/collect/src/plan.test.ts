import { probes } from "@slipway/plugin-sdk";
import { describe, expect, test } from "vitest";
import { plan } from "./plan.ts";

describe("plan", () => {
  const all = { probes: Object.values(probes) };
  const ids = (commands: readonly { id: string }[]) => commands.map(({ id }) => id);

  test("runs identity probes first, and leaves them out only when probes are named", () => {
    expect(ids(plan({}, { probes: [probes.virt] }).commands)).toEqual(["boot-id", "dmi", "nvidia-smi", "virt"]);
    expect(ids(plan({}, { ...all, named: ["virt", "boot-id", "virt"] }).commands)).toEqual(["virt", "boot-id"]);
  });

  test("runs a probe that loads the node only when it is named or --disruptive is given", () => {
    const expectations = { dcdiag: { level: 3 } };
    expect(ids(plan(expectations, all).withheld)).toEqual(["dcgm-diag", "nccl-allreduce"]);
    expect(plan(expectations, { ...all, disruptive: true }).withheld).toEqual([]);
    expect(plan(expectations, { ...all, named: ["dcgm-diag"] }).commands[0]?.argv).toEqual([
      "dcgmi",
      "diag",
      "-r",
      "3",
      "-j",
    ]);
    expect(ids(plan({ dcdiag: { level: 1 } }, all).commands)).toContain("dcgm-diag");
  });

  test("takes the members of a probe family from the expectations, named whole or one by one", () => {
    const rail = { device: "mlx5_[0-1]", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" };
    const expectations = { ib: { rails: [rail] } };
    expect(ids(plan(expectations, { ...all, named: ["mlxlink"] }).commands)).toEqual([
      "mlxlink-mlx5_0",
      "mlxlink-mlx5_1",
    ]);
    expect(ids(plan(expectations, { ...all, named: ["mlxlink-mlx5_1"] }).commands)).toEqual(["mlxlink-mlx5_1"]);
    expect(plan({}, { ...all, named: ["mlxlink-mlx5_1"] }).commands).toEqual([]);
  });

  test("refuses an unknown probe name", () => {
    expect(() => plan({}, { ...all, named: ["bootid"] })).toThrow("--probes bootid: there is no such probe");
  });
});
