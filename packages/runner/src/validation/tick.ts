import { tick as tickObjects } from "@slipway/reconciler";
import { engineOf } from "../kinds.ts";
import { validationKind } from "./kind.ts";
import type { RunnerParts } from "../worker/parts.ts";

/**
 * One tick of validations: takes the next step of each. What has to be done outside the store is an act: its intent is
 * written here, and carried out by `runAct`.
 */
export const tick = (parts: RunnerParts, ids: readonly number[]): Promise<void> =>
  tickObjects(engineOf(parts), validationKind(parts), ids);
