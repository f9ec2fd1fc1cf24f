import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BundleManifest } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { folderName } from "./folder-name.ts";

/** Bytes that a probe left; a stream that is absent leaves no file. */
export interface ProbeOutputs {
  readonly stdout?: Uint8Array | undefined;
  readonly stderr?: Uint8Array | undefined;
}

/** What the collector says beside the fields of `slipway/evidence@1`. */
export type CollectedManifest = BundleManifest & { readonly unreachable?: string };

/**
 * Writes a bundle below `out` and returns its folder. It appears there whole or not at all; an
 * older bundle of the same node steps aside into `.replaced/`.
 *
 * @throws SlipwayError of kind `input` when the folder cannot be written
 */
export function writeBundle(
  out: string,
  manifest: CollectedManifest,
  outputs: ReadonlyMap<string, ProbeOutputs>,
): string {
  const folder = join(out, folderName(manifest.node.name));
  const draft = join(out, `.draft-${randomUUID()}`);
  try {
    mkdirSync(draft);
    for (const [probe, { stdout, stderr }] of outputs) {
      if (stdout !== undefined) writeFileSync(join(draft, `${probe}.out`), stdout);
      if (stderr !== undefined && stderr.length > 0) writeFileSync(join(draft, `${probe}.err`), stderr);
    }
    writeFileSync(join(draft, "bundle.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    replace(folder, draft);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new SlipwayError(
      "input",
      `${folder}: the bundle cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      { cause: error },
    );
  }
  return folder;
}

/** Evidence is not thrown away: a bundle that a newer one replaces goes into this folder beside it. */
const REPLACED = ".replaced";

/** A folder cannot be renamed over one that holds files, so the older one steps aside first. */
function replace(folder: string, draft: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    const kept = join(dirname(folder), REPLACED);
    mkdirSync(kept, { recursive: true });
    renameSync(folder, join(kept, `${basename(folder)}-${randomUUID()}`));
    renameSync(draft, folder);
  }
}
