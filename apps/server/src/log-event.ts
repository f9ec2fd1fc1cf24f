import type { VendorPorts } from "@slipway/plugin-sdk";
import type { RunnerEvent } from "@slipway/runner";

/** Says in a worker's log what came of looks at vendors and of clean-ups, and what acts say while they are carried out. */
export function logEvent(log: VendorPorts["log"], event: RunnerEvent): void {
  if (event.event === "sighting-refused") {
    const { adapter: vendor, node, field, reason } = event;
    log.warn({ vendor, node, field, reason }, "a node of the vendor's list is not taken in");
  } else if (event.event === "looked") {
    const { adapter: vendor, sightings, refused, planned } = event;
    if (sightings + planned > 0) log.info({ vendor, sightings, refused, planned }, "looked at the vendor");
  } else if (event.event === "look-failed") {
    log.warn({ vendor: event.adapter, reason: event.reason }, "the look at the vendor failed; it is tried again");
  } else if (event.event === "tidied") {
    const { expired, orphans, purged, stopped } = event;
    if (expired + orphans > 0) log.info({ expired, orphans, purged, stopped }, "removed evidence whose time is over");
  } else if (event.event === "act-said") {
    log[event.level]({ ...event.fields, act: event.key }, event.message);
  }
}
