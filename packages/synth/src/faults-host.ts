import { CONFIGURATION, fails, faultsOf, inconclusive, nodeScope, passes, type FaultTable } from "./fault.ts";
import { KERNEL_ARGUMENT } from "./host.ts";
import type { Machine } from "./machine.ts";

const PLATFORM = ["platform", "configuration"];
const GUEST = ["gb300"] as const;

/** Puts another word, or none, in the place of the required kernel argument. */
const instead = (word: (argument: string) => string | null) => (machine: Machine) => {
  const { host, settings } = machine;
  const argument = KERNEL_ARGUMENT[settings.profile];
  const other = word(argument);
  host.commandLine = host.commandLine.flatMap((present) =>
    present === argument ? (other === null ? [] : [other]) : [present],
  );
  return fails("H4", CONFIGURATION, [nodeScope(machine)]);
};

const physicalHost = (value: string | null) => (machine: Machine) => {
  const { host } = machine;
  host.kvp = (host.kvp ?? []).flatMap(([key, present]): [string, string][] =>
    key !== "PhysicalHostName" ? [[key, present]] : value === null ? [] : [[key, value]],
  );
  return fails("H3", PLATFORM, [nodeScope(machine)]);
};

/** H1-H4. */
export const HOST_FAULTS: FaultTable = faultsOf("hypervisor", {
  "virt-unexpected": {
    describe: "The node runs under another hypervisor than expected.",
    strike: (machine) => {
      machine.host.virt = { text: "kvm", exitCode: 0 };
      return fails("H2", PLATFORM, [nodeScope(machine)]);
    },
  },
  "virt-none-unexpected": {
    describe: "The node runs on bare metal where a hypervisor is expected.",
    profiles: GUEST,
    strike: (machine) => {
      machine.host.virt = { text: "none", exitCode: 1 };
      return fails("H2", PLATFORM, [nodeScope(machine)]);
    },
  },
  "virt-none-allowed": {
    describe: "The node runs on bare metal, which is one of the values expected.",
    profiles: GUEST,
    strike: (machine) => {
      machine.host.virt = { text: "none", exitCode: 1 };
      machine.expect.hypervisor = { ...machine.expect.hypervisor, virt: ["microsoft", "none"] };
      return passes("H2");
    },
  },
  "virt-container": {
    describe: "The evidence was collected inside a container.",
    strike: (machine, rng) => {
      machine.host.virt = { text: rng.pick(["docker", "podman", "lxc-libvirt", "container-other"]), exitCode: 0 };
      return inconclusive("H2", [nodeScope(machine)]);
    },
  },
  "virt-container-allowed": {
    describe: "A container's word is one of the values expected.",
    strike: (machine) => {
      machine.host.virt = { text: "docker", exitCode: 0 };
      machine.expect.hypervisor = { ...machine.expect.hypervisor, virt: ["none", "docker"] };
      return passes("H2");
    },
  },
  "physical-host-absent": { describe: "The pool names no physical host.", profiles: GUEST, strike: physicalHost(null) },
  "physical-host-empty": {
    describe: "The pool names an empty physical host.",
    profiles: GUEST,
    strike: physicalHost(""),
  },
  "kvp-unreadable": {
    describe: "The pool cannot be read although a physical host is required.",
    profiles: GUEST,
    strike: (machine) => {
      machine.host.kvp = null;
      return inconclusive("H3");
    },
  },
  "kernel-argument-missing": { describe: "A required kernel argument is missing.", strike: instead(() => null) },
  "kernel-argument-longer": {
    describe: "A word of the command line only begins like the required argument.",
    strike: instead((argument) => `${argument}0`),
  },
  "kernel-argument-embedded": {
    describe: "A word of the command line only ends like the required argument.",
    strike: instead((argument) => `module.${argument}`),
  },
});
