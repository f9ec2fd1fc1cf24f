import { fileURLToPath } from "node:url";
import { DEFAULT_LIMITS, type RunnerParts } from "@slipway/runner";
import { loadPrecedence } from "@slipway/fleet";
import { memoryQueue, memoryStore, virtualClock } from "@slipway/store/memory";
import { faultySession, listedVendor } from "@slipway/testkit/vendors";
import { expect, it } from "vitest";
import { lookAtVendors } from "./look-at-vendors.ts";

const precedence = loadPrecedence(fileURLToPath(new URL("../../../fleet", import.meta.url)));
const log = { info: () => undefined, warn: () => undefined };

it("goes on looking at a vendor while another one never answers", async () => {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const [silent, listed] = [listedVendor(() => clock.now()), listedVendor(() => clock.now())];
  const session = faultySession(
    silent.session,
    () => ({ kind: "hangs" }),
    (ms) => clock.sleep(ms),
  );
  const parts = {
    store: memoryStore({ clock }),
    queue: memoryQueue({ clock }),
    clock,
    adapters: new Map([
      ["silent", { vendor: { session } }],
      ["listed", { vendor: { session: listed.session } }],
    ]),
    worker: { id: "worker/1", host: "test", pid: 1, release: "0" },
    limits: DEFAULT_LIMITS,
    emit: () => undefined,
  } as unknown as RunnerParts;
  const stopping = new AbortController();
  const ended = lookAtVendors(parts, { precedence, log, refuses: () => undefined }, stopping.signal);
  await clock.runUntil(clock.now() + 17_000);
  expect(listed.pages).toHaveLength(4);
  stopping.abort();
  await ended;
});
