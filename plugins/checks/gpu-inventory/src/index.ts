import { defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** The node has the GPUs it was bought with. */
export default defineCheck({
  id: "gpu-inventory",
  version: "1.0.0",
  title: "The driver lists every GPU of the node, and no other",
  probes: [{ probe: probes.nvidiaSmi, why: "name, serial number and UUID of each GPU" }],
  sections: { gpus: GpuExpectations },
  needs: ["gpus.count"],
  codes,
  judge,
});
