import type { CheckJudgement, ReasonCode } from "@slipway/domain";
import { BANS } from "@slipway/nodes";
import { objectOf, type Validation } from "../worker/parts.ts";
import type { Turn } from "../worker/turn.ts";
import { closeItem, openItem } from "../attention/items.ts";

const DAY = 86_400_000;
const KIND = "too-many-out";

/** Open bans within a day that took a machine of a cluster out of service, those of this transaction among them. */
async function bannedOut({ tx, change }: Turn, cluster: string): Promise<number> {
  const at = { gte: change.now - DAY };
  const open = await tx.find("bans", { where: { cluster, from_service: true, lifted_at: null, at }, columns: ["id"] });
  const ids = new Set(open.map(({ id }) => id));
  for (const ban of change.changed(BANS)) {
    if (ban.cluster === cluster && ban.from_service && ban.lifted_at === null && ban.at >= at.gte) ids.add(ban.id);
    else ids.delete(ban.id);
  }
  return ids.size;
}

/**
 * Whether bans within a day took so large a share of a cluster's machines out of service that no further one may go: then
 * something else than the machines is at fault, and a person looks first. Who is asked is the owner of the check that failed.
 *
 * @returns why this machine is held instead of banned; undefined for one that was not in service
 */
export async function tooManyOut(
  turn: Turn,
  validation: Validation,
  failures: readonly CheckJudgement[],
): Promise<{ code: ReasonCode; reason: string; owner: string } | undefined> {
  const { parts, tx } = turn;
  const { cluster, from_service } = validation;
  if (cluster === null || !from_service) return undefined;
  const { breaker, blastRadius } = parts.fleet.clusters;
  const out = await bannedOut(turn, cluster);
  const all = out + (await tx.count("machines", { cluster, account: "InPool", merged_into: null }));
  await tx.lock([`bans in ${cluster}`]);
  const subject = `cluster ${cluster}`;
  if (out < breaker.atLeast || out < blastRadius.bannedShare * all) {
    await closeItem(turn, { kind: KIND, subject, reason: `${String(out)} of ${String(all)} machines are out` });
    return undefined;
  }
  const owner = parts.fleet.ownerOfCheck(failures[0]?.check ?? "");
  const title = `${String(out)} of ${String(all)} machines of ${cluster} were taken out of service by bans within a day`;
  const detail = { out, of: all, share: blastRadius.bannedShare };
  await openItem(turn, { kind: KIND, subject, owner, title, detail, openedFor: objectOf(validation) });
  return { code: "TooManyOut", reason: `bans are stopped: ${title}`, owner };
}
