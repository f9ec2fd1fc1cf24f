import { BanCause } from "@slipway/domain";
import { z } from "zod";
import { defineDocument } from "./document.ts";
import { count, list, machineId, nodeName } from "./fields.ts";

const said = { by: z.string(), reason: z.string() };
const reclassified = {
  node_name: nodeName("the node's name when it was banned"),
  ban: z.int(),
  machine: machineId(),
  node: z.string(),
  revision: count().describe("the ban's revision with the new cause"),
  from: BanCause,
  to: BanCause,
};

export const banReclassifiedDocument = defineDocument(
  "slipway/ban-reclassified@1",
  { about: "A ban that a person put down to another cause.", commands: ["bans reclassify"] },
  { ...reclassified, ...said },
);

export const banAttributionDocument = defineDocument(
  "slipway/ban-attribution@1",
  { about: "A ban that a rule puts down to another cause.", commands: ["bans attribute"] },
  {
    ...reclassified,
    rule: z.string(),
    ...said,
    applied: z.boolean().describe("false in a dry run, and when the ban was changed meanwhile"),
  },
);

export const banAttributionSummaryDocument = defineDocument(
  "slipway/ban-attribution-summary@1",
  {
    about: "The last line of `bans attribute`: how many bans it put down to another cause.",
    commands: ["bans attribute"],
  },
  {
    considered: count().describe("bans whose cause nobody proved"),
    attributed: count(),
    left: count(),
    dry_run: z.boolean(),
  },
);

export const banImportDocument = defineDocument(
  "slipway/ban-import@1",
  { about: "What became of a file of bans.", commands: ["bans import"] },
  {
    file: z.string(),
    banned: count(),
    lifted: count(),
    reclassified: count().describe("sent again with another cause"),
    known: count().describe("sent before"),
    unknown: count().describe("of nodes that nobody knows"),
  },
);

export const importDocument = defineDocument(
  "slipway/import@1",
  { about: "How much history from before Slipway was taken in.", commands: ["import"] },
  {
    attempts: count().describe("validations"),
    runs: count(),
    events: count(),
    unknown: count().describe("rows of nodes that nobody knows, which wait for their machine"),
  },
);

export const evidenceExpiryDocument = defineDocument(
  "slipway/evidence-expiry@1",
  { about: "Evidence that was let go because a person confirmed it.", commands: ["evidence expire"] },
  { item: z.int(), removed: count() },
);

export const evidenceExportDocument = defineDocument(
  "slipway/evidence-export@1",
  { about: "The bundle of a pass that was written.", commands: ["evidence export"] },
  {
    node_name: nodeName("the node's name at the pass"),
    dir: z.string(),
    validation: z.int(),
    attempt: z.int(),
    run_index: z.int(),
    try: count(),
    verdict: z.string(),
    expired: list(z.string()).describe("files whose bytes retention has removed"),
    missing: list(z.string()).describe("files whose bytes should be there: the command exits 3"),
  },
);
