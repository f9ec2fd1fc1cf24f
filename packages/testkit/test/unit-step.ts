import { defineStep, NodeReach, answerOf } from "@slipway/plugin-sdk";
import type {
  ActContext,
  ActDefinition,
  ExecResult,
  Observed,
  Performed,
  Reverted,
  Step,
  Undo,
} from "@slipway/plugin-sdk";
import { z } from "zod";
import { answering } from "../src/steps/one-node.ts";
import type { StepWorld } from "../src/steps/step-world.ts";

const Input = NodeReach.extend({ unit: z.string().regex(/^[a-z]+\.service$/) });
export type UnitInput = z.output<typeof Input>;

export const unitInput = { host: { name: "n1" }, way: "ssh:direct", unit: "kubelet.service" };

/** Runs systemctl on the node. */
export async function systemctl(context: ActContext, { host, unit }: UnitInput, verb: string): Promise<ExecResult> {
  const { signal, deadlineMs } = context;
  signal.throwIfAborted();
  const connection = await context.exec(host);
  const command = { id: `systemctl-${verb}`, argv: ["systemctl", verb, unit], timeoutMs: 30_000, usualSeconds: 1 };
  const timeoutMs = Math.min(command.timeoutMs, deadlineMs);
  const result = await connection.exec(command, { timeoutMs, maxBytes: 4_096, signal });
  signal.throwIfAborted();
  return result;
}

const stateOf = async (context: ActContext, input: UnitInput): Promise<string> =>
  (answerOf((await systemctl(context, input, "is-enabled")).stdout) ?? "").trim();

export async function observe(context: ActContext, input: UnitInput): Promise<Observed> {
  const unit = await stateOf(context, input);
  if (unit === "disabled") return { state: "already", facts: { unit } };
  if (unit !== "enabled") return { state: "unclear", facts: {}, reason: "its state is none that is known" };
  return { state: "not-yet", facts: { unit }, prior: [{ key: input.unit, prior: "enabled", applied: "disabled" }] };
}

export async function perform(context: ActContext, input: UnitInput): Promise<Performed> {
  const { exitCode } = await systemctl(context, input, "disable");
  return exitCode === 0 ? { did: "done" } : { did: "unknown", why: "systemctl did not end well" };
}

export async function revert(context: ActContext, input: UnitInput, undo: Undo): Promise<Reverted> {
  const unit = await stateOf(context, input);
  if (unit === undo.prior) return "already-gone";
  if (unit !== undo.applied) return "skipped-foreign";
  const { exitCode } = await systemctl(context, input, "enable");
  if (exitCode !== 0) throw new Error("systemctl did not end well");
  return "reverted";
}

/** A step that keeps the contract: a unit of a node does not start at boot. With something else of it, it may break it. */
export const unitStep = (other: Partial<ActDefinition<typeof Input>> = {}): Step =>
  defineStep({
    id: "unit-off",
    version: "1.0.0",
    title: "A unit does not start at boot",
    input: Input,
    class: "idempotent",
    disturbs: true,
    needs: ({ way }) => [way],
    observe,
    perform,
    revert,
    ...other,
  });

/** A node whose unit is enabled. @param others whether somebody else can change it */
export function unitWorld({ others = true }: { readonly others?: boolean } = {}): StepWorld {
  let state = "enabled";
  const done: string[] = [];
  const words: Readonly<Record<string, string>> = { enable: "enabled", disable: "disabled" };
  return {
    exec: () =>
      answering(([, verb = ""]) => {
        const next = words[verb];
        if (next === undefined) return { stdout: Buffer.from(`${state}\n`), exitCode: state === "enabled" ? 0 : 1 };
        if (next !== state) done.push((state = next));
        return {};
      }),
    changes: () => done,
    ...(others && { interfere: () => void (state = "masked") }),
  };
}
