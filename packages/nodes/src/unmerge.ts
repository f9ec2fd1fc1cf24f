import { comparableSerial, isSpecific } from "@slipway/plugin-sdk";
import type { Seen } from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import { unique } from "./load-world.ts";
import { credit, type Merged } from "./merge-machines.ts";
import { seenOf } from "./sighting-row.ts";

type Sighting = Row<"sightings">;

/**
 * Gives a merged machine back what it had, and the passes, bans and releases since then that its own hardware
 * earned. The caller derives both machines again.
 */
export async function unmerge(
  tx: Tx,
  { event, keeper, other }: { readonly event: number; readonly keeper: number; readonly other: number },
  before: Merged,
): Promise<void> {
  const all = await tx.find("sightings", { where: { machine: keeper } });
  const given = new Set(before.sightings);
  const theirs = all.filter(({ id }) => given.has(id));
  const own = all.filter(({ id }) => !given.has(id) && id < event);
  const since = all.filter(({ id }) => !given.has(id) && id > event);
  const backSightings = since.filter(({ body }) => sideOf(rowOf(seenOf(body)), theirs, own) === "leaving");
  const settled = new Set([...before.passes, ...before.keeper.passes].map((key) => JSON.stringify(keyOfPass(key))));
  const earned = (await tx.find("passes", { where: { machine: keeper } })).filter(
    (pass) => !settled.has(JSON.stringify(keyOfPass(pass))),
  );
  const backPasses = earned.filter((pass) => sideOf(pass, theirs, own) === "leaving");
  // A later validation goes where its passes go, and its release and ban go with it.
  const validations = unique(backPasses.map(({ validation }) => validation)).filter(
    (id) => !before.keeper.validations.includes(id),
  );
  const following = async (table: "bans" | "releases"): Promise<number[]> =>
    validations.length === 0
      ? []
      : (await tx.find(table, { where: { machine: keeper, validation: { in: validations } } })).map(({ id }) => id);
  await credit(
    tx,
    {
      ...before,
      sightings: [...before.sightings, ...backSightings.map(({ id }) => id)],
      passes: [...before.passes, ...backPasses.map(keyOfPass)],
      validations: unique([...before.validations, ...validations]),
      bans: unique([...before.bans, ...(await following("bans"))]),
      releases: unique([...before.releases, ...(await following("releases"))]),
    },
    other,
  );
  await tx.update("machines", [{ key: { id: other }, set: { merged_into: null } }]);
}

const rowOf = ({ systemSerial, gpuSerials, gpuUuids }: Seen): Parameters<typeof sideOf>[0] => ({
  system_serial: systemSerial,
  gpu_serials: gpuSerials,
  gpu_uuids: gpuUuids,
});

/** To which of the two machines hardware belongs: by a system serial that only one has, else by most of its GPUs. */
export function sideOf(
  hardware: Pick<Row<"passes">, "system_serial" | "gpu_serials" | "gpu_uuids">,
  leaving: readonly Sighting[],
  staying: readonly Sighting[],
): "leaving" | "staying" {
  const [a, b] = [shownBy(leaving), shownBy(staying)];
  const system = isSpecific(hardware.system_serial) ? comparableSerial(hardware.system_serial) : "";
  if (a.systems.has(system) !== b.systems.has(system)) return a.systems.has(system) ? "leaving" : "staying";
  const own = [...hardware.gpu_serials, ...hardware.gpu_uuids].map(comparableSerial);
  const shared = (gpus: ReadonlySet<string>): number => own.filter((gpu) => gpus.has(gpu)).length;
  return shared(a.gpus) > shared(b.gpus) ? "leaving" : "staying";
}

/** Serials and UUIDs of sightings, as they are compared. */
function shownBy(rows: readonly Sighting[]): {
  readonly systems: ReadonlySet<string>;
  readonly gpus: ReadonlySet<string>;
} {
  const seen = rows.map(({ body }) => seenOf(body));
  return {
    systems: new Set(
      seen
        .map(({ systemSerial }) => systemSerial)
        .filter(isSpecific)
        .map(comparableSerial),
    ),
    gpus: new Set(seen.flatMap(({ gpuSerials, gpuUuids }) => [...gpuSerials, ...gpuUuids]).map(comparableSerial)),
  };
}

export const keyOfPass = ({
  validation,
  attempt,
  run_index,
  try: tried,
}: Pick<Row<"passes">, "validation" | "attempt" | "run_index" | "try">): {
  validation: number;
  attempt: number;
  run_index: number;
  try: number;
} => ({ validation, attempt, run_index, try: tried });
