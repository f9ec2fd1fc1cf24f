import { PassKind } from "@slipway/domain";
import type { ActDefinition } from "@slipway/plugin-sdk";
import type { Ended } from "@slipway/reconciler";
import { z } from "zod";
import { stepOf, type RunnerParts } from "../worker/parts.ts";
import type { ReadyPass } from "./ready-pass.ts";
import { runPass } from "./run-pass.ts";

/** Which pass of which validation is run. */
export const PassInput = z.object({
  validation: z.int(),
  attempt: z.int(),
  runIndex: z.int(),
  try: z.int(),
  kind: PassKind,
  way: z.string().describe("What a worker has to have to reach the node, as in `NodeReach`"),
});
export type PassInput = z.output<typeof PassInput>;

/** Before which pass, of which attempt, a node is booted; in the input of each of the acts that do it. */
export interface BootFor {
  readonly attempt: number;
  readonly runIndex: number;
}

/** What is done for a validation outside the store. A step is asked of the catalog when it is used. */
export const validationActs = (parts: RunnerParts): ValidationActs => ({
  pass: passAct(parts),
  get reboot() {
    return stepOf(parts, "reboot");
  },
  get "await-boot"() {
    return stepOf(parts, "await-boot");
  },
});

type ValidationActs = Readonly<Record<"pass" | "reboot" | "await-boot", ActDefinition>>;

/** A pass reads a node and judges what it printed; nothing is counted before its outcome is written. */
const passAct = (parts: RunnerParts): ActDefinition<typeof PassInput> => ({
  id: "pass",
  version: "1.0.0",
  title: "A node is asked for the evidence of one pass, and judged",
  input: PassInput,
  class: "read",
  disturbs: false,
  needs: ({ way }) => [way],
  async observe({ key, fence, signal }, asked) {
    return { state: "already", facts: { ready: await runPass(parts, { ...asked, key, fence }, signal) } };
  },
});

/** What a pass that ended came to. */
export const readyPassOf = ({ observed }: Extract<Ended, { readonly did: "done" }>): ReadyPass =>
  observed.facts["ready"] as ReadyPass;
