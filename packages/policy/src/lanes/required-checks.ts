import type { Expectations } from "@slipway/domain";

/** The checks that a lane names, by whether a node has to prove them. */
export interface RequiredChecks {
  readonly checks: readonly string[];
  /** What the node's own `checks` leaves out: it is not run. */
  readonly notRequired: readonly string[];
}

/** Parts the checks that a lane names by what is expected of a node; all are required where it has no `checks`. */
export function requiredChecks(named: readonly string[], expectations: Expectations): RequiredChecks {
  const { checks: own } = expectations;
  if (!Array.isArray(own)) return { checks: named, notRequired: [] };
  const { required = [], left = [] } = Object.groupBy(named, (id) => (own.includes(id) ? "required" : "left"));
  return { checks: required, notRequired: left };
}
