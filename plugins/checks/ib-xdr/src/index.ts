import { defineCheck, IbExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** Every rail runs at the speed, width, link layer and partition it was bought for. */
export default defineCheck({
  id: "ib-xdr",
  version: "1.1.0",
  title: "Every InfiniBand rail is up at its speed, width and partition",
  probes: [
    { probe: probes.ibSysfs, why: "state, rate, link layer and partition keys of each port" },
    {
      probe: probes.mlxlink,
      why: "the real speed where the kernel does not know it, and of Ethernet rails",
      optional: true,
    },
    { probe: probes.ibstat, why: "a panic of the user-space stack", optional: true },
  ],
  sections: { ib: IbExpectations },
  needs: ["ib.rails"],
  codes,
  judge,
});
