import { at, fails, faultsOf, inconclusive, linkScope, WIDE, type FaultTable } from "./fault.ts";
import { named, pickPeer } from "./faults-imex-domain.ts";
import { setPair } from "./imex.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { TruthScope } from "./types.ts";

const HOST = { imex: "host" } as const;
const HOST_JSON = { imex: "host", imexDomainFormat: "json" } as const;
const BROKEN = ["NEVER_CONNECTED", "INVALID", "DISCONNECTED"];
const GPU_ONLY = ["gb300"] as const;

/** Two members, the lower position first; a domain of two has no pair that is not a whole member. */
function pickPair(machine: Machine, rng: Prng): { a: number; b: number; scope: TruthScope } {
  const { members } = machine.imex;
  if (members.length < 3) throw new RangeError("a single broken pair needs at least three members");
  const a = rng.between(0, members.length - 2);
  const b = rng.between(a + 1, members.length - 1);
  return { a, b, scope: linkScope(`${at(members, a).name}->${at(members, b).name}`) };
}

const pairBroken = (words: readonly string[]) => (machine: Machine, rng: Prng) => {
  const { a, b, scope } = pickPair(machine, rng);
  setPair(machine.imex, a, b, rng.pick(words));
  machine.imex.domainStatus = "DEGRADED";
  return fails("I7", WIDE, [scope]);
};

/** I7: the connections between members. */
export const IMEX_PAIR_FAULTS: FaultTable = faultsOf("imex", {
  "imex-pair-not-connected": {
    describe: "One pair of members is not connected.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: pairBroken(BROKEN),
  },
  "imex-pair-version-mismatch": {
    describe: "The matrix shows !V! for one pair.",
    profiles: GPU_ONLY,
    needs: { imex: "host", imexDomainFormat: "text" },
    strike: pairBroken(["VERSION_MISMATCH"]),
  },
  "imex-pair-node-map-mismatch": {
    describe: "The matrix shows !M! for one pair.",
    profiles: GPU_ONLY,
    needs: { imex: "host", imexDomainFormat: "text" },
    strike: pairBroken(["NODE_MAP_MISMATCH"]),
  },
  "imex-active-pair-not-connected": {
    describe: "In an active per-domain rack one pair is not connected.",
    profiles: GPU_ONLY,
    needs: { imex: "per-domain-active" },
    strike: pairBroken(BROKEN),
  },
  "imex-pair-one-way": {
    describe: "One direction of one pair is not connected.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const { a, b, scope } = pickPair(machine, rng);
      at(machine.imex.pairs, b)[a] = rng.pick(BROKEN);
      machine.imex.domainStatus = "DEGRADED";
      return fails("I7", WIDE, [scope]);
    },
  },
  "imex-pair-word-unknown": {
    describe: "A pair has a connection word of no list.",
    profiles: GPU_ONLY,
    needs: HOST_JSON,
    strike: (machine, rng) => {
      const { a, b, scope } = pickPair(machine, rng);
      setPair(machine.imex, a, b, "HIBERNATING");
      return inconclusive("G5", [scope]);
    },
  },
  "imex-pair-not-listed": {
    describe: "A complete document does not list one pair.",
    profiles: GPU_ONLY,
    needs: HOST_JSON,
    strike: (machine, rng) => {
      const { a, b, scope } = pickPair(machine, rng);
      setPair(machine.imex, a, b, null);
      return inconclusive("I2", [scope]);
    },
  },
  "imex-member-disconnected": {
    describe: "A READY member is connected with nobody.",
    profiles: GPU_ONLY,
    needs: HOST,
    strike: (machine, rng) => {
      const { imex } = machine;
      const position = pickPeer(machine, rng);
      if (imex.members.length < 3) throw new RangeError("a disconnected member needs at least three members");
      imex.nodes.forEach((_, peer) => {
        if (peer !== position) setPair(imex, position, peer, "DISCONNECTED");
      });
      imex.domainStatus = "DEGRADED";
      return fails("I7", WIDE, [named(imex, position)]);
    },
  },
});
