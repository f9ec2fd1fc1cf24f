import { z } from "zod";

const Part = z.strictObject({ kind: z.string(), id: z.string() });

const ScopeExpected = z.union([
  z.string(),
  Part.extend({
    causes: z.array(z.string()).optional(),
    /** G8: what the finding carries of that part; its message names the address too. */
    pci: z.string().optional(),
    uuid: z.string().optional(),
    serial: z.string().optional(),
  }),
  z.strictObject({ anyOf: z.array(z.union([z.string(), Part])).min(1), causes: z.array(z.string()).optional() }),
]);
export type ScopeExpected = z.output<typeof ScopeExpected>;

const Mention = z.union([z.string().min(1), z.strictObject({ anyOf: z.array(z.string().min(1)).min(1) })]);
export type Mention = z.output<typeof Mention>;

const PointExpected = z.strictObject({
  probe: z.string(),
  stream: z.enum(["out", "err"]).default("out"),
  line: z.number().int().positive(),
});

/** What a check must answer for an example; null means that it does not matter. */
export const ExpectedCheck = z.strictObject({
  verdict: z.string(),
  causes: z.array(z.string()).nullable(),
  otherCauses: z.array(z.string()).optional(),
  scopes: z.array(ScopeExpected).nullable(),
  /** Parts that no finding with the check's verdict names. */
  notScopes: z.array(z.union([z.string(), Part])).optional(),
  /** Texts that findings say, and texts that none says. */
  mentions: z.array(Mention).optional(),
  mentionsNot: z.array(z.string().min(1)).optional(),
  /** Lines of the evidence that some finding points at. */
  points: z.array(PointExpected).optional(),
});
export type ExpectedCheck = z.output<typeof ExpectedCheck>;

/** `expected.json` of an evidence bundle: the right answer by the rules, written by hand. */
export const ExpectedAnswer = z.strictObject({
  /** Exit code of `slipway judge` with one `--check` for each check named below. */
  exit: z.number().int(),
  /** The node's verdict; null when the input must be refused. */
  node: z.string().nullable(),
  checks: z.record(z.string(), ExpectedCheck),
  /** Pairs of checks whose deciding findings carry the same causes. */
  sameCauses: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** The fault class it belongs to. */
  class: z.string().min(1).optional(),
  why: z.string().min(1),
});
export type ExpectedAnswer = z.output<typeof ExpectedAnswer>;
