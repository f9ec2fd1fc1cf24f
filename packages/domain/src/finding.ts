import { z } from "zod";
import { FindingVerdict } from "./verdict.ts";

/** Who or what is at fault. `workload` and `tool` never cause a fail (rule G9). */
export const Cause = z.enum(["hardware", "fabric", "platform", "configuration", "workload", "tool", "unknown"]);
export type Cause = z.infer<typeof Cause>;

export const ScopeKind = z.enum(["node", "gpu", "port", "link", "rack", "fabric"]);
export type ScopeKind = z.infer<typeof ScopeKind>;

/** The part a finding speaks of. How `id` is written for each kind is rule G8. */
export const Scope = z.object({
  kind: ScopeKind,
  id: z.string(),
  /** Serial number of the part, where the evidence names it. */
  serial: z.string().optional(),
  /** UUID of the GPU, where the evidence names it. */
  uuid: z.string().optional(),
  /** PCI address of the GPU, or of the GPU that the link belongs to, as the evidence prints it. */
  pci: z.string().optional(),
});
export type Scope = z.infer<typeof Scope>;

/** Where in the evidence a finding was read. */
export const EvidencePointer = z.object({
  probe: z.string(),
  stream: z.enum(["out", "err"]).optional(),
  /** Line in the probe's output, counted from 1. */
  line: z.number().int().positive().optional(),
  /** JSON pointer (RFC 6901) into a JSON document, or into the element tree of an XML document. */
  path: z.string().optional(),
});
export type EvidencePointer = z.infer<typeof EvidencePointer>;

/** Finding codes are stable names: kebab-case, `<subject>-<state>`. */
export const FindingCode = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** One thing a check saw, with the part it saw it on and the place in the evidence. */
export const Finding = z.object({
  code: FindingCode,
  verdict: FindingVerdict,
  cause: Cause,
  scope: Scope,
  message: z.string(),
  expected: z.string().optional(),
  observed: z.string().optional(),
  evidence: z.array(EvidencePointer),
  /** `monitor`: the tool itself asks to watch the part rather than to take it out. */
  action: z.enum(["monitor"]).optional(),
});
export type Finding = z.infer<typeof Finding>;
