import type { Sighting } from "@slipway/domain";
import type { VendorSession } from "@slipway/plugin-sdk";
import { expect, test } from "vitest";
import { START, vendorWorld } from "../../test/vendor-world.ts";

const at = (ms: number): string => new Date(ms).toISOString();

const node = (name: string, observed_at: string): Sighting => ({
  source: "vendor:oci",
  observed_at,
  node_name: name,
  cluster: "c1",
  system_serial: `2216${name}`,
});

const listing = (...items: Sighting[]): VendorSession => ({
  listNodes: () => Promise.resolve({ items }),
  close: () => Promise.resolve(),
});

test("refuses a node of a vendor's list with a time in the future, tells it once, and takes in the others", async () => {
  const world = vendorWorld();
  const session = listing(
    node("n1", at(START + 299_000)),
    node("n2", "2099-01-01T00:00:00Z"),
    node("n3", at(START - 86_400_000)),
  );
  for (let look = 0; look < 2; look += 1) await world.look({ adapter: "oci", session, afterMs: look * 1_000 });
  expect(world.events.filter(({ event }) => event !== "transition")).toEqual([
    {
      event: "sighting-refused",
      adapter: "oci",
      node: "c1/n2/",
      field: "observed_at",
      reason: expect.stringMatching(
        /at most 5 minutes after now \(2026-01-09T00:00:00.000Z\), got "2099-01-01/,
      ) as string,
    },
    { event: "looked", adapter: "oci", sightings: 2, refused: 1, planned: expect.any(Number) as number },
    { event: "looked", adapter: "oci", sightings: 0, refused: 1, planned: expect.any(Number) as number },
  ]);
  expect(world.store.snapshot("sightings").map(({ body }) => body["node_name"])).toEqual(["n3", "n1"]);
});
