import type { Row, Tx } from "@slipway/store";
import { validationNamed } from "./parts.ts";

/** What an act was written for does not stand any more: another holds the machine, or somebody decided otherwise. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/**
 * Whether a claim is still held as it was read. It is written as it is, so that of two transactions
 * of which one moves it only one commits, and the other looks again (no write skew passes a fence).
 */
export const holdsClaim = async (
  tx: Tx,
  { machine, holder, fence }: Pick<Row<"claims">, "machine" | "holder" | "fence">,
): Promise<boolean> => (await tx.update("claims", [{ key: { machine }, set: {}, when: { holder, fence } }])).length > 0;

/**
 * Whether what an intent was written for still stands: its validation waits for it and holds the
 * machine; or its ban is open, or its release the last word on a machine in service, and nobody holds
 * the machine. The rows that say so are written as they are, as `holdsClaim` does.
 */
export async function stands(tx: Tx, intent: Row<"intents">): Promise<boolean> {
  const id = validationNamed(intent.object);
  if (id === undefined) return (await isFree(tx, intent.machine ?? 0)) && (await isLastWord(tx, intent));
  const validation = await tx.get("validations", { id });
  const claim = { machine: intent.machine ?? 0, holder: intent.object, fence: intent.fence };
  return validation?.acting === intent.key && (await holdsClaim(tx, claim));
}

async function isFree(tx: Tx, machine: number): Promise<boolean> {
  const claim = await tx.get("claims", { machine });
  return claim === undefined || (claim.holder === null && (await holdsClaim(tx, claim)));
}

async function isLastWord(tx: Tx, { object, machine }: Row<"intents">): Promise<boolean> {
  const id = Number(object.slice(object.indexOf("/") + 1));
  if (object.startsWith("ban/"))
    return (await tx.update("bans", [{ key: { id }, set: {}, when: { lifted_at: null } }])).length > 0;
  const [newest] = await tx.find("releases", {
    where: { machine: machine ?? 0 },
    orderBy: ["-at", "-id"],
    limit: 1,
    columns: ["id"],
  });
  const inService = { key: { id: machine ?? 0 }, set: {}, when: { account: "InPool" as const } };
  return newest?.id === id && (await tx.update("machines", [inService])).length > 0;
}
