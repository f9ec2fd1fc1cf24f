import type { Checks } from "@slipway/evidence";
import { requiredChecks } from "@slipway/policy";
import { classesOf, fleetOf, listsOf, type FleetFiles } from "./fleet.ts";

/** What nodes of one SKU have to prove by one list of a lane. */
export interface LaneChecks {
  readonly lane: string;
  /** The list of the lane's file: `checks`, or `parts.<part>`. */
  readonly field: string;
  readonly sku: string;
  /** Where the lane names clusters. */
  readonly cluster: string | null;
  readonly checks: readonly string[];
  /** What the lane names and the `checks` of these nodes leaves out: it is not run. */
  readonly notRequired: readonly string[];
}

/** For each lane and each SKU that it is for: which of its checks are run, and which are left out. */
export function laneChecks(files: FleetFiles, checks: Checks): readonly LaneChecks[] {
  const { expectations } = fleetOf(files, checks);
  return files.lanes.flatMap(({ lane }) =>
    classesOf(lane, files.expectations).flatMap((classes) => {
      const { sku = "", cluster } = classes[0] ?? {};
      const expected = classes.map(
        ({ vendor, sku, cluster }) =>
          expectations.resolve({ vendor: files.clusters.clusters[cluster ?? ""]?.vendor ?? vendor, sku, cluster })
            .expect,
      );
      return listsOf(lane).map(([field, ids]): LaneChecks => {
        const isRun = (id: string): boolean => expected.some((one) => requiredChecks([id], one).checks.length > 0);
        return {
          lane: lane.lane,
          field,
          sku,
          cluster: cluster ?? null,
          checks: ids.filter(isRun),
          notRequired: ids.filter((id) => !isRun(id)),
        };
      });
    }),
  );
}
