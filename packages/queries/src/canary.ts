import { Verdict } from "@slipway/domain";
import type { ChangeStatus } from "@slipway/fleet";
import type { Row, Store } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { count, list, machineId, nodeName, shown, time } from "./fields.ts";
import { nodeNames } from "./machines.ts";

const canaryNodeFields = shown(["since"], {
  machine: machineId(),
  pool: z.string().describe("machines of one pool stand for each other"),
  since: time(),
  by: z.string(),
  active: z.boolean().describe("false: it is a canary node no more"),
});

export const canaryNodeDocument = defineDocument(
  "slipway/canary-node@1",
  {
    about: "A known-good machine that tries changes first.",
    commands: ["canary nodes list", "canary nodes add", "canary nodes remove"],
  },
  { node_name: nodeName(), ...canaryNodeFields.shape },
);
export type CanaryNodeShown = ContentOf<typeof canaryNodeDocument>;

/** Canary nodes by pool. */
export const listCanaryNodes = (store: Store): Promise<readonly CanaryNodeShown[]> =>
  canaryNodes(store, { active: true });

/** A machine that is or was a canary node; undefined where it never was one. */
export const showCanaryNode = async (store: Store, machine: number): Promise<CanaryNodeShown | undefined> =>
  (await canaryNodes(store, { machine }))[0];

const canaryNodes = (
  store: Store,
  where: Partial<Pick<Row<"canary_nodes">, "active" | "machine">>,
): Promise<readonly CanaryNodeShown[]> =>
  store.report(async (tx) => {
    const rows = await tx.find("canary_nodes", { where, orderBy: ["pool", "machine"] });
    const names = await nodeNames(
      tx,
      rows.map(({ machine }) => machine),
    );
    return rows.map((row) => ({ node_name: names.get(row.machine) ?? null, ...canaryNodeFields.of(row) }));
  });

const changeFields = shown(["since"], {
  kind: z.enum(["check", "expectation", "lane", "image"]),
  name: z.string(),
  digest: z.string(),
  version: z.string(),
  state: z.string().describe("staged, or what was decided: active, rejected"),
  since: time(),
});

export const canaryChangeDocument = defineDocument(
  "slipway/canary-change@1",
  {
    about: "A change that canary nodes try: what was tried, and what is missing before it may decide.",
    commands: ["canary status", "canary promote", "canary reject"],
  },
  {
    ...changeFields.shape,
    trials: list(
      z.object({
        control: z.enum(["positive", "negative"]).describe("positive: a canary node's pass; negative: a known fault"),
        subject: z.string(),
        active: Verdict.nullable(),
        staged: Verdict,
        good: z.boolean(),
        why: z.string(),
      }),
    ),
    open: z.boolean().describe("it may be promoted"),
    missing: list(z.string()),
    blamed: z.string().nullable().describe("why the change is at fault"),
  },
);

/** A staged change, or one that was just decided. */
export const canaryChange = (
  { change: { build }, trials, gate }: ChangeStatus,
  state: string = build.state,
): ContentOf<typeof canaryChangeDocument> => ({
  ...changeFields.of({ ...build, state }),
  trials: trials.map(({ control, subject, active_verdict, staged_verdict, good, why }) => ({
    control,
    subject,
    active: active_verdict,
    staged: staged_verdict,
    good,
    why,
  })),
  open: gate.open,
  missing: gate.missing,
  blamed: gate.blamed ?? null,
});

export const canarySizeDocument = defineDocument(
  "slipway/canary-size@1",
  { about: "How many canaries measure a rate.", commands: ["canary size"] },
  {
    canaries: count(),
    attempts_needed: count().nullable().describe("out of how many attempts; null where their share is not given"),
  },
);
