import { SlipwayError } from "@slipway/plugin-sdk";
import { banByHand, liftBan, override, planValidations, type RunnerParts } from "@slipway/runner";
import type { Chances } from "./chances.ts";

/** The name of whoever interferes. */
export const PERSON = "somebody";

/** What somebody decides of a machine. */
export type Decision = "ban" | "lift" | "override" | "plan";

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
  return machine === undefined
    ? false
    : decide(parts, draw, machine.id, draw.pick(["ban", "lift", "override", "plan"]));
}

/**
 * Somebody decides this of a machine; a lift is of the newest open ban, whatever machine has it.
 *
 * @returns whether there was something to do
 */
export async function decide(
  parts: RunnerParts,
  draw: Pick<Chances, "pick">,
  machine: number,
  what: Decision,
): Promise<boolean> {
  const said = { by: PERSON, reason: "as the simulation wants it" };
  try {
    if (what === "ban")
      await banByHand(parts.store, parts.fleet, {
        ...said,
        machine,
        cause: draw.pick(["hardware", "workload", "unknown"]),
      });
    if (what === "override") await override(parts.store, parts.fleet, { ...said, machine });
    if (what === "plan") return (await planValidations(parts, [{ machine, trigger: "on-demand" }])).length > 0;
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

/** Somebody asks for a validation of a machine that its vendor has banned. @returns whether there is one */
export async function askWhileBanned(parts: RunnerParts, draw: Chances, vendors: readonly string[]): Promise<boolean> {
  const banned = await parts.store.transaction((tx) =>
    tx.find("bans", { where: { source: { in: vendors }, lifted_at: null }, orderBy: ["id"] }),
  );
  const ban = banned[draw.between(0, banned.length - 1)];
  return ban === undefined ? false : decide(parts, draw, ban.machine, "plan");
}
