import { basename } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { CLUSTERS_SCHEMA, LANE_SCHEMA } from "@slipway/policy";
import { parse } from "yaml";
import { readFleet } from "@slipway/fleet";

/**
 * Where a lane or clusters file belongs below the fleet's folder: over the file that has the same lane now.
 *
 * @param file for errors
 * @throws SlipwayError of kind `input` for content that is neither
 */
export function policyPath(fleet: string, file: string, content: string): string {
  let value: unknown;
  try {
    value = parse(content, { maxAliasCount: 100 });
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: is no YAML (${(error instanceof Error ? error.message : "unreadable").split("\n")[0] ?? ""})`,
    );
  }
  const { schema, lane } = (typeof value === "object" && value !== null ? value : {}) as {
    readonly schema?: unknown;
    readonly lane?: unknown;
  };
  if (schema === CLUSTERS_SCHEMA) return "clusters.yaml";
  if (schema !== LANE_SCHEMA || typeof lane !== "string" || !/^[a-z0-9-]+$/.test(lane))
    throw new SlipwayError("input", `${file}: schema: is neither ${LANE_SCHEMA} with a lane, nor ${CLUSTERS_SCHEMA}`);
  const known = readFleet(fleet).lanes.find((one) => one.lane.lane === lane);
  return `lanes/${known === undefined ? `${lane}.yaml` : basename(known.file)}`;
}
