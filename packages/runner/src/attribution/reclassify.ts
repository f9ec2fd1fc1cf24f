import type { Attribution, BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import { BANS } from "@slipway/nodes";
import { inTheNameOf, type ChangeSet, type Said } from "@slipway/reconciler";

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
  { ban: id, when, ...said }: Reclassification,
): Promise<Reclassified | undefined> {
  return inTheNameOf(store, said, async (tx, change) => {
    const ban = await tx.get("bans", { id });
    if (ban === undefined) throw new SlipwayError("input", `there is no ban ${String(id)}`);
    if (when !== undefined && ban.spec_generation !== when) return undefined;
    if (ban.cause === said.cause)
      throw new SlipwayError("input", `ban ${String(id)} is put down to ${said.cause} already`);
    return putDown(change, fleet, ban, said);
  });
}

/** The same inside a transaction that has read the ban. */
export function putDown(
  change: ChangeSet,
  fleet: Fleet,
  ban: Row<"bans">,
  { cause, by, reason, attribution }: Omit<Reclassification, "ban" | "when">,
): Reclassified {
  const { id } = ban;
  const revision = ban.spec_generation + 1;
  // The findings of its checks stay: after a configuration ban they decide which checks run again.
  const after = {
    cause,
    owner: fleet.ownerOf(ban.cluster, cause),
    attribution: attribution ?? { findings: ban.attribution.findings, rule: `reclassified by ${by}`, person: by },
  };
  const before = { cause: ban.cause, owner: ban.owner, attribution: ban.attribution };
  change.change(BANS, ban, { ...after, spec_generation: revision });
  change.audit(`ban/${String(id)}`, { from: ban.cause, to: cause, reason, detail: { revision, before, after } });
  return { ban: id, machine: ban.machine, node: ban.node, revision, from: ban.cause, to: cause };
}
