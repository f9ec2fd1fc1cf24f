import { readFileSync, statSync } from "node:fs";
import { expectationSections, type Expectations } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Checks } from "../judge.ts";
import { MAX_FILE_BYTES, type Bundle } from "../read-bundle.ts";
import { loadFleetExpectations, type FleetExpectations } from "./fleet.ts";
import { overlay, parseExpectationFile, type SectionSchemas } from "./parse-file.ts";

/** Every section an expectations file may have: the shared ones and those that checks declare. */
export function sectionSchemas(checks: Checks): SectionSchemas {
  return Object.assign(
    {},
    ...[...checks.values()].map((check) => check.sections),
    expectationSections,
  ) as SectionSchemas;
}

/** Expectations that stand outside of a bundle. */
export interface ExpectationSources {
  /** Folder of the fleet's files; opened for the first bundle that brings no expectations of its own. */
  readonly fleetFolder: () => string;
  /** One file for every bundle, instead of its own and the fleet's. */
  readonly file?: string | undefined;
}

/**
 * Where a bundle's expectations come from: the one file, else its own, else the fleet's files; never merged.
 *
 * @throws SlipwayError of kind `input` for files that cannot be read, here or when a bundle is resolved
 */
export function expectationsResolver(
  checks: Checks,
  { fleetFolder, file }: ExpectationSources,
): (bundle: Bundle) => Expectations {
  const sections = sectionSchemas(checks);
  if (file !== undefined) {
    const { expect } = overlay([parseExpectationFile(file, readWhole(file), sections)]);
    return () => expect;
  }
  let fleet: FleetExpectations | undefined;
  return (bundle) => {
    if (bundle.expect !== undefined) return bundle.expect;
    if (bundle.expectFile !== undefined) {
      const { name, text } = bundle.expectFile();
      return overlay([parseExpectationFile(name, text, sections)]).expect;
    }
    fleet ??= loadFleetExpectations(fleetFolder(), sections);
    return fleet.resolve(bundle.evidence.node).expect;
  };
}

function readWhole(file: string): string {
  try {
    if (statSync(file).size > MAX_FILE_BYTES)
      throw new SlipwayError("input", `--expect ${file}: is larger than ${String(MAX_FILE_BYTES / 2 ** 20)} MiB`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      "input",
      `--expect ${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}
