import { defineCheck, HypervisorExpectations, probes } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { judge } from "./judge.ts";

/** The node runs on the hypervisor, the host and the kernel arguments it should. */
export default defineCheck({
  id: "hypervisor",
  version: "1.1.0",
  title: "The hypervisor, its host's name and the kernel arguments are as expected",
  probes: [
    { probe: probes.virt, why: "the kind of hypervisor" },
    { probe: probes.cmdline, why: "the kernel arguments, where `hypervisor.kernelArgs` names any", optional: true },
    { probe: probes.hypervKvp, why: "the host's name, where `hypervisor.physicalHost` is required", optional: true },
  ],
  sections: { hypervisor: HypervisorExpectations },
  needs: ["hypervisor.virt"],
  codes,
  judge,
});
