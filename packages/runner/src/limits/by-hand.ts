import { SlipwayError } from "@slipway/plugin-sdk";
import { Clusters } from "@slipway/policy";
import type { Tx } from "@slipway/store";

const HOUR = 3_600_000;

/** Machines that one person may lift bans of or let in within an hour, where no clusters.yaml says otherwise. */
export const BY_HAND_PER_HOUR = Clusters.shape.blastRadius.parse(undefined).byHandPerHour;

/**
 * Refuses a lift or an override of a person who made as many within the hour as one may (`blastRadius.byHandPerHour`).
 *
 * @param now milliseconds since 1970, by the store's clock
 * @throws SlipwayError of kind `input` that says from when on it may be tried again
 */
export async function refuseTooMany(
  tx: Tx,
  { by, now, perHour }: { readonly by: string; readonly now: number; readonly perHour: number },
): Promise<void> {
  const since = { gt: now - HOUR };
  const lifts = await tx.find("bans", {
    where: { lifted_by: by, lifted_at: since },
    orderBy: ["-lifted_at"],
    limit: perHour,
    columns: ["machine", "lifted_at"],
  });
  const overrides = await tx.find("releases", {
    where: { decided_by: by, entry: "override", at: since },
    orderBy: ["-at"],
    limit: perHour,
    columns: ["machine", "at"],
  });
  // An override lifts what the machine was banned for: that is one act.
  const acts = new Map(
    [...lifts.map(({ machine, lifted_at }) => ({ machine, at: lifted_at ?? 0 })), ...overrides].map((act) => [
      `${String(act.machine)} ${String(act.at)}`,
      act.at,
    ]),
  );
  await tx.lock([`by hand: ${by}`]);
  const oldest = [...acts.values()].sort((a, b) => b - a)[perHour - 1];
  if (oldest === undefined) return;
  throw new SlipwayError(
    "input",
    `${by} lifted bans of or let in ${String(perHour)} machines within an hour, which is the limit ` +
      `(blastRadius.byHandPerHour in clusters.yaml); it may be tried again at ${new Date(oldest + HOUR).toISOString()}`,
    { hint: "somebody else may do it now" },
  );
}
