import { SlipwayError } from "@slipway/plugin-sdk";
import { banByHand, liftBan, override, planValidations, type RunnerParts } from "@slipway/runner";
import type { Chances } from "./chances.ts";

/** The name of whoever interferes. */
export const PERSON = "somebody";

/**
 * Somebody bans, lifts, overrides or asks for a validation, whatever the processes are at.
 *
 * @param node whose machine it is about, else any
 * @returns whether there was something to do
 */
export async function interfere(parts: RunnerParts, draw: Chances, node?: string): Promise<boolean> {
  const machine = await parts.store.transaction(async (tx) => {
    const [running] =
      node === undefined ? [] : await tx.find("validations", { where: { node, status: "running" }, limit: 1 });
    if (running !== undefined) return tx.get("machines", { id: running.machine });
    const machines = await tx.find("machines", { where: { merged_into: null }, orderBy: ["id"] });
    return machines[draw.between(0, machines.length - 1)];
  });
  if (machine === undefined) return false;
  const said = { by: PERSON, reason: "as the simulation wants it" };
  const what = draw.pick(["ban", "lift", "override", "plan"]);
  try {
    if (what === "ban")
      await banByHand(parts.store, parts.fleet, {
        ...said,
        machine: machine.id,
        cause: draw.pick(["hardware", "workload", "unknown"]),
      });
    if (what === "override") await override(parts.store, parts.fleet, { ...said, machine: machine.id });
    if (what === "plan")
      return (await planValidations(parts, [{ machine: machine.id, trigger: "on-demand" }])).length > 0;
    if (what === "lift") {
      const [ban] = await parts.store.transaction((tx) =>
        tx.find("bans", { where: { lifted_at: null }, orderBy: ["-id"], limit: 1 }),
      );
      if (ban === undefined) return false;
      await liftBan(parts.store, { ...said, ban: ban.id });
    }
    return true;
  } catch (error) {
    if (SlipwayError.is(error)) return false;
    throw error;
  }
}
