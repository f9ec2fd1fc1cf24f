import type { FleetDifference, SettingChange } from "@slipway/fleet";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { count, instant, instantOf, list } from "./fields.ts";

const kind = z.enum(["check", "expectation", "lane", "image"]);

export const fleetCheckDocument = defineDocument(
  "slipway/fleet-check@1",
  { about: "What the fleet's files hold.", commands: ["fleet check"] },
  {
    folder: z.string(),
    lanes: count(),
    clusters: count(),
    expectations: count().describe("files of expectations"),
    checks: count(),
    lane_checks: list(
      z.object({
        lane: z.string(),
        field: z.string().describe("the list of the lane's file: checks, or parts.<part>"),
        sku: z.string(),
        cluster: z.string().nullable(),
        checks: list(z.string()),
        notRequired: list(z.string()).describe("what the nodes' own checks leave out: it is not run"),
      }),
    ),
  },
);

const difference = {
  applied: z
    .object({
      release: count().describe("rises with every apply"),
      digest: z.string(),
      by: z.string(),
      reason: z.string(),
      at: instant(),
    })
    .nullable()
    .describe("what was applied last"),
  changes: list(
    z.object({
      kind,
      name: z.string(),
      version: z.string(),
      digest: z.string(),
      active: z.string().nullable().describe("digest of what decides now"),
      outcome: z.enum(["active", "staged", "waits", "withdrawn", "rejected"]),
      why: z.string(),
      changes: list(z.string()).describe("how its content changes, as passes: 12 -> 13; nothing for a check"),
    }),
  ),
};

export const fleetDiffDocument = defineDocument(
  "slipway/fleet-diff@1",
  { about: "How this checkout differs from what is applied.", commands: ["fleet diff"] },
  difference,
);
export const fleetApplyDocument = defineDocument(
  "slipway/fleet-apply@1",
  { about: "What applying this checkout did.", commands: ["fleet apply"] },
  difference,
);

/** How the content of a setting changes, a line each, as `passes: 12 -> 13`. */
export function contentChanges(before: unknown, after: unknown, path = ""): readonly string[] {
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      contentChanges(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  const [old, now] = [JSON.stringify(before), JSON.stringify(after)];
  return old === now ? [] : [`${path === "" ? "all of it" : path}: ${old ?? "nothing"} -> ${now ?? "nothing"}`];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const contentOf = (body: string | null | undefined): unknown =>
  body === null || body === undefined ? undefined : JSON.parse(body);

/** The lines of a setting that change; none for a check, which is code. */
export const changedLines = ({ setting, active }: SettingChange): readonly string[] =>
  setting.kind === "check" ? [] : contentChanges(contentOf(active?.body), contentOf(setting.body));

/** What was applied and what differs from it. */
export const fleetDifference = ({
  applied,
  changes,
}: Pick<FleetDifference, "applied" | "changes">): ContentOf<typeof fleetDiffDocument> => ({
  applied: applied === null ? null : { ...applied, at: instantOf(applied.at) },
  changes: changes.map((change) => ({
    kind: change.setting.kind,
    name: change.setting.name,
    version: change.setting.version,
    digest: change.setting.digest,
    active: change.active?.digest ?? null,
    outcome: change.outcome,
    why: change.why,
    changes: changedLines(change),
  })),
});
