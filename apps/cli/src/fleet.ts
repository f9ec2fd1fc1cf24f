import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expectationSections } from "@slipway/domain";
import type { Checks, SectionSchemas } from "@slipway/evidence";

/** The folder the launcher stands in. */
export const root = process.env["SLIPWAY_ROOT"] ?? join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The fleet's files: `SLIPWAY_FLEET`, else `fleet/` of the clone. As a path that reads well from here. */
export function fleetFolder(): string {
  return process.env["SLIPWAY_FLEET"] ?? (relative(process.cwd(), join(root, "fleet")) || ".");
}

/** Every section an expectations file may have: the shared ones and those that checks declare. */
export function sectionSchemas(checks: Checks): SectionSchemas {
  return Object.assign({}, ...[...checks.values()].map((check) => check.sections), expectationSections) as SectionSchemas;
}
