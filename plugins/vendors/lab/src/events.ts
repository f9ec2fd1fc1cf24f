import type { Page, VendorEvent } from "@slipway/plugin-sdk";
import type { World } from "./world.ts";

/** Everything that happened in the lab so far, oldest first. A move shows in the sightings, and as a leave here. */
export function eventsSince(
  world: World,
  now: number,
  cursor: string | undefined,
): Page<VendorEvent> & { readonly cursor: string } {
  world.advance(now);
  const since = cursor === undefined ? -Infinity : Number(cursor);
  const items = world.machines
    .flatMap((machine) =>
      machine.happened
        .filter(({ at }) => at > since && at <= now)
        .map((event): { readonly at: number; readonly event: VendorEvent } => ({
          at: event.at,
          event: {
            id: event.id,
            kind: event.kind === "move" ? "leave" : event.kind,
            node: { nodeName: machine.node, cluster: machine.cell.cluster },
            systemSerial: machine.systemSerial,
            at: new Date(event.at).toISOString(),
            ...(event.cause === undefined
              ? {}
              : {
                  cause: event.cause,
                  reason:
                    event.cause === "workload"
                      ? "the scheduler excluded the node after job failures"
                      : "the node failed in service",
                }),
          },
        })),
    )
    .sort((a, b) => a.at - b.at || (a.event.id < b.event.id ? -1 : 1))
    .map(({ event }) => event);
  return { items, cursor: String(now) };
}
