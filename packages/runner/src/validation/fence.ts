import type { Row, Tx } from "@slipway/store";
import { validationNamed } from "../worker/parts.ts";

/** An act is not wanted any more: another validation holds the machine, or a person decided otherwise. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/**
 * Whether a claim still has this holder and fence. Its row is written with its own values, so that when another
 * transaction changes the claim at the same time only one of the two commits, and the other runs again (no write skew).
 */
export const holdsClaim = async (
  tx: Tx,
  { machine, holder, fence }: Pick<Row<"claims">, "machine" | "holder" | "fence">,
): Promise<boolean> => (await tx.update("claims", [{ key: { machine }, set: {}, when: { holder, fence } }])).length > 0;

/**
 * Whether an intent is still wanted: its validation waits for it and holds the machine; or no validation holds the
 * machine, and its ban is open or its release is the newest of a machine in service. The rows that decide it are
 * written with their own values, as in `holdsClaim`.
 */
export async function stands(tx: Tx, intent: Row<"intents">): Promise<boolean> {
  const id = validationNamed(intent.object);
  if (id === undefined) return (await isFree(tx, intent.machine ?? 0)) && (await isNewest(tx, intent));
  const validation = await tx.get("validations", { id });
  const claim = { machine: intent.machine ?? 0, holder: intent.object, fence: intent.fence };
  return validation?.acting === intent.key && (await holdsClaim(tx, claim));
}

async function isFree(tx: Tx, machine: number): Promise<boolean> {
  const claim = await tx.get("claims", { machine });
  return claim === undefined || (claim.holder === null && (await holdsClaim(tx, claim)));
}

async function isNewest(tx: Tx, { object, machine }: Row<"intents">): Promise<boolean> {
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
