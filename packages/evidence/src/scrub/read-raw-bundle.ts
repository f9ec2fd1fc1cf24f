import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { ReadableManifest, type Expectations } from "@slipway/domain";
import { readContained } from "../contained-file.ts";
import { MAX_FILE_BYTES, readBundle, type Bundle } from "../read-bundle.ts";
import type { RawBundle } from "./scrub-bundle.ts";

/**
 * Reads a bundle as bytes, with the output that judging would read and no other file.
 *
 * @param expectations what is expected of it where its folder is no longer beside the fleet's files
 * @throws SlipwayError of kind `input` for a bundle that must be refused (rule G6)
 */
export function readRawBundle(dir: string, expectations: (bundle: Bundle) => Expectations): RawBundle {
  const bundle = readBundle(dir);
  const folder = realpathSync.native(dir);
  const { collectedAt, probes } = ReadableManifest.parse(JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8")));
  const names = Object.keys(probes).flatMap((probe) => [`${probe}.out`, `${probe}.err`]);
  return {
    node: bundle.evidence.node,
    collectedAt: collectedAt ?? undefined,
    expect: expectations(bundle),
    probes,
    files: new Map(
      names
        .filter((name) => readContained(folder, name, MAX_FILE_BYTES).state === "read")
        .map((name) => [name, readFileSync(join(folder, name))]),
    ),
  };
}
