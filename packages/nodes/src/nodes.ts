import { FieldName, SIGHTING_SCHEMA, type Account } from "@slipway/domain";
import { comparableSerial, isSpecific, SlipwayError } from "@slipway/plugin-sdk";
import {
  conflictsOf,
  currentValues,
  machineName,
  runtimeFacts,
  sameGpus,
  showsGpus,
  type Conflict,
  type CurrentValues,
  type Precedence,
  type SourcedValue,
} from "@slipway/policy";
import type { FleetExpectations } from "@slipway/evidence";
import type { Row, Store, Tx } from "@slipway/store";
import { unique } from "./load-world.ts";
import { sameSerial, seenOf } from "./sighting-row.ts";

/** A machine with where it stands now. */
export interface NodeRow {
  readonly machine: Row<"machines">;
  /** Null for a machine without a place. */
  readonly placement: Row<"placements"> | null;
}

export interface NodeFilter {
  readonly cluster?: string | undefined;
  readonly vendor?: string | undefined;
  readonly sku?: string | undefined;
  readonly account?: Account | undefined;
}

/** Everything known of one machine. */
export interface NodeDetail extends NodeRow {
  readonly values: CurrentValues;
  readonly conflicts: readonly Conflict[];
  /** Oldest first. */
  readonly placements: readonly Row<"placements">[];
  readonly events: readonly Row<"identity_events">[];
  readonly ledger: readonly Row<"ledger">[];
}

/** All machines but merged ones, by cluster, name and id. */
export async function listNodes(store: Store, filter: NodeFilter = {}): Promise<readonly NodeRow[]> {
  return store.transaction(async (tx) => {
    const { vendor, sku, account } = filter;
    const machines = await tx.find("machines", {
      where: {
        merged_into: null,
        ...(vendor === undefined ? {} : { vendor }),
        ...(sku === undefined ? {} : { sku }),
        ...(account === undefined ? {} : { account }),
      },
      orderBy: ["id"],
    });
    const placements = new Map(
      (
        await tx.find("placements", {
          where: { until_at: null, ...(filter.cluster === undefined ? {} : { cluster: filter.cluster }) },
        })
      ).map((row) => [row.machine, row]),
    );
    return machines
      .map((machine) => ({ machine, placement: placements.get(machine.id) ?? null }))
      .filter(({ placement }) => filter.cluster === undefined || placement !== null)
      .sort(
        (a, b) =>
          order(a.placement?.cluster, b.placement?.cluster) ||
          order(a.placement?.node_name, b.placement?.node_name) ||
          a.machine.id - b.machine.id,
      );
  });
}

/**
 * Machines that a word names: `m-12`, a system, GPU or instance id, or the name of a node now placed;
 * where none is, the last placed under that name.
 */
export async function findNodes(store: Store, word: string): Promise<readonly NodeRow[]> {
  return store.transaction(async (tx) => {
    const id = /^m-(\d+)$/.exec(word)?.[1];
    const named = await tx.find("placements", { where: { node_name: word } });
    const now = named.filter(({ until_at }) => until_at === null);
    const placed = now.length > 0 ? now : [...named].sort((a, b) => (b.until_at ?? 0) - (a.until_at ?? 0)).slice(0, 1);
    const serials =
      placed.length > 0 || id !== undefined
        ? []
        : await tx.find("serials", { where: { serial: { in: unique([word, comparableSerial(word)]) } } });
    const current = serials.filter((row) => row.current);
    const ids =
      id === undefined
        ? unique([...placed, ...(current.length > 0 ? current : serials)].map(({ machine }) => machine))
        : [Number(id)];
    const rows = ids.length === 0 ? [] : await tx.find("machines", { where: { id: { in: ids } }, orderBy: ["id"] });
    const open =
      rows.length === 0 ? [] : await tx.find("placements", { where: { machine: { in: ids }, until_at: null } });
    return rows.map((machine) => ({ machine, placement: open.find((row) => row.machine === machine.id) ?? null }));
  });
}

/** Machines by system serials, in the spelling that was asked for. */
export async function machinesBySerial(tx: Tx, serials: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const keys = unique(serials.map(comparableSerial));
  const rows = keys.length === 0 ? [] : await tx.find("serials", { where: { kind: "system", serial: { in: keys } } });
  const machines = new Map(rows.map(({ serial, machine }) => [serial, machine]));
  return new Map(
    serials.flatMap((serial) => {
      const machine = machines.get(comparableSerial(serial));
      return machine === undefined ? [] : [[serial, machine] as const];
    }),
  );
}

/**
 * The one machine that a word names.
 *
 * @throws SlipwayError of kind `input` when there is none, or several: the hint lists them
 */
export async function findNode(store: Store, word: string): Promise<NodeRow> {
  const [found, ...others] = await findNodes(store, word);
  if (found === undefined)
    throw new SlipwayError("input", `there is no node ${word}`, {
      hint: "a node is named by its name, its machine (m-12), or a serial; slipway nodes list",
    });
  if (others.length === 0) return found;
  const candidates = [found, ...others].map(
    ({ machine, placement }) =>
      `${machineName(machine.id)} (${placement?.node_name ?? "placed nowhere"}${inCluster(placement)}, system serial ${machine.system_serial ?? "unknown"})`,
  );
  throw new SlipwayError("input", `${word} names ${String(candidates.length)} machines`, {
    hint: `name one of them: ${candidates.join("; ")}`,
  });
}

/** @throws SlipwayError of kind `input` as {@link findNode} does */
export async function showNode(store: Store, word: string, precedence: Precedence): Promise<NodeDetail> {
  const node = await findNode(store, word);
  const { id } = node.machine;
  return store.transaction(async (tx) => {
    const values = currentValues(await tx.find("claims_of_sources", { where: { machine: id } }), precedence);
    const ofMachine = await tx.find("identity_events", { where: { machine: id } });
    const ofOther = await tx.find("identity_events", { where: { other: id } });
    return {
      ...node,
      values,
      conflicts: conflictsOf(values, precedence),
      placements: await tx.find("placements", { where: { machine: id }, orderBy: ["from_at", "id"] }),
      events: [...new Map([...ofMachine, ...ofOther].map((event) => [event.id, event])).values()].sort(
        (a, b) => a.id - b.id,
      ),
      ledger: await tx.find("ledger", { where: { machine: id }, orderBy: ["id"] }),
    };
  });
}

/** The sightings credited to a machine, oldest first, each with the reason why. */
export async function whyNode(
  store: Store,
  machine: Row<"machines">,
): Promise<readonly { readonly sighting: Row<"sightings">; readonly because: string }[]> {
  const sightings = await store.transaction((tx) =>
    tx.find("sightings", { where: { machine: machine.id }, orderBy: ["observed_at", "id"] }),
  );
  return sightings.map((sighting) => ({ sighting, because: because(sighting, machine) }));
}

function because({ body }: Row<"sightings">, machine: Row<"machines">): string {
  const seen = seenOf(body);
  const { systemSerial, instanceId, nodeName } = seen;
  const { system_serial: own, gpu_serials: gpuSerials, gpu_uuids: gpuUuids } = machine;
  const { shared = 0, of = 0, by = "GPUs" } = sameGpus(seen, { systemSerial: own, gpuSerials, gpuUuids }) ?? {};
  const agree = `${String(shared)} of ${String(of)} ${by} are its own now`;
  if (isSpecific(systemSerial))
    return sameSerial(systemSerial, own)
      ? `system serial ${systemSerial}`
      : `system serial ${systemSerial}, which is not its own now (${own ?? "unknown"}); ${agree}`;
  if (showsGpus(seen))
    return `${systemSerial === null ? "no system serial" : `system serial ${JSON.stringify(systemSerial)} names no machine`}; ${agree}`;
  return `no serials; ${instanceId === null ? "" : `instance ${instanceId}, `}name ${nodeName ?? "unknown"}`;
}

export interface NodeConflict extends Omit<Conflict, "field" | "values"> {
  /** A field, or a key of its expectations (`expect.ib.pkey`) that a file of the fleet gives otherwise. */
  readonly field: string;
  /** Files have no sighting and no time. */
  readonly values: readonly (Pick<SourcedValue, "value" | "source"> & Partial<SourcedValue>)[];
  readonly machine: number;
  readonly node: string | null;
}

/** An identity in doubt. Its owner is that of the field for the system serial, who decides which machine it is. */
export interface IdentityConflict extends Row<"identity_events"> {
  readonly owner: string;
}

/**
 * Fields on which sources disagree, expectations of sources that do not count, and identities in doubt, over all machines.
 *
 * @param files what the fleet's files expect; without them nothing is said of expectations
 */
export async function listConflicts(
  store: Store,
  precedence: Precedence,
  files?: FleetExpectations,
): Promise<{ readonly fields: readonly NodeConflict[]; readonly identities: readonly IdentityConflict[] }> {
  return store.transaction(async (tx) => {
    const names = new Map(
      (await tx.find("placements", { where: { until_at: null } })).map((row) => [row.machine, row.node_name]),
    );
    const fields = [...(await claimsByMachine(tx))].flatMap(([machine, claims]) => {
      const values = currentValues(claims, precedence);
      const own = [
        ...conflictsOf(values, precedence),
        ...(files === undefined ? [] : expected(values, precedence, files)),
      ];
      return own.map((conflict): NodeConflict => ({ machine, node: names.get(machine) ?? null, ...conflict }));
    });
    const { owner } = precedence.fields.system_serial ?? precedence.default;
    const doubts = await tx.find("identity_events", {
      where: { kind: { in: ["contradiction", "duplicate-serial"] }, undone_by: null },
      orderBy: ["id"],
    });
    return { fields, identities: doubts.map((event) => ({ ...event, owner })) };
  });
}

/** What a source expects of a node that does not count: a file of the fleet wins, or only files may give it. */
function expected(
  values: CurrentValues,
  { fields, default: rest }: Precedence,
  files: FleetExpectations,
): readonly Omit<NodeConflict, "machine" | "node">[] {
  const { expect } = values;
  if (expect === undefined || typeof expect.value !== "object" || expect.value === null) return [];
  const [vendor, sku, cluster] = (["vendor", "sku", "cluster"] as const).map((name) => {
    const value = values[name]?.value;
    return typeof value === "string" ? value : null;
  });
  const given = files.resolve({ vendor, sku, cluster });
  const { losing: _losing, value: _value, ...from } = expect;
  return runtimeFacts(expect.value as Readonly<Record<string, unknown>>, given.expect).ignored.map(
    ({ key, said, file }) => ({
      field: `expect.${key}`,
      owner: (fields.expect ?? rest).owner,
      values: [
        { value: file ?? null, source: given.sources[`/${key.replace(".", "/")}`] ?? "the fleet's files" },
        { ...from, value: said },
      ],
    }),
  );
}

/** Every machine's current values as sightings that can be loaded again, in an order that depends only on them. */
export async function exportNodes(
  store: Store,
  precedence: Precedence,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const claims = await store.transaction(claimsByMachine);
  return [...claims.values()]
    .map((own) => {
      const values = currentValues(own, precedence);
      const newest = Math.max(...own.map(({ observed_at }) => observed_at));
      return {
        schema: SIGHTING_SCHEMA,
        source: "file:export",
        observed_at: new Date(newest).toISOString(),
        ...Object.fromEntries(
          FieldName.options.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name].value]])),
        ),
      };
    })
    .map((row) => ({ row, whole: JSON.stringify(row) }))
    .sort((a, b) => order(text(a.row, "system_serial"), text(b.row, "system_serial")) || order(a.whole, b.whole))
    .map(({ row }) => row);
}

async function claimsByMachine(tx: Tx): Promise<ReadonlyMap<number, readonly Row<"claims_of_sources">[]>> {
  const byMachine = new Map<number, Row<"claims_of_sources">[]>();
  for (const row of await tx.find("claims_of_sources", { orderBy: ["machine", "source"] })) {
    const own = byMachine.get(row.machine);
    if (own === undefined) byMachine.set(row.machine, [row]);
    else own.push(row);
  }
  return byMachine;
}

const text = (row: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  typeof row[name] === "string" ? row[name] : undefined;

const inCluster = (placement: NodeRow["placement"]): string =>
  placement === null || placement.cluster === null ? "" : ` in ${placement.cluster}`;

/** Order by UTF-16 code units; absent values last. */
function order(a: string | null | undefined, b: string | null | undefined): number {
  if (typeof a !== "string" || typeof b !== "string")
    return Number(typeof a !== "string") - Number(typeof b !== "string");
  return a < b ? -1 : a > b ? 1 : 0;
}
