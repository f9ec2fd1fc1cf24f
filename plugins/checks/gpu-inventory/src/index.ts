import { defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** The node has the GPUs it was bought with. */
export default defineCheck({
  id: "gpu-inventory",
  version: "1.1.0",
  title: "The driver lists every GPU of the node, and no other",
  probes: [
    { probe: probes.nvidiaSmi, why: "name, serial number, UUID and recovery action of each GPU" },
    { probe: probes.nvlink, optional: true, why: "the number of each GPU, whose gap tells which one is missing" },
  ],
  sections: { gpus: GpuExpectations },
  needs: ["gpus.count"],
  codes,
  judge,
});
