/**
 * A deterministic generator of what the probes of a GPU node print, in the formats of the real
 * tools, for a healthy node and for each known fault. No clock, no randomness, no parser of ours.
 */
import { type FaultTable, type Fault } from "./fault.ts";
import { DCGM_DOCUMENT_FAULTS } from "./faults-dcgm-document.ts";
import { DCGM_ERROR_FAULTS } from "./faults-dcgm-errors.ts";
import { DCGM_HOST_FAULTS } from "./faults-dcgm-hosts.ts";
import { DCGM_ROW_FAULTS } from "./faults-dcgm-rows.ts";
import { FABRIC_FAULTS } from "./faults-fabric.ts";
import { INVENTORY_FAULTS } from "./faults-inventory.ts";
import { MEMORY_FAULTS } from "./faults-memory.ts";
import { HOST_FAULTS } from "./faults-host.ts";
import { IB_FAULTS } from "./faults-ib.ts";
import { IB_COUNTER_FAULTS } from "./faults-ib-counters.ts";
import { IMEX_DOMAIN_FAULTS } from "./faults-imex-domain.ts";
import { IMEX_PAIR_FAULTS } from "./faults-imex-pairs.ts";
import { IMEX_TEXT_FAULTS } from "./faults-imex-text.ts";
import { IMEX_NAME_FAULTS } from "./faults-imex-names.ts";
import { NCCL_FAULTS } from "./faults-nccl.ts";
import { PROBE_FAULTS } from "./faults-probe.ts";
import { XID_LINE_FAULTS } from "./faults-xid-lines.ts";
import { XID_FAULTS } from "./faults-xid.ts";
import { buildMachine, makeWhole, type Settings } from "./machine.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { printMachine } from "./probes.ts";
import type { Synthesized, SynthOptions, SynthProfile } from "./types.ts";

export { gpuIdentities, identify } from "./identity.ts";
export { type Persona } from "./types.ts";
export { createPrng, deriveSeed, type Prng } from "./prng.ts";
export type {
  Capture,
  Captures,
  DcgmVariant,
  ImexDomainFormat,
  ImexSetup,
  SynthExpect,
  Synthesized,
  SynthNode,
  SynthOptions,
  SynthProfile,
  Truth,
  TruthScope,
} from "./types.ts";

const TABLE: FaultTable = {
  ...DCGM_ROW_FAULTS,
  ...DCGM_ERROR_FAULTS,
  ...DCGM_DOCUMENT_FAULTS,
  ...DCGM_HOST_FAULTS,
  ...IMEX_DOMAIN_FAULTS,
  ...IMEX_PAIR_FAULTS,
  ...IMEX_TEXT_FAULTS,
  ...IMEX_NAME_FAULTS,
  ...IB_FAULTS,
  ...IB_COUNTER_FAULTS,
  ...HOST_FAULTS,
  ...FABRIC_FAULTS,
  ...INVENTORY_FAULTS,
  ...MEMORY_FAULTS,
  ...XID_FAULTS,
  ...XID_LINE_FAULTS,
  ...NCCL_FAULTS,
  ...PROBE_FAULTS,
};

/** What a fault is, for whoever chooses among them. */
export interface FaultDescription {
  /** The check that sees it. */
  check: string;
  describe: string;
  profiles: readonly SynthProfile[];
  /** Options that the fault fills in where the caller leaves them open. */
  needs?: Partial<SynthOptions>;
  /** Other checks that read the same output and need not pass any more. */
  alsoAffects?: readonly string[];
}

/** Every fault by kebab-case name. */
export const FAULTS: Readonly<Record<string, FaultDescription>> = TABLE;

const MOST_TRAYS = 72;

/**
 * The evidence of one node, and what judging it must conclude.
 *
 * Faults of different probes combine freely. Of two that touch the same output the later one may
 * hide the earlier; a probe that cannot be read hides every fault that it would have shown, and
 * a fault changes what its `alsoAffects` name. Combine only faults that stay out of each other's way.
 *
 * @throws RangeError for a fault that does not exist, or that the other options cannot show.
 */
export function synthesize(options: SynthOptions): Synthesized {
  const faults = (options.faults ?? []).map((name) => ({ name, fault: faultNamed(name) }));
  const settings = settle(options, faults);
  const machine = buildMachine(settings);
  if (faults.length > 0) makeWhole(machine);
  const truths = faults.map(({ name, fault }) => {
    const rng = createPrng(deriveSeed(settings.seed, settings.profile, "fault", name, settings.index));
    return { check: fault.check, ...fault.strike(machine, rng) };
  });
  const captures = printMachine(machine);
  return {
    node: machine.identity.node,
    get expect() {
      return machine.expect as Record<string, unknown>;
    },
    captures,
    truths,
  };
}

function faultNamed(name: string): Fault {
  const fault = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  if (fault === undefined) throw new RangeError(`there is no fault "${name}"; see FAULTS`);
  return fault;
}

/** Makes every choice that the caller left open, as the faults need it. */
function settle(options: SynthOptions, faults: readonly { name: string; fault: Fault }[]): Settings {
  const chosen: SynthOptions = { ...options };
  for (const { name, fault } of faults) {
    chosen.profile ??= fault.profiles.includes("gb300") ? "gb300" : "h100";
    if (!fault.profiles.includes(chosen.profile))
      throw new RangeError(`the fault "${name}" is not one of ${chosen.profile}`);
    for (const [key, value] of Object.entries(fault.needs ?? {})) {
      const option = key as keyof SynthOptions;
      if (chosen[option] !== undefined && chosen[option] !== value)
        throw new RangeError(
          `the fault "${name}" needs ${key} ${JSON.stringify(value)}, not ${JSON.stringify(chosen[option])}`,
        );
      Object.assign(chosen, { [option]: value });
    }
  }
  const profile = chosen.profile ?? "gb300";
  const imex = chosen.imex ?? (profile === "gb300" ? "host" : "per-domain-idle");
  const rackSize = chosen.rackSize ?? (imex === "dns-slots" ? 4 : 18);
  const index = chosen.index ?? deriveSeed(chosen.seed, "tray") % rackSize;
  if (!Number.isInteger(rackSize) || rackSize < 1 || rackSize > MOST_TRAYS)
    throw new RangeError(`rackSize must be a whole number from 1 to ${String(MOST_TRAYS)}`);
  if (!Number.isInteger(index) || index < 0 || index >= rackSize)
    throw new RangeError(`index must be a tray of the rack: 0 to ${String(rackSize - 1)}`);
  return {
    seed: chosen.seed,
    profile,
    index,
    rackSize,
    imex,
    dcgm: chosen.dcgm ?? (profile === "gb300" ? "4.x" : "3.x"),
    imexDomainFormat: chosen.imexDomainFormat ?? "json",
    as: chosen.as ?? {},
    probes: chosen.probes === undefined ? undefined : new Set(chosen.probes),
  };
}

/** The files of a slipway/evidence@1 bundle; no `.out` for a probe that could not start. */
export function toBundleFiles(s: Synthesized): Record<string, string> {
  const files: Record<string, string> = {};
  const probes: Record<string, unknown> = {};
  let collectedAt = "";
  for (const [probe, { stdout, stderr, ...run }] of Object.entries(s.captures)) {
    probes[probe] = run;
    if (run.startedAt > collectedAt) collectedAt = run.startedAt;
    if (run.startError === null) files[`${probe}.out`] = stdout;
    if (stderr !== "") files[`${probe}.err`] = stderr;
  }
  const bundle = { schema: "slipway/evidence@1", node: s.node, collectedAt, expect: s.expect, probes };
  return { "bundle.json": `${JSON.stringify(bundle, null, 2)}\n`, ...files };
}
