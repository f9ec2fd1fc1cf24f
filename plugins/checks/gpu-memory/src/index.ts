import { defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** No GPU's memory is wearing out: nothing to remap, and no error that ECC could not correct. */
export default defineCheck({
  id: "gpu-memory",
  version: "1.1.0",
  title: "No GPU has a row remap pending or failed, a repair pending, or an uncorrectable memory error",
  probes: [
    { probe: probes.nvidiaSmi, why: "row remapping, volatile ECC errors and pending repairs of each GPU" },
    { probe: probes.nvlink, optional: true, why: "the number of each GPU, under which every check names it" },
  ],
  sections: { gpus: GpuExpectations },
  needs: ["gpus.count"],
  codes,
  judge,
});
