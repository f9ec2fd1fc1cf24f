import type { IdentityEventKind } from "@slipway/domain";
import { IDENTITY_RULES, type Candidate, type Candidates, type Precedence, type Seen } from "@slipway/policy";
import type { Row } from "@slipway/store";
import { placementChange, partSwap, takeover } from "./explain.ts";
import { comparable, keysOf, KnownMachine, PLACE_FIELDS, serialKey, type Placement } from "./known-machine.ts";
import { fieldsOf, text, type Incoming } from "./sighting-row.ts";

export interface PendingEvent {
  readonly kind: IdentityEventKind;
  readonly machine: number;
  readonly other: number | null;
  readonly sighting: number | null;
  readonly why: string;
  /** What undoing it needs, or the values from before it; empty where there is neither. */
  readonly before: object;
}

/** What sightings showed that the machines in memory are not enough for. */
export interface Findings {
  readonly events: PendingEvent[];
  /** Machines of which a sighting came late: they have to be derived again from all their sightings. */
  readonly late: Set<number>;
  /** Machines known by name only, and the hardware that was then seen under that name. */
  readonly absorbed: Map<number, { readonly into: number; readonly sighting: number; readonly why: string }>;
}

/**
 * The machines in memory that a batch of sightings can be of, found by serial, instance and name. Sightings applied
 * in the order of time give the same machines and placements, whether they come one by one or all again.
 */
export class World {
  readonly machines = new Map<number, KnownMachine>();
  readonly findings: Findings = { events: [], late: new Set(), absorbed: new Map() };
  readonly #precedence: Precedence;
  readonly #bySystem = new Map<string, Set<number>>();
  /** By serial and by UUID. */
  readonly #byGpu = new Map<string, Set<number>>();
  readonly #byInstance = new Map<string, Set<number>>();
  readonly #byName = new Map<string, Set<number>>();
  /** For each name, when the last machine that is no longer placed under it left it. */
  readonly #left = new Map<string, number>();

  constructor(precedence: Precedence) {
    this.#precedence = precedence;
  }

  /** Adds a machine, or updates the keys by which it is found. */
  index(machine: KnownMachine): void {
    this.machines.set(machine.id, machine);
    for (const row of machine.serials.values()) {
      if (row.kind === "system") add(this.#bySystem, row.serial, machine.id);
      else if (row.current) add(row.kind === "instance" ? this.#byInstance : this.#byGpu, serialKey(row), machine.id);
    }
    const name = machine.open?.node_name ?? null;
    if (name !== null) add(this.#byName, name, machine.id);
  }

  /** Records that a placement ended: sightings from before are late for its machine and its name. */
  ended({ machine, node_name, until_at }: Pick<Row<"placements">, "machine" | "node_name" | "until_at">): void {
    const at = until_at ?? -Infinity;
    const known = this.machines.get(machine);
    if (known !== undefined) known.lastAt = Math.max(known.lastAt, at);
    if (node_name !== null) this.#left.set(node_name, Math.max(this.#left.get(node_name) ?? -Infinity, at));
  }

  candidates(seen: Seen): Candidates {
    const of = (
      index: Map<string, Set<number>>,
      key: string | null,
      holds: (machine: KnownMachine) => boolean,
    ): readonly Candidate[] =>
      [...(index.get(key ?? "") ?? [])].flatMap((id) => {
        const machine = this.machines.get(id);
        return machine !== undefined && machine.row.merged_into === null && holds(machine) ? [machine.candidate()] : [];
      });
    const gpus = new Map(
      [...keysOf("gpu", seen.gpuSerials), ...keysOf("uuid", seen.gpuUuids)].flatMap((key) =>
        of(this.#byGpu, key, ({ serials }) => serials.get(key)?.current === true).map(
          (candidate) => [candidate.id, candidate] as const,
        ),
      ),
    );
    const [instance = null] = keysOf("instance", [seen.instanceId]);
    return {
      bySystem: of(this.#bySystem, seen.systemSerial && comparable("system", seen.systemSerial), () => true),
      byGpu: [...gpus.values()],
      byInstance: of(this.#byInstance, instance, ({ values }) => values.vendor_instance_id?.value === seen.instanceId),
      byName: of(
        this.#byName,
        seen.nodeName,
        ({ open }) => open !== null && open.node_name === seen.nodeName && agrees(open.cluster, seen.cluster),
      ),
    };
  }

  /**
   * Applies a sighting to its machine.
   *
   * @param past true while machines are derived again: no sighting is late then, and no event is recorded
   */
  fold(machine: KnownMachine, sighting: Incoming, id: number, past = false): void {
    const fields = fieldsOf(sighting.body);
    const late = !past && sighting.at < machine.lastAt;
    const before = { hardware: machine.candidate(), image: machine.values.image?.value };
    machine.claim(sighting, id, fields, this.#precedence);
    const swap = partSwap(before.hardware, machine.candidate(), sighting);
    if (swap !== undefined && !past)
      this.#tell({
        kind: "part-swap",
        machine: machine.id,
        other: null,
        sighting: id,
        why: swap,
        before: { gpu_serials: before.hardware.gpuSerials, gpu_uuids: before.hardware.gpuUuids },
      });
    if (!PLACE_FIELDS.some((name) => fields.has(name))) return this.index(machine);
    if (late) {
      if (!standsIn(machine.open, fields, sighting.at)) this.findings.late.add(machine.id);
      return this.index(machine);
    }
    this.#place(machine, sighting, { id, past, imageBefore: before.image });
    this.index(machine);
  }

  #place(
    machine: KnownMachine,
    sighting: Incoming,
    { id, past, imageBefore }: { readonly id: number; readonly past: boolean; readonly imageBefore: unknown },
  ): void {
    const { open } = machine;
    const next = placementOf(machine, sighting.at);
    if (!past && (this.#left.get(next.node_name ?? "") ?? -Infinity) > sighting.at) {
      this.findings.late.add(machine.id);
      return;
    }
    for (const other of this.#occupants(machine, next)) {
      if (other.lastAt > sighting.at && !past) {
        this.findings.late.add(machine.id).add(other.id);
        return;
      }
      if (other.bare && !past) {
        this.findings.absorbed.set(other.id, {
          into: machine.id,
          sighting: id,
          why: `m-${String(other.id)} was known only as ${String(next.node_name)}; the machine there is m-${String(machine.id)} (${sighting.source})`,
        });
      } else if (!past) {
        this.#tell({ ...takeover(machine, other, next, sighting), sighting: id, before: { placement: other.open } });
      }
      this.ended({ machine: other.id, node_name: next.node_name, until_at: sighting.at });
      other.displace(sighting.at, this.#precedence);
    }
    if (open === null) {
      if (next.node_name !== null || next.vendor_instance_id !== null) machine.place(next);
      return;
    }
    const filled: Placement = { ...next, id: open.id, from_at: open.from_at, ...known(open, next) };
    const change = placementChange(
      { open, next },
      { before: imageBefore, now: machine.values.image?.value },
      machine,
      sighting,
    );
    if (change !== undefined && !past)
      this.#tell({ ...change, machine: machine.id, other: null, sighting: id, before: { placement: open } });
    const moved = PLACE_FIELDS.some((name) => open[name] !== null && next[name] !== null && open[name] !== next[name]);
    if (!moved || open.from_at === sighting.at) {
      if (Object.keys(filled).some((name) => filled[name as keyof Placement] !== open[name as keyof Placement]))
        machine.place(filled);
      return;
    }
    this.ended({ machine: machine.id, node_name: open.node_name, until_at: sighting.at });
    machine.close(sighting.at);
    machine.place({ ...filled, id: null, from_at: sighting.at });
  }

  #occupants(machine: KnownMachine, { node_name, cluster }: Placement): readonly KnownMachine[] {
    return [...(this.#byName.get(node_name ?? "") ?? [])].flatMap((id) => {
      const other = this.machines.get(id);
      return other !== undefined &&
        other !== machine &&
        other.open?.node_name === node_name &&
        other.open.cluster === cluster
        ? [other]
        : [];
    });
  }

  #tell(event: PendingEvent): void {
    this.findings.events.push(event);
  }
}

function placementOf(machine: KnownMachine, at: number): Placement {
  const value = (name: (typeof PLACE_FIELDS)[number]): string | null => text(machine.values[name]?.value);
  return {
    id: null,
    machine: machine.id,
    vendor: machine.row.vendor,
    sku: machine.row.sku,
    cluster: value("cluster"),
    node_name: value("node_name"),
    vendor_instance_id: value("vendor_instance_id"),
    host_id: value("host_id"),
    rack: value("rack"),
    tray: value("tray"),
    nvlink_domain: value("nvlink_domain"),
    ibkey: value("ibkey"),
    from_at: at,
    until_at: null,
  };
}

/** Values of the old placement that the sighting does not give. */
function known(open: Placement, next: Placement): Partial<Placement> {
  return Object.fromEntries(PLACE_FIELDS.filter((name) => next[name] === null).map((name) => [name, open[name]]));
}

/** Whether a late sighting only repeats a placement from before it. */
function standsIn(open: Placement | null, fields: ReadonlyMap<string, unknown>, at: number): boolean {
  return (
    open !== null &&
    open.from_at <= at &&
    PLACE_FIELDS.every((name) => !fields.has(name) || fields.get(name) === open[name])
  );
}

const agrees = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;

function add(index: Map<string, Set<number>>, key: string, id: number): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

/** A machine that was never seen before. Unproven capacity is `Spare` until a validation claims it. */
export function newMachine(id: number, at: number, now: number): KnownMachine {
  const row: Row<"machines"> = {
    id,
    system_serial: null,
    gpu_serials: [],
    gpu_uuids: [],
    identity_rules: IDENTITY_RULES,
    account: "Spare",
    account_since: now,
    vendor: null,
    sku: null,
    adapter: null,
    cluster: null,
    merged_into: null,
    created_at: at,
    generation: 0,
  };
  const machine = new KnownMachine(row);
  machine.dirty.row = true;
  return machine;
}
