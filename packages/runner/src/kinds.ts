import type { EngineParts, Kind } from "@slipway/reconciler";
import { banKind } from "./bans/kind.ts";
import { housekeepingKind } from "./evidence/housekeeping.ts";
import { vendorAccountKind } from "./intake/account.ts";
import { canaryPlanningKind } from "./planning/canary-planning.ts";
import { releaseKind } from "./release/kind.ts";
import { validationKind } from "./validation/kind.ts";
import { inContext } from "./worker/context.ts";
import type { RunnerParts } from "./worker/parts.ts";
import { coversOf } from "./worker/routing.ts";

/** All kinds of object that a worker looks after. */
export const kindsOf = (parts: RunnerParts): readonly Kind[] => [
  validationKind(parts),
  banKind(parts),
  releaseKind(parts),
  vendorAccountKind(parts),
  canaryPlanningKind(parts),
  housekeepingKind(parts),
];

/** A worker's parts as the engine takes them. */
export function engineOf(parts: RunnerParts): EngineParts {
  const covers = coversOf(parts);
  const { vendorCallMs: callMs, bootMs: effectMs } = parts.limits;
  return {
    ...parts,
    kinds: kindsOf(parts),
    covers: () => covers,
    limits: { ...parts.limits, callMs, effectMs },
    inContext: (base, work) => inContext(parts, base, work),
  };
}
