import type { Attribution, BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import type { Said } from "@slipway/reconciler";

/** A ban that was given another cause. */
export interface Reclassified {
  readonly ban: number;
  readonly machine: number;
  readonly node: string;
  /** The ban's revision with the new cause. */
  readonly revision: number;
  readonly from: BanCause;
  readonly to: BanCause;
}

export interface Reclassification extends Said {
  readonly ban: number;
  readonly cause: BanCause;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The rule that gives the cause; absent when a person does, whom no rule overrules later. */
  readonly attribution?: Attribution;
  /** Only while the ban still has this revision. */
  readonly when?: number;
}

/** Whether a person gave a ban its cause after it was made. */
export const isReclassifiedByHand = ({ attribution }: Pick<Row<"bans">, "attribution">): boolean =>
  attribution.person !== undefined;

/**
 * Gives a ban another cause, as a new revision of it. The audit keeps what it said before, who
 * changed it and why; owner and exported events follow.
 *
 * @returns undefined when the ban is at another revision than `when`
 * @throws SlipwayError of kind `input` when there is no such ban, or it has this cause already
 */
export function reclassify(
  store: Store,
  fleet: Fleet,
  { ban: id, when, ...change }: Reclassification,
): Promise<Reclassified | undefined> {
  return store.transaction(async (tx) => {
    const ban = await tx.get("bans", { id });
    if (ban === undefined) throw new SlipwayError("input", `there is no ban ${String(id)}`);
    if (when !== undefined && ban.revision !== when) return undefined;
    if (ban.cause === change.cause)
      throw new SlipwayError("input", `ban ${String(id)} is put down to ${change.cause} already`);
    return putDown(tx, fleet, ban, change);
  });
}

/** The same inside a transaction that has read the ban. */
export async function putDown(
  tx: Tx,
  fleet: Fleet,
  ban: Row<"bans">,
  { cause, by, reason, now, attribution }: Omit<Reclassification, "ban" | "when">,
): Promise<Reclassified> {
  const { id } = ban;
  const revision = ban.revision + 1;
  // The findings of its checks stay: after a configuration ban they decide which checks run again.
  const after = {
    cause,
    owner: fleet.ownerOf(ban.cluster, cause),
    attribution: attribution ?? { findings: ban.attribution.findings, rule: `reclassified by ${by}`, person: by },
  };
  const before = { cause: ban.cause, owner: ban.owner, attribution: ban.attribution };
  await tx.update("bans", [{ key: { id }, set: { ...after, revision }, when: { revision: ban.revision } }]);
  const [event = 0] = await tx.nextIds("event", 1);
  await tx.insert("audit", [
    {
      id: event,
      at: now,
      actor: by,
      object: `ban/${String(id)}`,
      from_state: ban.cause,
      to_state: cause,
      reason,
      detail: { revision, before, after },
    },
  ]);
  return { ban: id, machine: ban.machine, node: ban.node, revision, from: ban.cause, to: cause };
}
