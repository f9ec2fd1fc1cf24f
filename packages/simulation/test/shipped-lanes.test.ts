import { fileURLToPath } from "node:url";
import { loadChecks } from "@slipway/catalog";
import { buildRelease } from "@slipway/runner";
import { loadFleet } from "@slipway/fleet";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY, simulatedWorld } from "../src/simulate.ts";

// New machines of every SKU that the lab has, under the lanes and expectations as shipped.

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
const fleet = loadFleet(fleetFolder, await loadChecks());

/** SKUs of the lab, each with a cluster of it and the checks of the slow lane that its file leaves out. */
const SKUS = [
  ["Standard_ND128isr_GB300_v6", "az-gb300-a", []],
  ["BM.GPU.GB200.4", "oci-gb200-a", ["ib-errors"]],
  ["gb200-4x", "cwd-gb200-a", ["ib-errors"]],
  ["BM.GPU.H100.8", "oci-h100-a", ["ib-errors", "ib-xdr", "imex"]],
  ["gd-8xh100ib-i128", "cwd-h100-a", ["ib-errors", "ib-xdr", "imex"]],
  ["gd-8xh200ib-i128", "cwg-h200-a", ["ib-errors", "ib-xdr", "imex"]],
] as const;

describe("the shipped lanes release a machine of each SKU of the lab", () => {
  let world: Awaited<ReturnType<typeof simulatedWorld>>;
  beforeAll(async () => {
    const cells = Object.fromEntries(SKUS.map(([, cluster]) => [cluster, 6]));
    world = await simulatedWorld({ seed: 11, fleetFolder, lab: { cells, speed: 0.01, inconclusive: 0 } });
    await world.start();
    // Machines appear by and by.
    for (let day = 0; day < 20; day += 1) {
      await world.clock.runUntil(world.clock.now() + DAY);
      await world.look();
    }
  }, 120_000);

  it.each(SKUS)("%s, with what its file does not ask for in the record", async (sku, _cluster, left) => {
    const release = world.memory?.snapshot("releases").find((row) => row.sku === sku && row.entry === "new");
    const document = await buildRelease(world.parts.store, release?.id ?? 0);
    const slow = fleet.lanes.find(({ lane }) => lane.lane === "slow")?.lane.checks ?? [];
    expect(document.lane).toMatchObject({ name: "slow", checks: slow });
    expect(document.notRequired).toEqual(
      left.map((check) => ({ check, file: expect.stringMatching(`^expectations/sku/${sku}.yaml:[0-9]+$`) as string })),
    );
    const required = slow.filter((check) => !(left as readonly string[]).includes(check));
    expect(document.passes).toHaveLength(12);
    for (const { checks } of document.passes) {
      expect(Object.keys(checks).sort()).toEqual([...required].sort());
      expect(Object.values(checks)).not.toContain("inconclusive");
    }
  });
});
