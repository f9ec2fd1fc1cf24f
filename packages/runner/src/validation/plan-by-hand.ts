import type { Fleet } from "@slipway/fleet";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { RunnerParts, Validation } from "../worker/parts.ts";
import { planValidations } from "./plan-validations.ts";

/** A lane that a person names instead of the one that a machine's history gives, and why. */
export interface LaneByHand {
  readonly lane?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Refuses a lane that a person names and that there is not, or without a reason.
 *
 * @throws SlipwayError of kind `input`
 */
export function refuseLane({ lanes }: Pick<Fleet, "lanes">, { lane: name, reason }: LaneByHand): void {
  if (name === undefined) return;
  if (reason === undefined)
    throw new SlipwayError("input", "a lane by name overrules a machine's history, so it needs a reason");
  const known = lanes.map(({ lane }) => lane.lane);
  if (!known.includes(name))
    throw new SlipwayError("input", `there is no lane ${name}`, { hint: `known: ${known.join(", ")}` });
}

/** The open validation of each machine, and how many machines have none. */
export interface PlannedByHand {
  readonly planned: readonly Validation[];
  /** They stand nowhere, no lane is for them, or somebody banned them by hand. */
  readonly left: number;
}

/**
 * Puts machines in line because a person asks for it; one with an open validation keeps that.
 *
 * @throws SlipwayError as {@link refuseLane} does
 */
export async function planByHand(
  parts: Pick<RunnerParts, "store" | "fleet" | "queue" | "worker">,
  { machines, ...by }: LaneByHand & { readonly machines: readonly number[] },
): Promise<PlannedByHand> {
  refuseLane(parts.fleet, by);
  const planned = await planValidations(
    parts,
    machines.map((machine) => ({ machine, trigger: "on-demand" as const, ...by })),
  );
  return { planned, left: machines.length - planned.length };
}
