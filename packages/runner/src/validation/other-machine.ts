import type { NodeIdentity } from "@slipway/domain";
import { machineName, sameMachine } from "@slipway/policy";
import type { Row } from "@slipway/store";

/**
 * Why the evidence of a node is not its machine's: a pass is credited to the machine that gave the evidence,
 * never to the name it was asked by (law 3). A node that passes and shows nothing to know it by is not credited either.
 *
 * @returns undefined where nothing speaks against it; `again`: whether asking again may tell
 */
export function otherMachine(
  machine: Row<"machines">,
  node: NodeIdentity,
  passes: boolean,
): { readonly reason: string; readonly again: boolean } | undefined {
  const seen = {
    systemSerial: node.serials?.system ?? null,
    gpuSerials: node.serials?.gpus ?? [],
    gpuUuids: node.serials?.uuids ?? [],
  };
  const { system_serial: systemSerial, gpu_serials: gpuSerials, gpu_uuids: gpuUuids } = machine;
  const likeness = sameMachine(seen, { systemSerial, gpuSerials, gpuUuids });
  if (likeness?.same === true) return undefined;
  if (likeness !== undefined) {
    const { by, shared, of } = likeness;
    const difference =
      by === "system serial"
        ? `its serial is ${String(seen.systemSerial)}, not ${String(systemSerial)}`
        : `${String(shared)} of ${String(of)} ${by} are those of ${machineName(machine.id)}`;
    return { reason: `another machine answers as ${node.name}: ${difference}`, again: false };
  }
  const known = systemSerial !== null || gpuSerials.length + gpuUuids.length > 0;
  if (!known || !passes || seen.gpuSerials.length + seen.gpuUuids.length > 0) return undefined;
  const reason = `${node.name} passes and shows no serial, so nothing says that it is ${machineName(machine.id)}`;
  return { reason, again: true };
}
