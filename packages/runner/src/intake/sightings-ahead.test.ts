import type { Sighting } from "@slipway/domain";
import type { VendorSession } from "@slipway/plugin-sdk";
import { systemClock } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { expect, test } from "vitest";
import { precedence } from "@slipway/nodes/testing";
import { DEFAULT_LIMITS, type RunnerEvent, type RunnerParts } from "../worker/parts.ts";
import { lookAtVendor } from "./look.ts";

const NOW = Date.UTC(2026, 0, 9);

const node = (name: string, at: string): Sighting => ({
  source: "vendor:oci",
  observed_at: at,
  node_name: name,
  cluster: "c1",
  system_serial: `2216${name}`,
});

const listing = (...items: Sighting[]): VendorSession => ({
  listNodes: () => Promise.resolve({ items }),
  close: () => Promise.resolve(),
});

test("refuses a node of a vendor's list with a time in the future, logs it once, and takes in the others", async () => {
  const store = memoryStore({ clock: { now: () => NOW } });
  const events: RunnerEvent[] = [];
  const parts = {
    store,
    clock: systemClock,
    worker: { id: "worker/1" },
    limits: DEFAULT_LIMITS,
    emit: (event: RunnerEvent) => void events.push(event),
  } as unknown as RunnerParts;
  const session = listing(
    node("n1", "2026-01-09T00:04:59Z"),
    node("n2", "2099-01-01T00:00:00Z"),
    node("n3", "2026-01-08T00:00:00Z"),
  );
  const account = { adapter: "oci", session, everyMs: 0 };
  const { signal } = new AbortController();
  expect(await lookAtVendor(parts, account, precedence, signal)).toMatchObject({ sightings: 2, refused: 1 });
  expect(await lookAtVendor(parts, account, precedence, signal)).toMatchObject({ sightings: 0, refused: 1 });
  expect(store.snapshot("sightings").map(({ body }) => body["node_name"])).toEqual(["n3", "n1"]);
  expect(events).toEqual([
    {
      event: "sighting-refused",
      adapter: "oci",
      node: "c1/n2/",
      field: "observed_at",
      reason: expect.stringMatching(
        /at most 5 minutes after now \(2026-01-09T00:00:00.000Z\), got "2099-01-01/,
      ) as string,
    },
  ]);
});
