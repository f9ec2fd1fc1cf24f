import { SlipwayError } from "@slipway/plugin-sdk";
import { tick as tickObjects } from "@slipway/reconciler";
import { engineOf } from "../kinds.ts";
import type { RunnerParts } from "../worker/parts.ts";

/**
 * One tick of objects of a kind, of validations by default: takes the next step of each. What has to be done outside the
 * store is an act: its intent is written here, and carried out by `runAct`.
 *
 * @throws SlipwayError of kind `input` for a kind that workers do not look after
 */
export function tick(parts: RunnerParts, ids: readonly number[], name = "validation"): Promise<void> {
  const engine = engineOf(parts);
  const kind = engine.kinds.find((one) => one.name === name);
  if (kind === undefined) throw new SlipwayError("input", `there is no kind ${name}`);
  return tickObjects(engine, kind, ids);
}
