import { refuseSectionConflicts, SlipwayError, type Check, type Probe, type ProbeCommand } from "@slipway/plugin-sdk";

/** Checks by the id they are registered under. */
export type Registry = Readonly<Record<string, () => Promise<{ readonly default: Check }>>>;

/**
 * Imports checks and proves that they go together: each has the id it is registered under, two
 * probes of one id run the same command, because a bundle keeps one output per probe id, and a section of
 * expectations has one schema, because a node's files hold it once.
 *
 * @throws SlipwayError of kind `contract`
 */
export async function loadRegistered(registry: Registry, ids: readonly string[]): Promise<ReadonlyMap<string, Check>> {
  const modules = await Promise.all(
    [...new Set(ids)].map(async (id) => ({ id, check: (await registry[id]?.())?.default })),
  );
  const checks = new Map<string, Check>();
  for (const { id, check } of modules) {
    if (check === undefined) throw new SlipwayError("contract", `the check ${id} has no default export`);
    if (checks.has(check.id)) throw new SlipwayError("contract", `two checks have the id ${check.id}`);
    if (check.id !== id) throw new SlipwayError("contract", `the check registered as ${id} calls itself ${check.id}`);
    checks.set(id, check);
  }
  refuseProbeConflicts(checks.values());
  refuseSectionConflicts(checks.values());
  return checks;
}

function refuseProbeConflicts(checks: Iterable<Check>): void {
  const probes = new Map<string, { probe: Probe; by: string }>();
  const commands = new Map<string, { command: string; by: string }>();
  for (const { id: by, probes: declared } of checks) {
    for (const { probe } of declared) {
      const known = probes.get(probe.id);
      if (known?.probe === probe) continue;
      const own = probe.commands({});
      // Two probes that run nothing without expectations cannot be compared, so they have to be one.
      if (known !== undefined && own.length === 0) throw conflict("probe", probe.id, known.by, by);
      probes.set(probe.id, { probe, by });
      for (const command of own) {
        const same = commands.get(command.id);
        if (same !== undefined && same.command !== runs(command)) throw conflict("command", command.id, same.by, by);
        commands.set(command.id, { command: runs(command), by });
      }
    }
  }
}

function runs({ argv, program }: ProbeCommand): string {
  return JSON.stringify({ argv, program });
}

function conflict(what: string, id: string, first: string, second: string): SlipwayError {
  return new SlipwayError("contract", `${first} and ${second} have different probes under one ${what} id, ${id}`, {
    hint: "use the probe of @slipway/plugin-sdk, or give yours an id of its own",
  });
}
