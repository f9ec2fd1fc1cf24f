import { SlipwayError, type VendorSession } from "@slipway/plugin-sdk";
import type { Fleet } from "@slipway/fleet";
import type { RunnerParts, Validation } from "./parts.ts";
import type { Adapter } from "@slipway/collect";

/**
 * What a worker has to have to ask a node something: its vendor (`vendor:<adapter>`) where that has a way of its own,
 * `ssh:<route>` (its jump host, or `direct`), or `local`.
 *
 * It goes by what the catalog declares of adapters, never by what this worker happens to have open.
 */
export function wayTo(
  capabilities: Fleet["capabilities"],
  { adapter, address }: Pick<Validation, "adapter" | "address">,
): string {
  if (adapter === "local") return "local";
  // How an adapter that the catalog does not declare reaches nodes is unknown, so only a worker that has it can do it.
  const bySsh = adapter === "ssh" || capabilities.get(adapter)?.transport === false;
  const jump = address?.["jump"];
  return bySsh ? `ssh:${typeof jump === "string" ? jump : "direct"}` : `vendor:${adapter}`;
}

/** The needs that a worker can meet by what it has open: as they are written, or with `*` for the rest. */
export const coversOf = ({ adapters }: Pick<RunnerParts, "adapters">): readonly string[] =>
  [...adapters]
    .flatMap(([id, { vendor, routes = ["*"] }]) =>
      vendor !== undefined ? [`vendor:${id}`] : id === "ssh" ? routes.map((route) => `ssh:${route}`) : [id],
    )
    .sort();

/**
 * The way to a node, which the queue that its act came by asks of a worker.
 *
 * @throws SlipwayError of kind `contract` where this worker has none: the act is left to one that has
 */
export function adapterOf(
  { adapters }: Pick<RunnerParts, "adapters">,
  { adapter: id }: Pick<Validation, "adapter">,
): Adapter {
  const adapter = adapters.get(id);
  if (adapter === undefined)
    throw new SlipwayError("contract", `an act came to this worker, which has no adapter ${id}`);
  return adapter;
}

/** The session of the vendor that a machine is of. @throws SlipwayError as {@link adapterOf} does */
export function sessionOf(parts: RunnerParts, at: Pick<Validation, "adapter">): VendorSession {
  const session = adapterOf(parts, at).vendor?.session;
  if (session === undefined)
    throw new SlipwayError("contract", `an act came to this worker, which has no session of ${at.adapter}`);
  return session;
}
