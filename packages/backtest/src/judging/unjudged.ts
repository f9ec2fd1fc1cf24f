import type { NodeIdentity } from "@slipway/domain";
import type { StoredUnit, Unit } from "../evidence/unit.ts";
import type { Outcome, OutcomeLabels, OutcomeOfRun } from "./outcome.ts";

export function labelsOf({ vendor, sku, cluster }: NodeIdentity, segment: string | null | undefined): OutcomeLabels {
  return Object.fromEntries(
    Object.entries({ vendor, sku, cluster, segment }).filter(([, value]) => (value ?? "") !== ""),
  );
}

/** A pass of which nothing is known but that it was made. */
export const unknownRun = ({ place, passesRequired }: StoredUnit): OutcomeOfRun => ({
  ...place,
  required: { before: passesRequired, after: passesRequired },
  whole: { before: null, after: null },
});

/** A unit that could not be judged; of a bundle in a folder nothing but its name may be known then. */
export function unjudged(unit: Unit, state: "error" | "evidence-missing", why: string): Outcome {
  const base = { name: unit.name, state, why };
  return unit.source === "folder"
    ? { ...base, labels: {} }
    : { ...base, labels: labelsOf(unit.node, unit.segment), node: unit.node.name, run: unknownRun(unit) };
}
