import { defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** No GPU's memory is wearing out: nothing to remap, and no error that ECC could not correct. */
export default defineCheck({
  id: "gpu-memory",
  version: "1.0.0",
  title: "No GPU has a row remap pending or failed, or an uncorrectable memory error",
  probes: [{ probe: probes.nvidiaSmi, why: "row remapping and volatile ECC errors of each GPU" }],
  sections: { gpus: GpuExpectations },
  needs: ["gpus.count"],
  codes,
  judge,
});
