import type { FieldName } from "@slipway/domain";
import { comparableSerial } from "@slipway/plugin-sdk";
import {
  currentValues,
  showsGpus,
  type Candidate,
  type Claim,
  type CurrentValues,
  type Precedence,
  type SourceClaims,
} from "@slipway/policy";
import type { Row } from "@slipway/store";
import { serialList, text, type Incoming } from "./sighting-row.ts";

export type Placement = Omit<Row<"placements">, "id"> & { readonly id: number | null };
type SerialRow = Row<"serials">;
type ClaimsRow = Row<"claims_of_sources">;

/** Fields of a placement; `vendor` and `sku` go with it, but do not make it another. */
export const PLACE_FIELDS = [
  "cluster",
  "node_name",
  "vendor_instance_id",
  "host_id",
  "rack",
  "tray",
  "nvlink_domain",
  "ibkey",
] as const;

/** A machine in memory, derived from its sightings one after the other, with what has to be written of it. */
export class KnownMachine {
  row: Row<"machines">;
  open: Placement | null = null;
  /** Placements that were made or changed here. */
  readonly placements = new Set<Placement>();
  readonly claims: Map<string, ClaimsRow> = new Map();
  readonly serials: Map<string, SerialRow> = new Map();
  readonly dirty = { row: false, claims: new Set<string>(), serials: new Set<string>() };
  /** Sightings before this time are late: that of the newest sighting, or when another machine took its place. */
  lastAt = -Infinity;
  values: CurrentValues = {};
  /** It was placed, and then another machine took its name or the sightings that placed it were forgotten. */
  displaced = false;

  constructor(row: Row<"machines">) {
    this.row = row;
  }

  get id(): number {
    return this.row.id;
  }

  get bare(): boolean {
    return this.row.system_serial === null && !showsGpus(this.candidate());
  }

  candidate(): Candidate {
    return {
      id: this.id,
      systemSerial: this.row.system_serial,
      gpuSerials: this.row.gpu_serials,
      gpuUuids: this.row.gpu_uuids,
      instanceId: text(this.values.vendor_instance_id?.value),
      vendor: this.row.vendor,
      nodeName: this.open?.node_name ?? null,
    };
  }

  load(
    claims: readonly ClaimsRow[],
    serials: readonly SerialRow[],
    open: Placement | undefined,
    precedence: Precedence,
  ): void {
    for (const row of claims) {
      this.claims.set(row.source, row);
      this.lastAt = Math.max(this.lastAt, row.observed_at);
    }
    for (const row of serials) this.serials.set(serialKey(row), row);
    this.open = open ?? null;
    this.values = currentValues(this.#sources(), precedence);
  }

  /** Adds the claims of a sighting. Of each source the newest claim counts, in whatever order they come. */
  claim(sighting: Incoming, id: number, fields: ReadonlyMap<FieldName, unknown>, precedence: Precedence): void {
    const { source, at } = sighting;
    const known = this.claims.get(source);
    const merged: Partial<Record<FieldName, Claim>> = { ...known?.fields };
    for (const [name, value] of fields) {
      const before = merged[name];
      if (
        before === undefined ||
        before.observedAt < at ||
        (before.observedAt === at && JSON.stringify(before.value) < JSON.stringify(value))
      )
        merged[name] = { value, observedAt: at, sighting: id };
    }
    const newest = known === undefined || known.observed_at <= at;
    this.claims.set(source, {
      machine: this.id,
      source,
      observed_at: newest ? at : known.observed_at,
      sighting: newest ? id : known.sighting,
      fields: merged,
    });
    this.dirty.claims.add(source);
    this.lastAt = Math.max(this.lastAt, at);
    this.#speak("system", [text(fields.get("system_serial"))], at);
    this.#speak("gpu", serialList(fields.get("gpu_serials")), at);
    this.#speak("uuid", serialList(fields.get("gpu_uuids")), at);
    this.#speak("instance", [text(fields.get("vendor_instance_id"))], at);
    this.refresh(precedence);
  }

  /** Drops claims of its place from before `at`, when another machine took it; the sightings themselves stay. */
  displace(at: number, precedence: Precedence): void {
    for (const [source, row] of this.claims) {
      const kept = Object.entries(row.fields).filter(
        ([name, claim]) => !(PLACE_FIELDS as readonly string[]).includes(name) || claim.observedAt > at,
      );
      if (kept.length === Object.keys(row.fields).length) continue;
      this.claims.set(source, { ...row, fields: Object.fromEntries(kept) });
      this.dirty.claims.add(source);
    }
    this.displaced = true;
    this.close(at);
    this.lastAt = Math.max(this.lastAt, at);
    this.refresh(precedence);
  }

  close(at: number): void {
    if (this.open === null) return;
    this.placements.delete(this.open);
    // A placement that another one replaced at the same time is left out.
    if (this.open.from_at < at || this.open.id !== null) this.placements.add({ ...this.open, until_at: at });
    this.open = null;
  }

  place(placement: Placement): void {
    if (this.open !== null) this.placements.delete(this.open);
    this.open = placement;
    this.placements.add(placement);
    this.displaced = false;
  }

  /** Brings the machine's row and its serials up to the current claims of its sources. */
  refresh(precedence: Precedence): void {
    this.values = currentValues(this.#sources(), precedence);
    const { system_serial, gpu_serials, gpu_uuids, vendor, sku, adapter } = this.values;
    const next = {
      system_serial: text(system_serial?.value),
      gpu_serials: serialList(gpu_serials?.value),
      gpu_uuids: serialList(gpu_uuids?.value),
      vendor: text(vendor?.value),
      sku: text(sku?.value),
      adapter: text(adapter?.value),
    };
    if (
      next.system_serial !== this.row.system_serial ||
      next.gpu_serials.join() !== this.row.gpu_serials.join() ||
      next.gpu_uuids.join() !== this.row.gpu_uuids.join() ||
      next.vendor !== this.row.vendor ||
      next.sku !== this.row.sku ||
      next.adapter !== this.row.adapter
    ) {
      this.row = { ...this.row, ...next };
      this.dirty.row = true;
    }
    const current = new Set([
      ...keysOf("system", [next.system_serial]),
      ...keysOf("gpu", next.gpu_serials),
      ...keysOf("uuid", next.gpu_uuids),
      ...keysOf("instance", [text(this.values.vendor_instance_id?.value)]),
    ]);
    for (const [key, row] of this.serials) {
      const is = current.has(key);
      if (is !== row.current) this.#setSerial(key, { ...row, current: is });
    }
  }

  #speak(kind: SerialRow["kind"], serials: readonly (string | null)[], at: number): void {
    for (const spelt of serials) {
      if (spelt === null) continue;
      const serial = comparable(kind, spelt);
      const key = serialKey({ kind, serial });
      const known = this.serials.get(key);
      if (known !== undefined && known.first_seen <= at && known.last_seen >= at) continue;
      this.#setSerial(key, {
        kind,
        serial,
        machine: this.id,
        first_seen: Math.min(known?.first_seen ?? at, at),
        last_seen: Math.max(known?.last_seen ?? at, at),
        current: known?.current ?? true,
      });
    }
  }

  #setSerial(key: string, row: SerialRow): void {
    this.serials.set(key, row);
    this.dirty.serials.add(key);
  }

  #sources(): readonly SourceClaims[] {
    return [...this.claims.values()];
  }
}

/** A serial as it is compared; ids of instances are compared as they are. */
export const comparable = (kind: SerialRow["kind"], serial: string): string =>
  kind === "instance" ? serial : comparableSerial(serial);

/** Keys of serials of a kind, as {@link serialKey} writes them. */
export const keysOf = (kind: SerialRow["kind"], serials: readonly (string | null)[]): readonly string[] =>
  serials.flatMap((serial) => (serial === null ? [] : serialKey({ kind, serial: comparable(kind, serial) })));

export const serialKey = ({ kind, serial }: { readonly kind: SerialRow["kind"]; readonly serial: string }): string =>
  `${kind} ${serial}`;
