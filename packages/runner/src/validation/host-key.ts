import type { Reached } from "@slipway/plugin-sdk";
import type { Tx } from "@slipway/store";
import { objectOf, type Validation } from "../worker/parts.ts";
import type { Hold } from "./ready-pass.ts";

/** The host key of a machine's last pass that had one, and what explains another. */
export interface KnownKey extends Reached {
  /** The image that it was expected to run then. */
  readonly image: string | null;
  /** Its machine was re-imaged since. */
  readonly reimaged: boolean;
  /** Keys that a person accepted by taking up this validation again. */
  readonly accepted: readonly string[];
}

/** What audit rows of holds and of people's answers say of a host key. */
export interface HostKeyDetail {
  readonly hostKey?: string;
  readonly acceptedHostKey?: string;
}

export async function knownKeyOf(
  tx: Tx,
  validation: Pick<Validation, "id" | "machine">,
): Promise<KnownKey | undefined> {
  const { machine } = validation;
  const [last] = await tx.find("passes", {
    where: { machine, host_key: { not: null } },
    orderBy: ["-finished_at"],
    limit: 1,
  });
  if (last === undefined || last.host_key === null) return undefined;
  const [event] = await tx.find("identity_events", {
    where: { machine, kind: "reimage", at: { gte: last.started_at }, undone_by: null },
    limit: 1,
  });
  const answers = await tx.find("audit", { where: { object: objectOf(validation), to_state: "queued" } });
  return {
    hostKey: last.host_key,
    route: last.route ?? "direct",
    image: last.judged_by.image,
    reimaged: event !== undefined,
    accepted: answers.flatMap(({ detail }) => (detail as HostKeyDetail | null)?.acceptedHostKey ?? []),
  };
}

/**
 * Why a node with this key is not asked, if it is not: the key differs from that of its machine's last
 * pass, and neither a re-image nor another image explains it, nor did a person accept it.
 */
export function changedKey(
  known: KnownKey | undefined,
  reached: Reached | undefined,
  { node, image }: { readonly node: string; readonly image: string | null },
): Omit<Hold, "retryAt"> | undefined {
  if (known === undefined || reached === undefined || known.hostKey === reached.hostKey) return undefined;
  const otherImage = image !== null && known.image !== null && image !== known.image;
  if (known.reimaged || otherImage || known.accepted.includes(reached.hostKey)) return undefined;
  return {
    code: "HostKeyChanged",
    reason:
      `${node} has another host key than at its last pass: ${reached.hostKey} (${reached.route}), then ` +
      `${known.hostKey} (${known.route}), and nothing says that it was re-imaged; if it was, say so by slipway ` +
      "validations retry",
    hostKey: reached.hostKey,
  };
}
