import { DcdiagExpectations, defineCheck, GpuExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** Every GPU passes every DCGM diagnostic that the node's level or list of tests asks for. */
export default defineCheck({
  id: "dcdiag",
  version: "1.0.0",
  title: "Every GPU passes every DCGM diagnostic asked for",
  probes: [{ probe: probes.dcgmDiag, why: "the result of each test on each GPU" }],
  sections: { gpus: GpuExpectations, dcdiag: DcdiagExpectations },
  needs: ["gpus.count", "dcdiag.level"],
  codes,
  judge,
});
