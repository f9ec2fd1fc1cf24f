import { z } from "zod";
import { defineDocument, defineEvents } from "./document.ts";
import { count, instant, list } from "./fields.ts";

const at = instant();
const host = { at, host: z.string() };
const troubles = () => list(z.object({ host: z.string(), reason: z.string() }));
const summary = {
  hosts: count(),
  complete: count().describe("hosts of which every planned probe ran"),
  skipped: count(),
  unreachable: troubles(),
  partial: troubles(),
  aborted: z.boolean(),
  durationMs: z.number(),
};

export const collectEvents = defineEvents(
  "slipway/collect-event@1",
  { about: "What happens while `collect` asks hosts.", commands: ["collect"] },
  {
    started: { at, hosts: count(), out: z.string() },
    round: { at, round: count(), out: z.string() },
    "host-started": { ...host, probes: count() },
    "host-skipped": { ...host, bundle: z.string() },
    probe: {
      ...host,
      probe: z.string(),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
      timedOut: z.boolean(),
      startError: z.string().nullable(),
      truncated: z.boolean(),
      durationMs: z.number(),
      stdoutBytes: count(),
      stderrBytes: count(),
      left: z
        .union([list(z.int()), z.literal("unknown")])
        .optional()
        .describe("processes that could not be ended"),
    },
    unreachable: { ...host, reason: z.string(), bundle: z.string() },
    "connection-lost": { ...host, reason: z.string() },
    "host-done": { ...host, bundle: z.string(), complete: z.boolean() },
    "round-done": { at, round: count(), ...summary },
    summary: { at, rounds: count(), ...summary },
  },
);

const node = { node_name: z.string(), node: z.string() };

export const validateEvents = defineEvents(
  "slipway/validate-event@1",
  { about: "What happens while `validate` proves machines.", commands: ["validate"] },
  {
    "not-applied": { at, changes: list(z.string()).describe("of this checkout, which are not in force") },
    staged: { at, changes: list(z.string()).describe("that canary nodes try") },
    unreachable: { at, ...node },
    planned: { ...node, at, validation: z.int(), lane: z.string(), reason: z.string(), passes: count() },
    "not-planned": { at, machines: count() },
    enqueued: { at },
    progress: {
      ...node,
      at,
      validation: z.int(),
      status: z.string(),
      passes_done: count(),
      passes_required: count(),
      reason: z.string(),
    },
  },
);

export const upEventDocument = defineDocument(
  "slipway/up-event@1",
  {
    about: "What happens in a control plane or a worker: its start and end, changes of state, passes and failures.",
    commands: ["up", "worker"],
  },
  { at: instant(), event: z.string().describe("what happened; each has fields of its own") },
);
