import type { StepLimit } from "@slipway/policy";
import type { Validation } from "../worker/parts.ts";
import type { Turn } from "../worker/turn.ts";
import { shareOf } from "./share.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A machine boots from when that is asked for until it is proven. */
const BOOTING = ["reboot", "await-boot"];

/** Why a machine is not booted now: so many boots a second in the whole fleet, and a share of a cluster at once. */
export async function bootLimit(
  { parts, tx, change }: Turn,
  { cluster }: Pick<Validation, "cluster">,
): Promise<StepLimit | undefined> {
  const { bootsPerSecond, bootingShare } = parts.fleet.clusters.blastRadius;
  const windowMs = Math.max(SECOND, Math.ceil(SECOND / bootsPerSecond));
  const allowed = Math.max(1, Math.floor((bootsPerSecond * windowMs) / SECOND));
  const asked =
    (await tx.count("intents", { act: "reboot", written_at: { gt: change.now - windowMs } })) +
    change.intents.added("reboot");
  if (asked >= allowed)
    return {
      code: "TooManyBoots",
      until: change.now + windowMs,
      reason: `${String(bootsPerSecond)} boots a second are asked for in the fleet, which is the limit`,
    };
  const locks = ["boots"];
  if (cluster !== null) {
    const underWay =
      (await tx.count("intents", { act: { in: BOOTING }, cluster, outcome: null })) +
      change.intents.added("reboot", cluster);
    const limit = await shareOf({ tx, fleet: parts.fleet }, cluster, bootingShare, 1);
    if (underWay >= limit)
      return {
        code: "TooManyBoots",
        until: change.now + MINUTE,
        reason: `${String(underWay)} machines of ${cluster} boot, and the limit is ${String(limit)}`,
      };
    locks.push(`boots in ${cluster}`);
  }
  await tx.lock(locks);
  return undefined;
}
