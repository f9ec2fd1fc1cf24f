import type { NodeIdentity } from "@slipway/plugin-sdk";
import type { Diagnostic, Host } from "./diagnostic.ts";

/**
 * The host of a multi-node run that is this node (rule D12): by its name, else by its name up to
 * the first dot, else by the GPU serials. Undefined when none is, or when two are.
 */
export function ownHost(diagnostic: Diagnostic, node: NodeIdentity, serials: readonly string[]): number | undefined {
  const name = node.name.toLowerCase();
  const named = (wanted: (host: string) => boolean): Host[] => diagnostic.hosts.filter((host) => host.name !== undefined && wanted(host.name.toLowerCase()));
  const candidates = [
    named((host) => host === name),
    // Addresses share their first number with others, so a number is no short name.
    named((host) => shortName(host) === shortName(name) && !/^\d*$/.test(shortName(name))),
    diagnostic.hosts.filter((host) => carries(diagnostic, host, serials)),
  ];
  const found = candidates.find((hosts) => hosts.length === 1)?.[0]?.id;
  return diagnostic.hosts.filter((host) => host.id === found).length === 1 ? found : undefined;
}

function shortName(name: string): string {
  return name.split(".", 1)[0] ?? "";
}

function carries(diagnostic: Diagnostic, host: Host, serials: readonly string[]): boolean {
  const own = new Set(diagnostic.gpus.filter((gpu) => gpu.host === host.id).map((gpu) => gpu.serial));
  return serials.length > 0 && serials.every((serial) => own.has(serial));
}
