import {
  at,
  CONFIGURATION,
  fails,
  faultsOf,
  inconclusive,
  memberScope,
  nodeScope,
  passes,
  WIDE,
  type FaultTable,
} from "./fault.ts";
import { joinDomain, leaveDomain, setPair, type ImexFacts } from "./imex.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { TruthScope } from "./types.ts";

const HOST = { imex: "host" } as const;
const HOST_JSON = { imex: "host", imexDomainFormat: "json" } as const;
/** States 0-4 and 6: on the way up or down. */
const TRANSIENT = [
  "INITIALIZING",
  "STARTING_AUTH_SERVER",
  "WAITING_FOR_PEERS",
  "WAITING_FOR_RECOVERY",
  "INIT_GPU",
  "SHUTTING_DOWN",
];
const GPU_ONLY = ["gb300"] as const;

/** A member as the expectation names it. */
export const named = (imex: ImexFacts, position: number): TruthScope => memberScope(at(imex.members, position).name);

/** A member that is not this node. */
export function pickPeer(machine: Machine, rng: Prng): number {
  const { members, own } = machine.imex;
  return rng.pick(members.map((_, position) => position).filter((position) => position !== own));
}

/** Gives a node a state, and breaks all its connections. */
function isolate(imex: ImexFacts, position: number, status: string, version: string): void {
  const node = at(imex.nodes, position);
  node.status = status;
  node.version = version;
  imex.nodes.forEach((_, peer) => setPair(imex, position, peer, "NEVER_CONNECTED"));
  const row = at(imex.pairs, position);
  if (status === "UNAVAILABLE") row.fill("INVALID");
  imex.domainStatus = "DEGRADED";
}

const memberInState = (rule: string, states: readonly string[]) => (machine: Machine, rng: Prng) => {
  const position = pickPeer(machine, rng);
  isolate(machine.imex, position, rng.pick(states), machine.identity.driverVersion);
  return inconclusive(rule, [named(machine.imex, position)]);
};

const memberUnavailable = (machine: Machine, rng: Prng) => {
  const position = pickPeer(machine, rng);
  isolate(machine.imex, position, "UNAVAILABLE", "");
  return fails("I2", WIDE, [named(machine.imex, position)]);
};

function localState(machine: Machine, status: string, version: string): void {
  machine.imex.local = { stdout: `${status}\n`, stderr: "", exitCode: 0 };
  isolate(machine.imex, machine.imex.own, status, version);
}

function daemonOutlivesDomain(machine: Machine, status: string): void {
  const { imex, identity } = machine;
  imex.service = { ...imex.service, ActiveState: "active", SubState: "running" };
  imex.local = { stdout: `${status}\n`, stderr: "", exitCode: 0 };
  imex.domainAnswer = null;
  imex.domainStatus = "UP";
  imex.nodes = [
    {
      host: at(identity.addresses, identity.index),
      hostName: identity.node.name,
      status,
      version: identity.driverVersion,
    },
  ];
  imex.pairs = [["CONNECTED"]];
}

/** I1, I2, I5 and I6: what the daemons say of themselves and of each other. */
export const IMEX_DOMAIN_FAULTS: FaultTable = faultsOf("imex", {
  "imex-idle-daemon-ready": {
    describe: "No domain is active, yet the daemon answers READY.",
    profiles: GPU_ONLY,
    needs: { imex: "per-domain-idle" },
    strike: (machine) => {
      daemonOutlivesDomain(machine, "READY");
      return inconclusive("I1");
    },
  },
  "imex-idle-daemon-waiting": {
    describe: "No domain is active, yet a daemon waits for recovery.",
    profiles: GPU_ONLY,
    needs: { imex: "per-domain-idle" },
    strike: (machine) => {
      daemonOutlivesDomain(machine, "WAITING_FOR_RECOVERY");
      return inconclusive("I1");
    },
  },
  "imex-local-unavailable": {
    describe: "The local daemon is UNAVAILABLE.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      localState(machine, "UNAVAILABLE", "");
      return fails("I2", WIDE, [nodeScope(machine)]);
    },
  },
  "imex-local-starting": {
    describe: "The local daemon is on the way up or down.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      localState(machine, rng.pick(TRANSIENT), machine.identity.driverVersion);
      return inconclusive("I2", [nodeScope(machine)]);
    },
  },
  "imex-member-unavailable": {
    describe: "A member is UNAVAILABLE.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: memberUnavailable,
  },
  "imex-slot-member-unavailable": {
    describe: "An expected slot is UNAVAILABLE.",
    profiles: GPU_ONLY,
    needs: { imex: "dns-slots" },
    strike: memberUnavailable,
  },
  "imex-member-starting": {
    describe: "A member is on the way up or down.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: memberInState("I2", TRANSIENT),
  },
  "imex-member-state-unknown": {
    describe: "A member has a state word of no list.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: memberInState("I2", ["QUIESCED"]),
  },
  "imex-domain-down": {
    describe: "The domain is DOWN.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.domainStatus = "DOWN";
      return fails("I2", WIDE, null);
    },
  },
  "imex-domain-degraded-all-ready": {
    describe: "The domain is DEGRADED while every member is READY and connected.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.domainStatus = "DEGRADED";
      return inconclusive("I2");
    },
  },
  "imex-member-absent": {
    describe: "An expected member is not in the domain.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const { imex } = machine;
      const position = pickPeer(machine, rng);
      leaveDomain(imex, position);
      if (position < imex.own) imex.own -= 1;
      return fails("I2", WIDE, [named(imex, position)]);
    },
  },
  "imex-member-surplus": {
    describe: "The domain has a member too many.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      const host = at(machine.identity.addresses, 0).replace(/\d+$/u, "253");
      joinDomain(machine.imex, { host, hostName: "N/A", status: "READY", version: machine.identity.driverVersion });
      return fails("I2", WIDE, [memberScope(host)]);
    },
  },
  "imex-node-unnamed": {
    describe: "A domain node prints neither host nor host name, and a member is missing.",
    profiles: GPU_ONLY,
    needs: HOST_JSON,
    strike: (machine, rng) => {
      const position = pickPeer(machine, rng);
      Object.assign(at(machine.imex.nodes, position), { host: "", hostName: "N/A" });
      return inconclusive("I5", [named(machine.imex, position)]);
    },
  },
  "imex-host-names-not-shown": {
    describe: "The domain prints addresses only.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      for (const node of machine.imex.nodes) node.hostName = "N/A";
      return passes("I5");
    },
  },
  "imex-version-minority": {
    describe: "One member runs another version.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      if (machine.imex.members.length < 3) throw new RangeError("a minority needs at least three members");
      const position = pickPeer(machine, rng);
      at(machine.imex.nodes, position).version = "570.172.08";
      return fails("I6", CONFIGURATION, [named(machine.imex, position)]);
    },
  },
  "imex-version-tie": {
    describe: "Half of the members run another version.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      const { imex, expect } = machine;
      if (expect.imex !== undefined) expect.imex.version = null;
      const compared = imex.nodes.length - (imex.nodes.length % 2);
      imex.nodes.forEach((node, position) => {
        node.version = position >= compared ? "NO_GPU" : position % 2 === 0 ? node.version : "570.172.08";
      });
      return fails(
        "I6",
        CONFIGURATION,
        imex.members.slice(0, compared).map((_, position) => named(imex, position)),
      );
    },
  },
  "imex-version-unexpected": {
    describe: "All members run one version, but not the one expected.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      for (const node of machine.imex.nodes) node.version = "570.172.08";
      return fails("I6", CONFIGURATION, null);
    },
  },
  "imex-version-not-shown": {
    describe: "A version is expected and one member shows none.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const position = pickPeer(machine, rng);
      at(machine.imex.nodes, position).version = rng.pick(["", "NO_GPU"]);
      return inconclusive("I6", [named(machine.imex, position)]);
    },
  },
});
