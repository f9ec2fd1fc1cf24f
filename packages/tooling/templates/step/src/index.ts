import {
  defineStep,
  NodeReach,
  type ActContext,
  type Observed,
  type Performed,
  type Reverted,
  type Undo,
} from "@slipway/plugin-sdk";
import { z } from "zod";
import { systemctl, unitState } from "./systemctl.ts";

const Input = NodeReach.extend({
  unit: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9@._-]*\.service$/)
    .describe("The systemd unit"),
});

/** __TITLE__. */
export default defineStep({
  id: "__ID__",
  version: "0.1.0",
  title: "__TITLE__",
  input: Input,
  class: "idempotent",
  disturbs: false,
  needs: ({ way }) => [way],
  observe,
  perform,
  revert,
});

async function observe(context: ActContext, { host, unit }: z.output<typeof Input>): Promise<Observed> {
  const state = await unitState(context, host, unit);
  if (state === "disabled") return { state: "already", facts: { unit: state } };
  if (state !== "enabled") return { state: "unclear", facts: {}, reason: `${unit} is neither enabled nor disabled` };
  return { state: "not-yet", facts: { unit: state }, prior: [{ key: unit, prior: "enabled", applied: "disabled" }] };
}

async function perform(context: ActContext, { host, unit }: z.output<typeof Input>): Promise<Performed> {
  const { exitCode } = await systemctl(context, host, ["disable", unit]);
  return exitCode === 0 ? { did: "done" } : { did: "unknown", why: `systemctl disable ${unit} did not end well` };
}

async function revert(context: ActContext, { host, unit }: z.output<typeof Input>, undo: Undo): Promise<Reverted> {
  const state = await unitState(context, host, unit);
  if (state === undefined) throw new Error(`the state of ${unit} cannot be read`);
  if (state === undo.prior) return "already-gone";
  if (state !== undo.applied) return "skipped-foreign";
  const { exitCode } = await systemctl(context, host, ["enable", unit]);
  if (exitCode !== 0) throw new Error(`systemctl enable ${unit} did not end well`);
  return "reverted";
}
