import type { HostSpec } from "@slipway/testkit/hosts";
import { synthesize } from "@slipway/synth";
import { gpuHost } from "./gpu-host.ts";

export const RACK = 16;
const SEED = 5;
/** Faults of single nodes, by their place in the rack; the others are healthy in what they print. */
export const FAULTS: Readonly<Record<number, string>> = {
  1: "ib-rail-polling",
  2: "dcgm-gpu-ecc-isolate",
  3: "imex-name-unresolved",
  4: "xid-79-fallen-off-bus",
  5: "fabric-unhealthy",
  6: "nvlink-inactive",
  7: "memory-row-remap-failure",
  8: "kernel-argument-missing",
  9: "nccl-slow",
  10: "inventory-gpu-missing-unnamed",
};
/** Places of hosts that are faulty in themselves. */
export const OFF = 11;
export const SLOW = 12;
export const DYING = 13;
export const HANGING = 14;
export const FLOODING = 15;

/** The nodes of the rack, as they would be if all of them answered. */
export const nodes = Array.from({ length: RACK }, (_, index) =>
  synthesize({ seed: SEED, index, rackSize: RACK, faults: FAULTS[index] === undefined ? [] : [FAULTS[index]] }),
);
export const nameOf = (index: number): string => nodes[index]?.node.name ?? "";

/** The host of a node, with what is odd about it. */
export function hostOf(index: number): HostSpec {
  const node = nodes[index];
  if (node === undefined) throw new RangeError("no such node");
  const host = gpuHost(node);
  const odd: Record<number, Record<string, { body: string }>> = {
    [SLOW]: { systemctl: { body: `sleep 2\n${host.tools?.["systemctl"]?.body ?? ""}` } },
    [DYING]: { ibstat: { body: "sleep 600\n" } },
    [HANGING]: {
      dcgmi: {
        body: "trap '' TERM\n(trap '' TERM; sleep 600) &\nsetsid sh -c 'trap \"\" TERM; sleep 600' &\nwhile :; do sleep 600; done\n",
      },
    },
    [FLOODING]: {
      journalctl: { body: "while :; do echo 'kernel: flood flood flood flood flood flood flood flood'; done\n" },
    },
  };
  return { ...host, tools: { ...host.tools, ...odd[index] } };
}
