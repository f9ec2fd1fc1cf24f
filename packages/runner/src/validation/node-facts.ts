import type { Expectations } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { requiredChecks } from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import type { Fleet } from "../fleet/fleet.ts";
import type { Validation } from "./parts.ts";

/** Fields of a node that placements do not have; the newest value of any source counts. */
export interface LooseFields {
  readonly image: string | null;
  readonly firmware: string | null;
  readonly adapter: string | null;
  readonly address: Readonly<Record<string, unknown>> | null;
  /** Expectations of this node or its rack from a source. */
  readonly expect: Expectations | null;
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const objectOrNull = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** The newest of those fields, by machine. */
export async function looseFields(tx: Tx, machines: readonly number[]): Promise<ReadonlyMap<number, LooseFields>> {
  const claims = await tx.find("claims_of_sources", { where: { machine: { in: machines } } });
  return new Map(
    [...Map.groupBy(claims, ({ machine }) => machine)].map(([machine, rows]) => {
      const newest = (field: keyof LooseFields): unknown =>
        rows
          .flatMap(({ fields }) => fields[field] ?? [])
          .sort((a, b) => b.observedAt - a.observedAt || b.sighting - a.sighting)[0]?.value;
      const address = newest("address");
      return [
        machine,
        {
          image: textOrNull(newest("image")),
          firmware: textOrNull(newest("firmware")),
          adapter: textOrNull(newest("adapter")),
          address: typeof address === "string" ? { address } : objectOrNull(address),
          expect: objectOrNull(newest("expect")),
        },
      ];
    }),
  );
}

/**
 * The expectations of a validation's node: the fleet's files, over them those that a source gives for it or its rack,
 * and the known GPU serials of the machine, so that a swap that was not reported is found.
 */
export async function expectationsFor(
  tx: Tx,
  fleet: Fleet,
  validation: Validation,
): Promise<{ machine: Row<"machines">; expectations: Expectations; image: string | null }> {
  const machine = await tx.get("machines", { id: validation.machine });
  if (machine === undefined) throw new SlipwayError("input", `machine ${String(validation.machine)} is not known`);
  const loose = (await looseFields(tx, [machine.id])).get(machine.id);
  const { vendor, sku, cluster } = validation;
  const over = loose?.expect;
  const { expect } = fleet.expectations.resolve(
    { vendor, sku, cluster },
    over === null || over === undefined
      ? undefined
      : { source: `the sighting of ${validation.node}`, expectations: over },
  );
  const gpus = objectOrNull(expect["gpus"]);
  const serials = machine.gpu_serials.length > 0 ? { gpus: { ...gpus, serials: machine.gpu_serials } } : {};
  return {
    machine,
    expectations: { ...expect, ...serials },
    image: loose?.image ?? fleet.clusters.clusters[cluster ?? ""]?.image ?? null,
  };
}

/** A check that a lane names and a node need not prove, with the file that leaves it out. */
export interface NotRequired {
  readonly check: string;
  readonly file: string;
}

/** Of the checks that a lane names, those that the fleet's files ask of a node, and those that they leave out. */
export function checksFor(
  fleet: Fleet,
  { vendor, sku, cluster }: Pick<Validation, "vendor" | "sku" | "cluster">,
  named: readonly string[],
): { readonly checks: readonly string[]; readonly notRequired: readonly NotRequired[] } {
  const { expect, sources } = fleet.expectations.resolve({ vendor, sku, cluster });
  const { checks, notRequired } = requiredChecks(named, expect);
  // Relative to the fleet's folder, because a release record should not tell where that lies on this machine.
  const file = (sources["/checks"] ?? "").replace(/^.*[/\\](?=expectations[/\\])/, "");
  return { checks, notRequired: notRequired.map((check) => ({ check, file })) };
}
