import { z } from "zod";
import { defineDocument } from "./document.ts";
import { count, list } from "./fields.ts";

export const databaseUrlDocument = defineDocument(
  "slipway/db-url@1",
  { about: "Where the database is; with its password.", commands: ["db url"] },
  { url: z.string() },
);
const archive = { file: z.string(), migration: count(), rows: count() };
export const databaseDumpDocument = defineDocument(
  "slipway/db-dump@1",
  { about: "What was written into an archive of the database.", commands: ["db dump"] },
  archive,
);
export const databaseRestoreDocument = defineDocument(
  "slipway/db-restore@1",
  { about: "What an archive filled an empty database with.", commands: ["db restore"] },
  archive,
);

export const dataExportDocument = defineDocument(
  "slipway/data-export@1",
  { about: "A file of rows that was written.", commands: ["data export"] },
  { file: z.string(), kind: z.string(), rows: count() },
);
export const dataCheckDocument = defineDocument(
  "slipway/data-check@1",
  { about: "What a file of rows holds, and what is wrong with it.", commands: ["data check"] },
  {
    file: z.string(),
    kind: z.string().nullable().describe("by its header; null where that is of no kind"),
    rows: count().describe("that are right"),
    problem_count: count(),
    problems: list(z.string()).describe("the first of them, in words"),
    labels: list(z.string()).describe("columns without a meaning of their own"),
    data_quality: z.record(z.string(), count()).optional().describe("of events: how often each rule fired"),
    admissions: count().optional(),
    runs: z.record(z.string(), count()).optional(),
    attempts: count().optional(),
  },
);

export const doctorDocument = defineDocument(
  "slipway/doctor-need@1",
  { about: "Something that a feature needs of this machine.", commands: ["doctor"] },
  {
    feature: z.string(),
    need: z.string(),
    met: z.boolean(),
    remedy: z.string().describe("what to do where it is not met"),
  },
);

export const checkDocument = defineDocument(
  "slipway/check@1",
  { about: "A check: what it reads, what it expects and what it can find.", commands: ["checks"] },
  {
    id: z.string(),
    version: z.string(),
    title: z.string(),
    probes: list(z.object({ id: z.string(), title: z.string(), optional: z.boolean(), why: z.string() })),
    sections: list(z.string()).describe("sections of expectations that it reads"),
    needs: list(z.string()).describe("keys of expectations without which it is inconclusive"),
    rackView: z.boolean().describe("it judges racks too"),
    codes: z
      .record(
        z.string(),
        z.object({
          verdict: z.string(),
          causes: list(z.string()),
          meaning: z.string(),
          remedy: z.string(),
          formerly: list(z.string()).optional(),
        }),
      )
      .readonly()
      .describe("finding codes"),
  },
);

export const expectationsDocument = defineDocument(
  "slipway/expectations@1",
  { about: "What is expected of a node, and which file says so.", commands: ["expect show"] },
  {
    expect: z.record(z.string(), z.unknown()).readonly(),
    sources: z.record(z.string(), z.string()).readonly().describe("file and line by JSON pointer"),
  },
);

export const bundleScrubDocument = defineDocument(
  "slipway/bundle-scrub@1",
  { about: "Whether a copy of a bundle without names was written.", commands: ["bundle scrub"] },
  {
    ok: z.boolean(),
    out: z.string().describe("written where ok is true"),
    checks: count().describe("that judged both"),
    problems: list(z.string()).describe("why nothing was written"),
  },
);

export const collectPlanDocument = defineDocument(
  "slipway/collect-plan@1",
  { about: "A command that `collect --dry-run` would run on a host.", commands: ["collect"] },
  {
    host: z.string(),
    probe: z.string(),
    argv: list(z.string()),
    program: z.string().optional().describe("what `sh` runs, where the probe is a program"),
    usualSeconds: z.number(),
    timeoutMs: z.number(),
    waits: z.boolean().describe("it mostly waits, so that others may run beside it"),
    withheld: z.boolean().describe("it loads the node and is left out unless asked for"),
  },
);
