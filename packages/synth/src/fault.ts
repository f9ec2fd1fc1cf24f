import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { SynthOptions, SynthProfile, Truth, TruthScope } from "./types.ts";

/** A truth before it knows its check. */
export type Conclusion = Omit<Truth, "check">;

/** Something that can be wrong with a node, or merely odd about it. */
export interface Fault {
  /** The check that sees it. */
  check: string;
  /** One sentence for a reader. */
  describe: string;
  profiles: readonly SynthProfile[];
  /** Options without which the fault cannot be shown; filled in where the caller left them open. */
  needs?: Partial<SynthOptions>;
  /** Other checks that read the same output and need not pass any more. */
  alsoAffects?: readonly string[];
  /** Makes it true of the machine, and says what judging must conclude. */
  strike: (machine: Machine, rng: Prng) => Conclusion;
}

/** Faults by kebab-case name. */
export type FaultTable = Readonly<Record<string, Fault>>;

type FaultSpec = Omit<Fault, "check" | "profiles"> & { profiles?: readonly SynthProfile[] };

/** A table of faults of one check; both profiles unless a fault says otherwise. */
export function faultsOf(check: string, specs: Readonly<Record<string, FaultSpec>>): FaultTable {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { check, profiles: ["gb300", "h100"] as const, ...spec }]),
  );
}

/** Cause sets of the rules; WIDE = the evidence cannot tell (G9). */
export const WIDE: readonly string[] = ["hardware", "fabric", "platform", "configuration", "unknown"];
export const CONFIGURATION: readonly string[] = ["configuration"];
export const HARDWARE: readonly string[] = ["hardware"];

export const fails = (rule: string, causes: readonly string[], scopes: readonly TruthScope[] | null): Conclusion => ({
  verdict: "fail",
  causes,
  scopes,
  rule,
});
export const inconclusive = (rule: string, scopes: readonly TruthScope[] | null = null): Conclusion => ({
  verdict: "inconclusive",
  causes: null,
  scopes,
  rule,
});
export const passes = (
  rule: string,
  scopes: readonly TruthScope[] | null = null,
  causes: readonly string[] | null = null,
): Conclusion => ({ verdict: "pass", causes, scopes, rule });

export const gpuScope = (id: number | string): TruthScope => ({ kind: "gpu", id: String(id) });
export const portScope = (device: string, port: number): TruthScope => ({
  kind: "port",
  id: `${device}/${String(port)}`,
});
export const linkScope = (id: string): TruthScope => ({ kind: "link", id });
export const memberScope = (name: string): TruthScope => ({ kind: "node", id: name });
export const nodeScope = (machine: Machine): TruthScope => ({ kind: "node", id: machine.identity.node.name });

/** The element at a position that the machine is known to have. */
export function at<T>(list: readonly T[], position: number): T {
  const element = list[position];
  if (element === undefined)
    throw new RangeError(`there is no element ${String(position)} among ${String(list.length)}`);
  return element;
}
