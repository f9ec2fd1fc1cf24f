// Writes examples/rack-r01: the evidence of 18 invented nodes in which every verdict occurs. The
// README's picture and `npm start` judge it. Run it again with `node packages/tooling/src/example-rack.ts`.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { synthesize, toBundleFiles, type Synthesized } from "@slipway/synth";
import { repositoryRoot } from "./workspace.ts";

const TRAYS = 17;
const FAULTS: Readonly<Record<number, readonly string[]>> = {
  2: ["dcgm-gpu-ecc-isolate", "memory-dram-uncorrectable"],
  4: ["ib-rail-slow"],
  6: ["imex-name-unresolved"],
  8: ["xid-79-fallen-off-bus", "inventory-gpu-missing"],
  9: ["xid-31-page-fault"],
  11: ["hypervisor-hyperv-kvp-no-permission"],
  13: ["dcdiag-dcgm-diag-timed-out"],
  14: ["kernel-argument-missing"],
  15: ["imex-nodes-file-reordered"],
};

/** The last node: two PCIe cards without NVLink, so the fabric check does not apply to it. */
function utilityNode(): Synthesized {
  const node = synthesize({ seed: 18, profile: "h100", index: TRAYS });
  const { imex, ib, ...expect } = node.expect;
  return {
    ...node,
    node: { ...node.node, name: "gb300-r01-u00", vendor: "azure", cluster: "az-gb300-a", rack: "gb300-r01" },
    expect: {
      ...expect,
      nvlink: { links: 0 },
      checks: ["dcdiag", "gpu-inventory", "gpu-memory", "nccl", "nvl-fabric", "xid"],
    },
  };
}

/** What every tray must prove, so that a check which is added later changes nothing here. */
const CHECKS = [
  "dcdiag",
  "gpu-inventory",
  "gpu-memory",
  "hypervisor",
  "ib-errors",
  "ib-xdr",
  "imex",
  "nccl",
  "nvl-fabric",
  "xid",
];

const home = join(repositoryRoot, "examples", "rack-r01");
rmSync(home, { recursive: true, force: true });
const trays = Array.from({ length: TRAYS }, (_, index) => {
  const tray = synthesize({ seed: 1, index, rackSize: TRAYS, faults: FAULTS[index] ?? [] });
  return { ...tray, expect: { ...tray.expect, checks: CHECKS } };
});
for (const node of [...trays, utilityNode()]) {
  const folder = join(home, node.node.name);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(toBundleFiles(node))) writeFileSync(join(folder, name), content);
}
