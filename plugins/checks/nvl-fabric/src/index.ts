import { defineCheck, GpuExpectations, NvlinkExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge, needs, notApplicable } from "./judge.ts";
import { judgeRack } from "./judge-rack.ts";

/** Every GPU has joined the NVLink fabric, and every link of it runs at its speed. */
export default defineCheck({
  id: "nvl-fabric",
  version: "1.1.0",
  title: "Every GPU has joined the NVLink fabric and all its links run at their speed",
  probes: [
    { probe: probes.nvidiaSmi, why: "fabric state, status, clique, cluster, health and MIG mode of each GPU" },
    { probe: probes.nvlink, why: "speed of each link" },
  ],
  sections: { gpus: GpuExpectations, nvlink: NvlinkExpectations },
  needs,
  codes,
  notApplicable,
  judge,
  judgeRack,
});
