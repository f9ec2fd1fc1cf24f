import { PassPolicy } from "@slipway/domain";
import { vendorId } from "@slipway/plugin-sdk";
import { z } from "zod";

export const LANE_SCHEMA = "slipway/lane@1";

/** The path a lane is for (maintenance.md, path decision). */
export const LaneKind = z.enum(["slow", "fast", "cluster", "part", "post-repair"]);
export type LaneKind = z.infer<typeof LaneKind>;

const names = z.array(z.string().min(1)).min(1);

/** One file of `fleet/lanes`. */
export const Lane = z.strictObject({
  schema: z.literal(LANE_SCHEMA),
  lane: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words joined by '-'"),
  kind: LaneKind,
  /** Which nodes it is for; an absent key is any. Of two lanes of a kind the one with more keys wins. */
  for: z
    .strictObject({
      vendor: z.array(z.string().min(1).transform(vendorId)).min(1).optional(),
      sku: names.optional(),
      cluster: names.optional(),
      segment: names.optional(),
    })
    .default({}),
  passes: z.number().int().min(1).max(1000),
  /** Checks of every pass; in lanes of kind `part` those of the first pass besides the part's own. */
  checks: names,
  /** Kind `part`: the checks that each part needs, by what changed. */
  parts: z.strictObject({ gpu: names.optional(), nic: names.optional(), firmware: names.optional() }).optional(),
  policy: z.strictObject(PassPolicy.shape).prefault({}),
  /** Kind `fast` and `cluster`: how old the last proof of health may be, in days. */
  fastTrackDays: z.number().positive().max(3650).default(30),
  /** `cluster`: proof from another cluster does not count; `fleet`: history follows the machine. */
  history: z.enum(["fleet", "cluster"]).default("fleet"),
  /** Randomised admission of machines that a fail would refuse; off unless it is set. */
  canaryArm: z
    .strictObject({
      probability: z.number().min(0).max(1).default(0),
      segments: z.array(z.string()).default(["research", "fleet"]),
    })
    .prefault({}),
  /** Higher is validated first. */
  priority: z.number().int().min(-1000).max(1000).default(0),
});
export type Lane = z.infer<typeof Lane>;

/** What a node is matched by. */
export interface LaneSubject {
  readonly vendor?: string | null | undefined;
  readonly sku?: string | null | undefined;
  readonly cluster?: string | null | undefined;
  readonly segment?: string | null | undefined;
}

/** Whether a lane is for a node. */
export const laneMatches = (lane: Lane, subject: LaneSubject): boolean =>
  (["vendor", "sku", "cluster", "segment"] as const).every((key) => {
    const wanted = lane.for[key];
    return wanted === undefined || wanted.includes(subject[key] ?? "");
  });

/** The lane of a kind for a node: the most specific that matches; of equals the first by name. */
export function laneOf(lanes: readonly Lane[], kind: LaneKind, subject: LaneSubject): Lane | undefined {
  return lanes
    .filter((lane) => lane.kind === kind && laneMatches(lane, subject))
    .sort((a, b) => Object.keys(b.for).length - Object.keys(a.for).length || (a.lane < b.lane ? -1 : 1))[0];
}
