import { existsSync } from "node:fs";
import { join } from "node:path";
import { assignCause, xidCauses, Xids, type AttributionRule } from "@slipway/policy";
import type { JobRow } from "@slipway/records";
import type { Store } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import { readYaml } from "@slipway/fleet";
import { gatherBans } from "./gather-bans.ts";
import { reclassify, type Reclassified } from "./reclassify.ts";

/** A ban and the cause that a rule gives it. */
export interface AttributedBan extends Reclassified {
  readonly rule: AttributionRule;
  readonly reason: string;
  /** False in a dry run, and when the ban was changed meanwhile. */
  readonly applied: boolean;
}

export interface AttributionRun {
  /** Bans without a proven cause. */
  readonly considered: number;
  readonly attributed: readonly AttributedBan[];
}

/**
 * Gives bans without a proven cause the cause that findings, reasons and the times of jobs show, each as a new
 * revision that names its rule.
 *
 * @param fleetFolder for `xids.yaml`
 * @throws SlipwayError of kind `config` for an `xids.yaml` that is wrong
 */
export async function attributeBans(
  store: Store,
  fleet: Fleet,
  {
    fleetFolder,
    jobs,
    dryRun,
    by,
  }: {
    readonly fleetFolder: string;
    readonly jobs: readonly JobRow[] | undefined;
    readonly dryRun: boolean;
    readonly by: string;
  },
): Promise<AttributionRun> {
  const file = join(fleetFolder, "xids.yaml");
  const xids = xidCauses(existsSync(file) ? readYaml(file, Xids).value : undefined);
  const candidates = await store.transaction((tx) => gatherBans(tx, jobs));
  const attributed: AttributedBan[] = [];
  for (const { ban, facts } of candidates) {
    const assigned = assignCause(facts, xids);
    if (assigned === undefined) continue;
    const { cause, rule, reason, findings } = assigned;
    const change = {
      ban: ban.id,
      cause,
      by,
      reason: `${rule}: ${reason}`,
      attribution: {
        rule: `${rule}: ${reason}`,
        findings: findings.length === 0 ? ban.attribution.findings : findings,
      },
      when: ban.spec_generation,
    };
    const done = dryRun ? undefined : await reclassify(store, fleet, change);
    attributed.push({
      ban: ban.id,
      machine: ban.machine,
      node: ban.node,
      revision: ban.spec_generation + 1,
      from: ban.cause,
      to: cause,
      rule,
      reason,
      applied: done !== undefined,
    });
  }
  return { considered: candidates.length, attributed };
}
