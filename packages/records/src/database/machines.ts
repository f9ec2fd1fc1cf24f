import { comparableSerial } from "@slipway/plugin-sdk";
import type { Labels } from "@slipway/stats";
import type { Tx } from "@slipway/store";

/** Machines by number and by the serials that speak for them, each as the one it was merged into. */
export class Machines {
  readonly #mergedInto: ReadonlyMap<number, number>;
  readonly #bySerial: ReadonlyMap<string, number>;
  readonly #labels: ReadonlyMap<string, Labels>;

  private constructor(
    mergedInto: ReadonlyMap<number, number>,
    bySerial: ReadonlyMap<string, number>,
    labels: ReadonlyMap<string, Labels>,
  ) {
    this.#mergedInto = mergedInto;
    this.#bySerial = bySerial;
    this.#labels = labels;
  }

  static async read(tx: Tx): Promise<Machines> {
    const merged = await tx.find("machines", { where: { merged_into: { gt: 0 } }, columns: ["id", "merged_into"] });
    const serials = await tx.find("serials", {
      where: { kind: "system" },
      columns: ["serial", "machine"],
      orderBy: ["last_seen"],
    });
    const kinds = await tx.find("machines", { where: { merged_into: null }, columns: ["id", "vendor", "sku"] });
    const labels = kinds.map(
      ({ id, vendor, sku }) =>
        [
          `m-${String(id)}`,
          Object.fromEntries(
            Object.entries({ vendor, sku }).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
          ),
        ] as const,
    );
    return new Machines(
      new Map(merged.map(({ id, merged_into }) => [id, merged_into ?? id])),
      new Map(serials.map(({ serial, machine }) => [comparableSerial(serial), machine])),
      new Map(labels),
    );
  }

  /** `m-12`: what rows call a machine. */
  name(machine: number): string {
    let id = machine;
    for (let next = this.#mergedInto.get(id); next !== undefined; next = this.#mergedInto.get(id)) id = next;
    return `m-${String(id)}`;
  }

  /** The machine that imported history names by number or serial; the name as it is while nobody answers to it. */
  nameOf(machine: number | null, serial: string | null): string | null {
    const known = machine ?? this.#bySerial.get(comparableSerial(serial ?? ""));
    return known === undefined ? serial : this.name(known);
  }

  /** What its vendor rents out the machine of this name as; nothing of a name that is no machine's. */
  labelsOf(name: string): Labels {
    return this.#labels.get(name) ?? NONE;
  }
}

const NONE: Labels = {};
