import { fileURLToPath } from "node:url";
import type { Transport, VendorSession } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";
import type { RunnerEvent, RunnerParts } from "@slipway/runner";
import type { PassPolicy } from "@slipway/domain";
import { HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));
export const MINUTE = 60_000;

/** A world of few machines, seen once, whose lanes have this policy besides; by default each pass is to be on a boot of its own. */
export async function bootWorld({
  machines = 1,
  bootSeconds = 240,
  passes,
  policy = { freshBootEvery: 1 },
  lab = {},
}: {
  readonly machines?: number;
  readonly bootSeconds?: number;
  readonly passes?: number;
  readonly policy?: Partial<PassPolicy>;
  readonly lab?: Readonly<Record<string, unknown>>;
} = {}): Promise<SimulatedWorld> {
  const made = await simulatedWorld({
    seed: 5,
    fleetFolder,
    lab: { cells: { "oci-h100-a": machines }, speed: 1, bootSeconds, ...lab },
    vary: (fleet) => {
      const lanes = fleet.lanes.map(({ lane, ...known }) => ({
        ...known,
        lane: { ...lane, passes: passes ?? lane.passes, policy: { ...lane.policy, ...policy } },
      }));
      return { ...fleet, lanes, lane: (digest) => lanes.find((known) => known.digest === digest) };
    },
  });
  await made.clock.runUntil(START + HOUR);
  await made.look();
  return made;
}

/** Hears of each look for a boot id after the node answered and before the worker knows, with the signal of its connection. */
export type OnLook = (signal: AbortSignal) => Promise<void>;

/** A worker of that world that looks for what is due every second, and whose vendor answers otherwise. */
export function workerOf(
  { parts }: SimulatedWorld,
  vendor: (session: VendorSession) => Partial<VendorSession> = () => ({}),
  onLook: OnLook = () => Promise.resolve(),
): { readonly parts: RunnerParts; readonly events: RunnerEvent[] } {
  const events: RunnerEvent[] = [];
  const adapters = new Map<string, Adapter>(
    [...parts.adapters].map(([id, adapter]) => [
      id,
      adapter.vendor === undefined
        ? adapter
        : {
            transport: heard(adapter.transport, onLook),
            vendor: { ...adapter.vendor, session: { ...adapter.vendor.session, ...vendor(adapter.vendor.session) } },
          },
    ]),
  );
  return {
    events,
    parts: {
      ...parts,
      adapters,
      limits: { ...parts.limits, sweepMs: 1_000 },
      emit: (event) => void events.push(event),
    },
  };
}

const heard = (inner: Transport, onLook: OnLook): Transport => ({
  async connect(host, signal) {
    const connection = await inner.connect(host, signal);
    return {
      get lost() {
        return connection.lost;
      },
      async exec(command, options) {
        const result = await connection.exec(command, options);
        if (command.id === "boot-id") await onLook(signal);
        return result;
      },
      close: () => {
        connection.close();
      },
    };
  },
  close: () => undefined,
});

/** Moves time on until something is so, for two days at most. */
export async function until({ clock }: SimulatedWorld, so: () => boolean): Promise<void> {
  const end = clock.now() + 48 * HOUR;
  while (!so() && clock.now() < end) await clock.runUntil(clock.now() + MINUTE / 4);
}
