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
import { SENTINEL, UNREACHABLE, type ImexFacts, type ToolAnswer } from "./imex.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { TruthScope } from "./types.ts";

const HOST = { imex: "host" } as const;
const SLOTS = { imex: "dns-slots" } as const;
const GPU_ONLY = ["gb300"] as const;

function pickMember(machine: Machine, rng: Prng): { position: number; name: string; scope: TruthScope } {
  const position = rng.between(0, machine.imex.members.length - 1);
  const { name } = at(machine.imex.members, position);
  return { position, name, scope: memberScope(name) };
}

function resolveTo(imex: ImexFacts, name: string, answer: string): void {
  for (const line of imex.resolve) if (line.name === name) line.answer = answer;
}

/** A member whose name gets a wrong answer. */
const answered = (answer: (address: string, rng: Prng) => string) => (machine: Machine, rng: Prng) => {
  const { position, name, scope } = pickMember(machine, rng);
  resolveTo(machine.imex, name, answer(at(machine.imex.members, position).address, rng));
  return fails("I3", CONFIGURATION, [scope]);
};

const unresolved = answered((_, rng) =>
  rng.pick(["! Name or service not known", "! Temporary failure in name resolution"]),
);
const elsewhere = (address: string): string => address.replace(/\d+$/u, "254");

/** Takes an entry out of the nodes file, and with it the line of the resolver. */
function dropEntry(machine: Machine, rng: Prng) {
  const { name, scope } = pickMember(machine, rng);
  const { imex } = machine;
  imex.nodesFile = (imex.nodesFile ?? []).filter((entry) => entry !== name);
  imex.resolve = imex.resolve.filter((line) => line.name !== name);
  return fails("I4", CONFIGURATION, [scope]);
}

function answerAll(imex: ImexFacts, answer: ToolAnswer): void {
  imex.local = answer;
  imex.domainAnswer = { ...answer };
}

/** No daemon answers, and the unit says so too. */
const notRunning =
  (ActiveState: string, SubState: string) =>
  (machine: Machine, rng: Prng): void => {
    machine.imex.service = { ...machine.imex.service, ActiveState, SubState };
    answerAll(machine.imex, { stdout: "", stderr: rng.pick(UNREACHABLE), exitCode: 1 });
  };

/** I3, I4 and I8: names, the nodes file, and whether there is a daemon at all. */
export const IMEX_NAME_FAULTS: FaultTable = faultsOf("imex", {
  "imex-name-unresolved": {
    describe: "A member's name does not resolve; the domain is UP.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: unresolved,
  },
  "imex-slot-name-unresolved": {
    describe: "The name of an expected slot does not resolve.",
    profiles: GPU_ONLY,
    needs: SLOTS,
    strike: unresolved,
  },
  "imex-name-sentinel": {
    describe: "A member's name resolves to the sentinel.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: answered(() => SENTINEL),
  },
  "imex-slot-name-sentinel": {
    describe: "The name of an expected slot resolves to the sentinel.",
    profiles: GPU_ONLY,
    needs: SLOTS,
    strike: answered(() => SENTINEL),
  },
  "imex-name-two-addresses": {
    describe: "A member's name resolves to two IPv4 addresses.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: answered((address) => `${address} ${elsewhere(address)}`),
  },
  "imex-name-ipv6-only": {
    describe: "A member's name resolves to no IPv4 address.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: answered(() => "fd00:67::1f"),
  },
  "imex-name-other-address": {
    describe: "A member's name resolves to another address than the domain prints for it.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: answered(elsewhere),
  },
  "imex-two-members-one-address": {
    describe: "Two members resolve to one address.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const { members } = machine.imex;
      const a = rng.between(0, members.length - 2);
      const b = rng.between(a + 1, members.length - 1);
      resolveTo(machine.imex, at(members, a).name, at(members, a).address);
      resolveTo(machine.imex, at(members, b).name, at(members, a).address);
      return fails("I3", CONFIGURATION, [memberScope(at(members, a).name), memberScope(at(members, b).name)]);
    },
  },
  "imex-name-no-line": {
    describe: "The resolver has no line for a member.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const { name, scope } = pickMember(machine, rng);
      machine.imex.resolve = machine.imex.resolve.filter((line) => line.name !== name);
      return inconclusive("I3", [scope]);
    },
  },
  "imex-resolve-empty": {
    describe: "The resolver has no line at all.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.resolve = [];
      return inconclusive("I3");
    },
  },
  "imex-members-by-address": {
    describe: "The members are given as addresses.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      const { imex, expect, identity } = machine;
      imex.nodesFile = [...identity.addresses];
      imex.resolve = identity.addresses.map((address) => ({ name: address, answer: address }));
      if (expect.imex !== undefined) expect.imex.members = [...identity.addresses];
      return passes("I3");
    },
  },
  "imex-nodes-file-missing-entry": {
    describe: "The nodes file lacks a member.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: dropEntry,
  },
  "imex-slot-missing-from-nodes-file": {
    describe: "The nodes file lacks an expected slot.",
    profiles: GPU_ONLY,
    needs: SLOTS,
    strike: dropEntry,
  },
  "imex-nodes-file-surplus-entry": {
    describe: "The nodes file has an entry too many.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      const { imex, identity } = machine;
      const name = `${identity.node.rack}-t99`;
      imex.nodesFile?.push(name);
      imex.resolve.push({ name, answer: elsewhere(at(identity.addresses, 0)) });
      return fails("I4", CONFIGURATION, [memberScope(name)]);
    },
  },
  "imex-nodes-file-empty": {
    describe: "The nodes file is empty: an empty list.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.nodesFile = [];
      machine.imex.resolve = [];
      return fails(
        "I4",
        CONFIGURATION,
        machine.imex.members.map(({ name }) => memberScope(name)),
      );
    },
  },
  "imex-nodes-file-reordered": {
    describe: "The nodes file has the members in another order.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.nodesFile?.reverse();
      return passes("I4");
    },
  },
  "imex-not-running": {
    describe: "The always-on service is inactive and nobody answers.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      notRunning("inactive", "dead")(machine, rng);
      return fails("I8", WIDE, [nodeScope(machine)]);
    },
  },
  "imex-service-failed": {
    describe: "The always-on service has failed and nobody answers.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      notRunning("failed", "failed")(machine, rng);
      return fails("I8", WIDE, [nodeScope(machine)]);
    },
  },
  "imex-active-unit-unreachable": {
    describe: "The unit is active, yet the daemon cannot be reached.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      notRunning("active", "running")(machine, rng);
      return fails("I8", WIDE, [nodeScope(machine)]);
    },
  },
  "imex-domain-active-not-running": {
    describe: "A domain is active, but the service is inactive.",
    profiles: GPU_ONLY,
    needs: { imex: "per-domain-active" },
    strike: (machine, rng) => {
      notRunning("inactive", "dead")(machine, rng);
      return fails("I8", WIDE, null);
    },
  },
  "imex-control-silent": {
    describe: "The control tool fails without a word while the unit is active.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      answerAll(machine.imex, { stdout: "", stderr: "", exitCode: 1 });
      return inconclusive("I8");
    },
  },
  "imex-node-configuration-unreadable": {
    describe: "The daemon could not read its node configuration file.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      answerAll(machine.imex, { stdout: "", stderr: "Failed to read node configuration file\n", exitCode: 1 });
      return fails("I8", CONFIGURATION, null);
    },
  },
  "imex-unit-inactive-daemon-ready": {
    describe: "The unit is inactive, but a daemon answers READY.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine) => {
      machine.imex.service = { ...machine.imex.service, ActiveState: "inactive", SubState: "dead" };
      return passes("I8");
    },
  },
});
