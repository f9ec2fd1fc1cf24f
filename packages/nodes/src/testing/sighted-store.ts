import { readFileSync } from "node:fs";
import { Sighting } from "@slipway/domain";
import { Precedence } from "@slipway/policy";
import type { Row, Store } from "@slipway/store";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { parse } from "yaml";
import { ingest, type IngestSummary } from "../ingest.ts";

/** The precedence of the repository's own fleet. */
export const precedence = Precedence.parse(
  parse(readFileSync(new URL("../../../../fleet/precedence.yaml", import.meta.url), "utf8")),
);

export const NOW = Date.UTC(2026, 0, 9);

/** Hour `hour` of the first day, in milliseconds. */
export const hour = (count: number): number => Date.UTC(2026, 0, 1) + count * 3_600_000;

/** Four GPU serials of a kind, some of them replaced. */
export const gpus = (kind: string, replaced: Readonly<Record<number, string>> = {}): string[] =>
  [0, 1, 2, 3].map((index) => replaced[index] ?? `16${kind}0${String(index)}`);

export type Sight = Readonly<Record<string, unknown>> & { readonly hour?: number };

export const sightingOf = ({ hour: at = 0, ...rest }: Sight): Sighting =>
  Sighting.parse({ source: "vendor:oci", observed_at: new Date(hour(at)).toISOString(), ...rest });

/** Takes sightings into a store in one ingest. */
export const see = (store: Store, ...sights: readonly Sight[]): Promise<IngestSummary> =>
  ingest(
    store,
    sights.map((sight, index) => ({ sighting: sightingOf(sight), path: `fixture:${String(index + 1)}` })),
    { now: NOW, precedence },
  );

/** A store that took in sightings one after the other. */
export async function storeOf(...sights: readonly Sight[]): Promise<MemoryStore> {
  const store = memoryStore({ clock: { now: () => NOW } });
  for (const sight of sights) await see(store, sight);
  return store;
}

/** Machines that were not merged into another, in the order of their ids. */
export const living = (store: MemoryStore): readonly Row<"machines">[] =>
  store.snapshot("machines").filter(({ merged_into }) => merged_into === null);

/** Placements of unmerged machines, named by their hardware because ids depend on the order of arrival. */
export function placed(store: MemoryStore): readonly string[] {
  const names = new Map(living(store).map((row) => [row.id, row.system_serial ?? row.gpu_serials.join("+")]));
  return store
    .snapshot("placements")
    .map(({ machine, cluster, node_name, rack, from_at, until_at }) =>
      JSON.stringify([
        names.get(machine) ?? `dead ${String(machine)}`,
        cluster,
        node_name,
        rack,
        (from_at - hour(0)) / 3_600_000,
        until_at === null ? null : (until_at - hour(0)) / 3_600_000,
      ]),
    )
    .sort();
}

/** Events of every kind but `new`, with their text. */
export const told = (store: MemoryStore): readonly string[] =>
  store
    .snapshot("identity_events")
    .filter(({ kind }) => kind !== "new")
    .map(({ kind, why }) => `${kind}: ${why}`);
