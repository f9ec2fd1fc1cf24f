import type { Expectations } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { currentValues, requiredChecks, runtimeFacts, type Precedence } from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import type { Validation } from "./parts.ts";

/** Fields of a node that placements do not have, each from the best source that the fleet's precedence names. */
export interface LooseFields {
  readonly image: string | null;
  readonly firmware: string | null;
  readonly adapter: string | null;
  readonly address: Readonly<Record<string, unknown>> | null;
  /** What a source that may say so expects of this node or its rack. */
  readonly expect: { readonly source: string; readonly said: Expectations } | null;
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const objectOrNull = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** Those fields as they count now, by machine. */
export async function looseFields(
  tx: Pick<Tx, "find">,
  machines: readonly number[],
  precedence: Precedence,
): Promise<ReadonlyMap<number, LooseFields>> {
  const claims = await tx.find("claims_of_sources", { where: { machine: { in: machines } } });
  return new Map(
    [...Map.groupBy(claims, ({ machine }) => machine)].map(([machine, rows]) => {
      const { image, firmware, adapter, address, expect } = currentValues(rows, precedence);
      const said = objectOrNull(expect?.value);
      return [
        machine,
        {
          image: textOrNull(image?.value),
          firmware: textOrNull(firmware?.value),
          adapter: textOrNull(adapter?.value),
          address: typeof address?.value === "string" ? { address: address.value } : objectOrNull(address?.value),
          expect: said === null || expect === undefined ? null : { source: expect.source, said },
        },
      ];
    }),
  );
}

/**
 * The expectations of a validation's node: the fleet's files, beside them the runtime facts that no file
 * gives and a source gives for it or its rack, and the known GPU serials of the machine, so that a swap that was
 * not reported is found.
 */
export async function expectationsFor(
  tx: Tx,
  fleet: Fleet,
  validation: Validation,
): Promise<{ machine: Row<"machines">; expectations: Expectations; image: string | null }> {
  const machine = await tx.get("machines", { id: validation.machine });
  if (machine === undefined) throw new SlipwayError("input", `machine ${String(validation.machine)} is not known`);
  const loose = (await looseFields(tx, [machine.id], fleet.precedence)).get(machine.id);
  const { vendor, sku, cluster } = validation;
  const files = fleet.expectations.resolve({ vendor, sku, cluster });
  const { facts = {} } = loose?.expect ? runtimeFacts(loose.expect.said, files.expect) : {};
  const { expect } =
    Object.keys(facts).length === 0
      ? files
      : fleet.expectations.resolve(
          { vendor, sku, cluster },
          { source: `the sighting of ${validation.node}`, expectations: facts },
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
