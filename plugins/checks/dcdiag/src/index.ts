import { DcdiagExpectations, defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** Every GPU passes every DCGM diagnostic that the node's level or list of tests asks for. */
export default defineCheck({
  id: "dcdiag",
  version: "1.1.0",
  title: "Every GPU passes every DCGM diagnostic asked for",
  probes: [
    { probe: probes.dcgmDiag, why: "the result of each test on each GPU" },
    {
      probe: probes.nvidiaSmi,
      optional: true,
      why: "the UUID and PCI address of a GPU that a finding names, by its serial",
    },
    { probe: probes.nvlink, optional: true, why: "one id for each card of nvidia-smi, as every check reads it" },
  ],
  sections: { gpus: GpuExpectations, dcdiag: DcdiagExpectations },
  needs: ["gpus.count", "dcdiag.level"],
  codes,
  judge,
});
