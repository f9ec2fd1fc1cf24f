import { join, relative } from "node:path";
import { expectationSections } from "@slipway/domain";
import type { Checks, SectionSchemas } from "@slipway/evidence";

/** The clone that the launcher stands in; for an installed CLI, the folder it is called from. */
export const root = process.env["SLIPWAY_ROOT"] ?? process.cwd();

/** The fleet's files: `SLIPWAY_FLEET`, else `fleet/` of the root. As a path that reads well from here. */
export function fleetFolder(): string {
  return process.env["SLIPWAY_FLEET"] ?? (relative(process.cwd(), join(root, "fleet")) || ".");
}

/** Every section an expectations file may have: the shared ones and those that checks declare. */
export function sectionSchemas(checks: Checks): SectionSchemas {
  return Object.assign({}, ...[...checks.values()].map((check) => check.sections), expectationSections) as SectionSchemas;
}
