import { matchHosts } from "@slipway/plugin-sdk";
import type { Diagnostic, Host } from "./diagnostic.ts";

/**
 * `host_id` of the host of a multi-node run that is this node (rule D12): by its name, else by its
 * name up to the first dot, else by its GPU serials. Undefined when no host is, or more than one.
 */
export function ownHost({ hosts, gpus }: Diagnostic, node: string, serials: readonly string[]): number | undefined {
  const match = ({ name }: Host): ReturnType<typeof matchHosts> =>
    name === undefined ? undefined : matchHosts(name, node);
  const serialsOf = Map.groupBy(gpus, (gpu) => gpu.host);
  const carriesAll = (host: Host): boolean => {
    const carried = new Set(serialsOf.get(host.id)?.map((gpu) => gpu.serial));
    return serials.length > 0 && serials.every((serial) => carried.has(serial));
  };
  const found = [
    hosts.filter((host) => match(host) === "whole"),
    // One that agrees as a whole agrees up to the first dot too.
    hosts.filter((host) => match(host) !== undefined),
    hosts.filter(carriesAll),
  ].find((candidates) => candidates.length === 1)?.[0];
  return hosts.filter((host) => host.id === found?.id).length === 1 ? found?.id : undefined;
}
