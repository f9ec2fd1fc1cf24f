import { findNode, ingest } from "@slipway/nodes";
import { SlipwayError, type Host } from "@slipway/plugin-sdk";
import { timeOf } from "@slipway/store";
import type { RunnerParts } from "../worker/parts.ts";
import { identify } from "./identify.ts";

/** Machines that hosts turned out to be, and the hosts of which that is unknown because they do not answer. */
export interface TakenIn {
  readonly machines: readonly number[];
  readonly silent: readonly Host[];
}

/**
 * Asks hosts which machines they are, and takes in what they say as sightings.
 *
 * @param asked `adapter`: how they are reached, now and in later passes; `path`: where the hosts are written
 * @throws SlipwayError of kind `input` for an adapter that this process does not have
 */
export async function takeInHosts(
  { store, adapters, limits, reader, clock, fleet }: RunnerParts,
  { hosts, adapter: id, path }: { readonly hosts: readonly Host[]; readonly adapter: string; readonly path: string },
  signal: AbortSignal,
): Promise<TakenIn> {
  const adapter = adapters.get(id);
  if (adapter === undefined) throw new SlipwayError("input", `there is no way ${id} to reach a host`);
  const around = { adapterId: id, adapter, limits, reader, now: () => clock.now() };
  const identified = await identify(hosts, around, signal);
  const sightings = identified.flatMap(({ sighting }) => sighting ?? []);
  await ingest(
    store,
    sightings.map((sighting) => ({ sighting, path })),
    { now: await timeOf(store), precedence: fleet.precedence },
  );
  return {
    machines: await Promise.all(
      sightings.map(async ({ node_name }) => (await findNode(store, node_name ?? "")).machine.id),
    ),
    silent: identified.flatMap(({ host, sighting }) => (sighting === undefined ? [host] : [])),
  };
}
