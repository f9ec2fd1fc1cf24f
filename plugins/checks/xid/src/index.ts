import { defineCheck, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** The kernel log of this boot holds no Xid or SXid of a fault. */
export default defineCheck({
  id: "xid",
  version: "1.1.0",
  title: "The kernel log of this boot holds no Xid or SXid of a hardware fault",
  probes: [
    { probe: probes.kernelLog, why: "what driver and NVSwitch reported since the boot" },
    { probe: probes.nvidiaSmi, why: "UUID and serial number of the GPU at an address of the log", optional: true },
    { probe: probes.nvlink, why: "the number of that GPU in the other checks", optional: true },
  ],
  sections: {},
  needs: [],
  codes,
  judge,
});
