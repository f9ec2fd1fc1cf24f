import { defineCheck, NcclExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** NCCL all-reduce reaches its bandwidth at the size that counts, without a wrong value. */
export default defineCheck({
  id: "nccl",
  version: "1.1.0",
  title: "NCCL all-reduce reaches its bus bandwidth without a wrong value",
  probes: [{ probe: probes.ncclAllreduce, why: "bandwidth and wrong values of each message size" }],
  sections: { nccl: NcclExpectations },
  needs: ["nccl.minBusbwGBps", "nccl.size"],
  codes,
  judge,
});
