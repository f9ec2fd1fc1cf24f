import { mapLimited } from "./map-limited.ts";
import type { EvidenceReader } from "@slipway/evidence";
import type { Host } from "@slipway/plugin-sdk";
import type { Sighting } from "@slipway/domain";
import { gather } from "../worker/gather.ts";
import type { RunnerLimits } from "../worker/parts.ts";
import { withNodeBudget, type Adapter } from "@slipway/collect";

/** A host whose identity was asked for. */
export interface Identified {
  readonly host: Host;
  /** What its own tools print, over the inventory's fields; undefined when it does not answer. */
  readonly sighting: Sighting | undefined;
}

/**
 * Asks hosts which machines they are (serials, GPUs, boot), so that a machine's history is found
 * before its lane is chosen. Nothing that loads a node runs.
 *
 * @param around `adapterId` names the adapter that later passes reach them by
 */
export function identify(
  hosts: readonly Host[],
  around: {
    readonly adapterId: string;
    readonly adapter: Adapter;
    readonly limits: RunnerLimits;
    readonly reader: EvidenceReader;
    readonly now: () => number;
  },
  signal: AbortSignal,
): Promise<readonly Identified[]> {
  const { adapterId, adapter, limits, reader, now } = around;
  return mapLimited(hosts, 64, async (host) => {
    const { node } = await withNodeBudget((budget) =>
      gather({ adapter, host, limits, reader, signal, budget }, [], {}),
    );
    if ((node.bootId ?? node.serials ?? undefined) === undefined) return { host, sighting: undefined };
    const { name, address, port, user, jump, vendor, sku, cluster, rack, rackExpectations } = host;
    const reach = Object.fromEntries(
      Object.entries({ address, port, user, jump }).filter(([, value]) => value !== undefined),
    );
    return {
      host,
      sighting: {
        source: "in-guest",
        observed_at: new Date(now()).toISOString(),
        node_name: name,
        vendor: vendor ?? null,
        sku: sku ?? null,
        cluster: cluster ?? null,
        rack: rack ?? null,
        system_serial: node.serials?.system ?? null,
        gpu_serials: node.serials?.gpus ?? null,
        gpu_uuids: node.serials?.uuids ?? null,
        boot_id: node.bootId ?? null,
        adapter: adapterId,
        ...(Object.keys(reach).length === 0 ? {} : { address: reach }),
        ...(rackExpectations === undefined ? {} : { expect: rackExpectations }),
      },
    };
  });
}
