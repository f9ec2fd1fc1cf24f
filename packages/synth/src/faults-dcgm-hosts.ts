import { at, fails, faultsOf, gpuScope, inconclusive, nodeScope, passes, type FaultTable } from "./fault.ts";
import { failOneRow } from "./faults-dcgm-document.ts";

const MNDIAG = { dcgm: "mndiag" } as const;

/** D12: the hosts of a multi-node run. */
export const DCGM_HOST_FAULTS: FaultTable = faultsOf("dcdiag", {
  "mndiag-gpu-failed": {
    describe: "A GPU of this host fails the multi-node diagnostic.",
    needs: MNDIAG,
    strike: (machine, rng) => fails("D12", ["hardware"], [gpuScope(failOneRow(machine, rng))]),
  },
  "mndiag-other-host-failed": {
    describe: "A GPU of another host fails; this host passes.",
    needs: MNDIAG,
    strike: (machine, rng) => {
      const { hosts, ownHost } = machine.dcgm;
      rng.pick(hosts.filter((_, host) => host !== ownHost)).failingGpu = 1;
      return passes("D12");
    },
  },
  "mndiag-host-qualified": {
    describe: "The host is listed by its qualified name in another case.",
    needs: MNDIAG,
    strike: (machine) => {
      at(machine.dcgm.hosts, machine.dcgm.ownHost).hostname =
        `${machine.identity.node.name.toUpperCase()}.cluster.internal`;
      return passes("D12");
    },
  },
  "mndiag-host-by-serials": {
    describe: "The host has another name and is known by its serials.",
    needs: MNDIAG,
    strike: (machine, rng) => {
      at(machine.dcgm.hosts, machine.dcgm.ownHost).hostname =
        `ip-10-0-${String(rng.between(0, 250))}-${String(rng.between(1, 250))}`;
      return passes("D12");
    },
  },
  "mndiag-host-not-listed": {
    describe: "This host took no part in the run.",
    needs: MNDIAG,
    strike: (machine) => {
      machine.dcgm.hosts.splice(machine.dcgm.ownHost, 1);
      machine.dcgm.ownHost = -1;
      return inconclusive("D12");
    },
  },
  "mndiag-mpi-error": {
    describe: "The launcher failed.",
    needs: MNDIAG,
    strike: (machine) => {
      at(machine.dcgm.tests, 0).mpiError =
        "mpirun was unable to launch the specified application on one or more nodes.";
      return inconclusive("D12");
    },
  },
  "mndiag-global-error": {
    describe: "A global error names no host.",
    needs: MNDIAG,
    strike: (machine) => {
      machine.dcgm.globalErrors.push({ text: "The hosts run different driver versions.", hostId: null });
      return inconclusive("D12");
    },
  },
  "mndiag-global-error-of-host": {
    describe: "A global error names this host.",
    needs: MNDIAG,
    strike: (machine) => {
      machine.dcgm.globalErrors.push({
        text: "The diagnostic process ended unexpectedly on the host.",
        hostId: machine.dcgm.ownHost,
      });
      return fails("D12", ["unknown", "hardware"], [nodeScope(machine)]);
    },
  },
  "mndiag-runtime-error": {
    describe: "The multi-node diagnostic could not run.",
    needs: MNDIAG,
    strike: (machine) => {
      machine.dcgm.runtimeError = "Unable to reach one or more hosts.";
      machine.dcgm.exitCode = 255;
      return inconclusive("D11");
    },
  },
  "mndiag-host-disturbed": {
    describe: "A global error of this host says that the host engine could not be reached.",
    needs: MNDIAG,
    strike: (machine) => {
      const hostId = machine.dcgm.ownHost;
      machine.dcgm.globalErrors.push({ text: "The host engine could not be reached.", hostId, errorId: 26 });
      return inconclusive("D0", [nodeScope(machine)]);
    },
  },
  "mndiag-host-fallen-off": {
    describe: "A global error of this host says that a GPU has fallen off the bus.",
    needs: MNDIAG,
    strike: (machine) => {
      const hostId = machine.dcgm.ownHost;
      machine.dcgm.globalErrors.push({ text: "A GPU of the host has fallen off the bus.", hostId, errorId: 120 });
      return fails("D12", ["hardware"], [nodeScope(machine)]);
    },
  },
});
