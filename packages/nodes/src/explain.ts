import type { IdentityEventKind } from "@slipway/domain";
import { gpuChanges, machineName, type Hardware } from "@slipway/policy";
import type { KnownMachine, Placement } from "./known-machine.ts";
import type { Incoming } from "./sighting-row.ts";

interface Told {
  readonly kind: IdentityEventKind;
  readonly why: string;
}

const by = ({ source, at }: Incoming): string => `(${source}, ${new Date(at).toISOString()})`;
const hardware = ({ row }: KnownMachine): string =>
  row.system_serial === null
    ? `${String(Math.max(row.gpu_serials.length, row.gpu_uuids.length))} GPUs`
    : `system serial ${row.system_serial}`;
const place = ({ node_name, cluster }: Placement): string =>
  `${node_name ?? "no name"}${cluster === null ? "" : ` in ${cluster}`}`;

/** GPUs that were removed and added; undefined when none were known before, or they are the same. */
export function partSwap(before: Hardware, after: Hardware, sighting: Incoming): string | undefined {
  const { gone, come } = gpuChanges(before, after);
  if (gone.length + come.length === 0) return undefined;
  const gpus = Math.max(...[before, after].flatMap((one) => [one.gpuSerials.length, one.gpuUuids.length]));
  return (
    `${String(Math.max(gone.length, come.length))} of ${String(gpus)} GPUs changed: ` +
    `${gone.join(", ") || "none"} went, ${come.join(", ") || "none"} came ${by(sighting)}`
  );
}

/** The kind of event that a new placement of the same hardware is, with the values that changed. */
export function placementChange(
  { open, next }: { readonly open: Placement; readonly next: Placement },
  image: { readonly before: unknown; readonly now: unknown },
  machine: KnownMachine,
  sighting: Incoming,
): Told | undefined {
  const changed = (name: "cluster" | "node_name" | "vendor_instance_id" | "host_id" | "rack" | "tray"): string[] =>
    open[name] !== null && next[name] !== null && open[name] !== next[name]
      ? [`${name} ${String(open[name])} is now ${String(next[name])}`]
      : [];
  const reimaged =
    image.before !== undefined && image.now !== undefined && image.now !== image.before
      ? [`image ${JSON.stringify(image.before)} is now ${JSON.stringify(image.now)}`]
      : [];
  const kinds = [
    { kind: "move", changes: changed("cluster") },
    { kind: "rename", changes: changed("node_name") },
    { kind: "reimage", changes: [...reimaged, ...changed("vendor_instance_id")] },
    { kind: "rehost", changes: changed("host_id") },
    { kind: "move", changes: [...changed("rack"), ...changed("tray")] },
  ] as const;
  const first = kinds.find(({ changes }) => changes.length > 0);
  return (
    first && {
      kind: first.kind,
      why: `same machine by ${hardware(machine)}: ${kinds.flatMap(({ changes }) => changes).join(", ")} ${by(sighting)}`,
    }
  );
}

/** The event of a name or instance that is now on other hardware. */
export function takeover(
  machine: KnownMachine,
  other: KnownMachine,
  next: Placement,
  sighting: Incoming,
): Told & { readonly machine: number; readonly other: number } {
  const rehosted = next.vendor_instance_id !== null && next.vendor_instance_id === other.open?.vendor_instance_id;
  return {
    kind: rehosted ? "rehost" : "tray-swap",
    machine: machine.id,
    other: other.id,
    why:
      `${rehosted ? `instance ${String(next.vendor_instance_id)}` : "the name"} ${place(next)} now stands on ` +
      `${machineName(machine.id)} (${hardware(machine)}), before on ${machineName(other.id)} (${hardware(other)}), ` +
      `which keeps its history and is placed nowhere until it is seen ${by(sighting)}`,
  };
}
